//! Options that set the amount of work.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::product::Setup;

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
    /// Selections, and empty calls, of each of three rounds
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub(super) calls: u32,
    /// Clicks on many campaigns, and on one
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    pub(super) clicks: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Measurement {
    /// Selections, compared with empty calls of the same size
    Select,
    /// Charged clicks, compared with pgbench
    Click,
    /// The index at up to 100,000 campaigns
    Index,
}

impl Options {
    pub(super) fn measurements(&self) -> impl Iterator<Item = Measurement> {
        let wanted = |it: &Measurement| self.only.is_empty() || self.only.contains(it);
        Measurement::value_variants().iter().copied().filter(wanted)
    }
}

impl Measurement {
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Select => "selections, compared with empty calls of the same size",
            Self::Click => "charged clicks, compared with pgbench",
            Self::Index => "the index at up to 100,000 campaigns",
        }
    }
}
