//! Options that set the amount of work.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::product::Setup;

/// Wrong passwords per account: below login's limit of ten within 15 minutes.
const TRIES_EACH: usize = 5;

/// See `scripts/bench --help`, which has the same list.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(super) setup: Setup,
    /// Measure only this; may be given more than once
    #[arg(long, value_enum)]
    only: Vec<Measurement>,
    /// Also write the figures to this file
    #[arg(long)]
    pub(super) json: Option<PathBuf>,
    /// Number of sign-ins and of bare hashes, for each concurrency
    #[arg(long, default_value_t = 320, value_parser = within(40, 4000))]
    pub(super) samples: usize,
    /// Calls of each kind of token verification
    #[arg(long, default_value_t = 5000, value_parser = within(100, 100_000))]
    pub(super) calls: usize,
    /// Storms
    #[arg(long, default_value_t = 5, value_parser = within(1, 20))]
    pub(super) storms: usize,
    /// Concurrent sign-ins in a storm
    #[arg(long, default_value_t = 200, value_parser = within(8, 500))]
    pub(super) at_once: usize,
    /// Number of pairs of sign-ins with a wrong password: one with an existing account, one without
    #[arg(long, default_value_t = 400, value_parser = within(20, 2000))]
    pub(super) pairs: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Measurement {
    /// Sign-ins, compared with bare Argon2id
    SignIn,
    /// Token verification, compared with an empty gRPC call
    Tokens,
    /// Many concurrent sign-ins, and their effect on other requests
    Storm,
    /// Whether response times reveal who has an account
    Enumeration,
}

impl Options {
    pub(super) fn measurements(&self) -> impl Iterator<Item = Measurement> {
        let wanted = |it: &Measurement| self.only.is_empty() || self.only.contains(it);
        Measurement::value_variants().iter().copied().filter(wanted)
    }

    /// Returns the number of people for the storm and for the wrong passwords, so that each stays below login's limit.
    pub(super) fn people(&self) -> usize {
        self.at_once.max(self.pairs.div_ceil(TRIES_EACH))
    }
}

impl Measurement {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::SignIn => "sign-ins, compared with bare Argon2id",
            Self::Tokens => "verification of access tokens, compared with an empty gRPC call",
            Self::Storm => "storms of sign-ins",
            Self::Enumeration => "sign-ins with a wrong password, for addresses with and without an account",
        }
    }
}

fn within(least: usize, most: usize) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("must be a number from {least} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        options: Options,
    }

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        let always = ["bench", "--folder", "/tmp/x", "--database", "postgres://x@y/z"];
        Program::try_parse_from(always.iter().chain(arguments)).map(|program| program.options)
    }

    #[test]
    fn there_are_enough_people_for_storm_and_throttle() {
        assert_eq!(parse(&[]).expect("good").people(), 200);
        assert_eq!(parse(&["--pairs", "2000"]).expect("good").people(), 400);
        assert!(parse(&["--pairs", "2001"]).is_err());
    }

    #[test]
    fn everything_is_measured_unless_some_is_named() {
        let all: Vec<_> = parse(&[]).expect("good").measurements().collect();
        assert_eq!(all, Measurement::value_variants());
        let one: Vec<_> = parse(&["--only", "storm"]).expect("good").measurements().collect();
        assert_eq!(one, [Measurement::Storm]);
    }
}
