//! Measures sign-ins as a multiple of bare Argon2id, at several levels of concurrency.

use anyhow::Result;

use super::{bare::BareArgon2, people::People};
use crate::{
    latency::{Latency, Ratio},
    rounds::Rounds,
};

const AT_ONCE: [usize; 3] = [1, 2, 4];
/// Number of calls of one kind before the calls of the other kind. Alternating spreads the machine's other load over
/// both.
const ROUND: usize = 20;

/// Measurements at one level of concurrency.
#[derive(Debug)]
pub(super) struct SignIn {
    pub(super) at_once: usize,
    pub(super) bare: Pace,
    pub(super) sign_in: Pace,
    pub(super) latency_ratio: Ratio,
    pub(super) throughput_ratio: f64,
}

#[derive(Debug)]
pub(super) struct Pace {
    pub(super) latency: Latency,
    pub(super) per_second: f64,
}

/// Measures `samples` calls of each kind.
pub(super) async fn measure(people: &People, bare: &BareArgon2, samples: usize) -> Result<Vec<SignIn>> {
    let sign_in = async || people.next().sign_in().await;
    // Warm-up.
    Rounds::default().add(ROUND, 1, || bare.hash()).await?;
    Rounds::default().add(ROUND, 1, sign_in).await?;

    let mut all = AT_ONCE.map(|at_once| (at_once, Rounds::default(), Rounds::default()));
    for round in 0..samples.div_ceil(ROUND) {
        for (at_once, hashes, sign_ins) in &mut all {
            // Alternate the kind that is measured first.
            if round % 2 == 0 {
                hashes.add(ROUND, *at_once, || bare.hash()).await?;
            }
            sign_ins.add(ROUND, *at_once, sign_in).await?;
            if round % 2 == 1 {
                hashes.add(ROUND, *at_once, || bare.hash()).await?;
            }
        }
    }
    Ok(all.iter().map(|(at_once, hashes, sign_ins)| compare(*at_once, hashes, sign_ins)).collect())
}

fn compare(at_once: usize, hashes: &Rounds, sign_ins: &Rounds) -> SignIn {
    let pace = |rounds: &Rounds| Pace { latency: Latency::of(&rounds.took), per_second: rounds.rate() };
    let (bare, sign_in) = (pace(hashes), pace(sign_ins));
    let latency_ratio = sign_in.latency.ratio_to(&bare.latency);
    let throughput_ratio = sign_in.per_second / bare.per_second;
    SignIn { at_once, bare, sign_in, latency_ratio, throughput_ratio }
}
