//! Measures whether the duration of a refused sign-in reveals who has an account.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chassis::secret;
use reqwest::StatusCode;

use super::{
    people::People,
    person::{Person, WRONG, expect},
};
use crate::{
    latency::{Latency, milliseconds},
    mann_whitney::{MannWhitney, mann_whitney},
};

/// Significance level of the test.
const LEVEL: f64 = 0.01;
const WARM_UP: usize = 10;

/// Measurements for e-mail addresses with and without an account.
#[derive(Debug)]
pub(super) struct Enumeration {
    pub(super) known: Latency,
    pub(super) unknown: Latency,
    /// The test's first group is the known addresses.
    pub(super) test: MannWhitney,
    /// Share of pairs in which the known address takes longer; 0.5 if the times reveal nothing.
    pub(super) known_takes_longer: f64,
    /// Whether the test distinguishes them at 1 %.
    pub(super) told_apart: bool,
}

/// Measures this many pairs of a known and an unknown address, in random order.
pub(super) async fn measure(people: &People, pairs: usize) -> Result<Enumeration> {
    for _ in 0..WARM_UP {
        try_both(people.next()).await?;
    }
    let (mut known, mut unknown) = (vec![], vec![]);
    for _ in 0..pairs {
        let took = try_both(people.next()).await?;
        known.push(took.known);
        unknown.push(took.unknown);
    }
    Ok(compare(&known, &unknown))
}

struct Both {
    known: Duration,
    unknown: Duration,
}

/// Tries both addresses from the same browser, on an open connection.
async fn try_both(person: &Person) -> Result<Both> {
    person.browser.get(person.at("/sign-in")).send().await?.bytes().await?;
    let unknown_email = person.unknown_email();
    let (known, unknown) = if secret::random::<1>()[0].is_multiple_of(2) {
        (refused(person, &person.email).await?, refused(person, &unknown_email).await?)
    } else {
        let unknown = refused(person, &unknown_email).await?;
        (refused(person, &person.email).await?, unknown)
    };
    Ok(Both { known, unknown })
}

async fn refused(person: &Person, email: &str) -> Result<Duration> {
    let began = Instant::now();
    let answer = person.try_password(email, WRONG).await?;
    expect(&answer, StatusCode::UNAUTHORIZED).with_context(|| format!("a wrong password for {email}"))?;
    answer.bytes().await?;
    Ok(began.elapsed())
}

fn compare(known: &[Duration], unknown: &[Duration]) -> Enumeration {
    let all = |took: &[Duration]| took.iter().copied().map(milliseconds).collect::<Vec<_>>();
    let test = mann_whitney(&all(known), &all(unknown));
    Enumeration {
        known: Latency::of(known),
        unknown: Latency::of(unknown),
        test,
        known_takes_longer: test.u / (known.len() * unknown.len()) as f64,
        told_apart: test.p < LEVEL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(microseconds: impl Iterator<Item = u64>) -> Vec<Duration> {
        microseconds.map(Duration::from_micros).collect()
    }

    #[test]
    fn equal_times_are_not_distinguished() {
        let figures = compare(&took((0..100).map(|i| i * 2)), &took((0..100).map(|i| i * 2 + 1)));
        assert!(!figures.told_apart, "{figures:?}");
        assert!((figures.known_takes_longer - 0.5).abs() < 0.01, "{figures:?}");
    }

    #[test]
    fn longer_times_are_distinguished() {
        let figures = compare(&took((0..100).map(|i| i + 60)), &took(0..100));
        assert!(figures.told_apart && figures.known_takes_longer > 0.8, "{figures:?}");
    }
}
