//! Measures token verification, by introspection and by local keys, as multiples of an empty gRPC call.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chassis::{
    auth::{Caller, Verifier},
    clock::Clock,
    config::Issuer,
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    people::People,
    tokens::{Introspection, Tokens},
};
use crate::{
    empty::Empty,
    latency::{Latency, Ratio},
    product::Product,
};

/// Number of tokens, each of another person.
const TOKENS: usize = 50;

/// Measurements of each kind of verification.
#[derive(Debug)]
pub(super) struct Verification {
    pub(super) empty_call: Latency,
    /// `IntrospectToken` by gRPC, which checks signature, expiry and session.
    pub(super) introspection: VerificationLatency,
    /// With the keys of `/jwks`, a token that the verifier sees for the first time.
    pub(super) local_first: VerificationLatency,
    /// The same token again, from the verifier's cache.
    pub(super) local_remembered: VerificationLatency,
}

/// Latency of one kind of verification.
#[derive(Debug)]
pub(super) struct VerificationLatency {
    pub(super) latency: Latency,
    pub(super) to_empty_call: Ratio,
}

/// Durations of the calls, by kind.
#[derive(Default)]
struct Times {
    empty: Vec<Duration>,
    introspection: Vec<Duration>,
    first: Vec<Duration>,
    remembered: Vec<Duration>,
}

/// Measures about `calls` calls of each kind.
pub(super) async fn measure(login: &Product, people: &People, tokens: &Tokens, calls: usize) -> Result<Verification> {
    let issuer = Issuer { login_public_url: login.public.clone(), login_backchannel_url: None };
    let mut good = vec![];
    for person in people.all().iter().take(TOKENS) {
        good.push(tokens.person(person).await?);
    }
    let mut introspection = tokens.introspection(people.next()).await?;
    let mut empty = Empty::start().await?;

    // Warm-up.
    one_round(&mut Times::default(), &mut empty, &mut introspection, &issuer, &good, 0).await?;
    let mut times = Times::default();
    for round in 0..calls.div_ceil(good.len()) {
        one_round(&mut times, &mut empty, &mut introspection, &issuer, &good, round).await?;
    }
    let empty_call = Latency::of(&times.empty);
    let measured = |took: &[Duration]| {
        let latency = Latency::of(took);
        VerificationLatency { latency, to_empty_call: latency.ratio_to(&empty_call) }
    };
    Ok(Verification {
        empty_call,
        introspection: measured(&times.introspection),
        local_first: measured(&times.first),
        local_remembered: measured(&times.remembered),
    })
}

/// Verifies each token with each kind of verification. The order of the kinds rotates from round to round.
async fn one_round(
    times: &mut Times,
    empty: &mut Empty,
    introspection: &mut Introspection,
    issuer: &Issuer,
    good: &[SecretString],
    round: usize,
) -> Result<()> {
    for step in 0..3 {
        match (round + step) % 3 {
            0 => {
                for _ in good {
                    timed(&mut times.empty, empty.call()).await?;
                }
            }
            1 => {
                for token in good {
                    timed(&mut times.introspection, introspection.check(token)).await?;
                }
            }
            _ => local(times, issuer, good).await?,
        }
    }
    Ok(())
}

/// Verifies the tokens with a new verifier. The last token is verified first, to fetch the keys, and is not measured.
async fn local(times: &mut Times, issuer: &Issuer, good: &[SecretString]) -> Result<()> {
    let verifier = Verifier::new(issuer, Clock::system());
    let verify = async |token: &SecretString| {
        let caller = verifier.verify(token.expose_secret()).await?;
        ensure!(matches!(caller, Caller::Person(_)), "the caller of a person's token is not a person");
        Ok(())
    };
    let Some((last, others)) = good.split_last() else { return Ok(()) };
    verify(last).await?;
    for token in others {
        timed(&mut times.first, verify(token)).await?;
    }
    for token in others {
        timed(&mut times.remembered, verify(token)).await?;
    }
    Ok(())
}

async fn timed(times: &mut Vec<Duration>, call: impl Future<Output = Result<()>>) -> Result<()> {
    let began = Instant::now();
    call.await?;
    times.push(began.elapsed());
    Ok(())
}
