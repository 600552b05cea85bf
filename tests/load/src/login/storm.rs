//! A storm: many concurrent sign-ins. Each gets a response, and other requests keep their latency.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::header::RETRY_AFTER;
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    options::Options,
    people::People,
    person::{PASSWORD, Person},
    tokens::Tokens,
};
use crate::{
    latency::{Latency, milliseconds},
    product::Product,
    steady::{Answers, Steady},
};

/// Interval of each kind of background call: 50 a second are little work but hundreds of samples.
const EVERY: Duration = Duration::from_millis(20);
/// Pause before each storm, in which the baseline is measured.
const CALM: Duration = Duration::from_secs(2);
/// Maximum duration of a sign-in.
const LONGEST_MS: f64 = 10_000.0;

/// Measurements of all storms together.
#[derive(Debug)]
pub(super) struct Storm {
    pub(super) storms: usize,
    pub(super) at_once: usize,
    /// Number of responses by status.
    pub(super) answers: BTreeMap<u16, usize>,
    /// Errors of sign-ins without a response.
    pub(super) unanswered: Vec<String>,
    /// Number of refusals without `Retry-After`.
    pub(super) without_retry_after: usize,
    pub(super) longest_ms: f64,
    pub(super) token_verification: Background,
    pub(super) readyz: Background,
}

/// Latency of background calls before and during the storms.
#[derive(Debug)]
pub(super) struct Background {
    pub(super) before: Latency,
    pub(super) during: Latency,
    /// Errors of failed calls.
    pub(super) failed: Vec<String>,
}

/// The response to one sign-in.
struct Response {
    status: u16,
    has_retry_after: bool,
    took: Duration,
}

/// Runs the storms, each after a pause.
pub(super) async fn measure(login: &Product, people: &People, tokens: &Tokens, options: &Options) -> Result<Storm> {
    let crowd: Vec<Arc<Person>> = people.all().iter().take(options.at_once).cloned().collect();
    let introspection = tokens.introspection(people.next()).await?;
    let token = Arc::new(tokens.person(people.next()).await?);
    let (ops, readyz) = (devstack::ops::client()?, format!("http://127.0.0.1:{}/readyz", login.ports.ops));
    let verification = move || {
        let (mut introspection, token) = (introspection.clone(), Arc::clone(&token));
        async move { introspection.check(&token).await }
    };
    let readiness = move || {
        let request = ops.get(&readyz).send();
        async move {
            let status = request.await?.status();
            ensure!(status.is_success(), "/readyz returned {status}");
            Ok(())
        }
    };
    let begin = || (Steady::begin(EVERY, verification.clone()), Steady::begin(EVERY, readiness.clone()));

    let (mut answered, mut unanswered) = (vec![], vec![]);
    let mut kinds = [[Answers::default(), Answers::default()], [Answers::default(), Answers::default()]];
    for _ in 0..options.storms {
        for (when, is_storm) in [false, true].into_iter().enumerate() {
            let (verifications, readiness_checks) = begin();
            if is_storm {
                for answer in sign_in_at_once(&crowd).await? {
                    match answer {
                        Ok(answer) => answered.push(answer),
                        Err(error) => unanswered.push(format!("{error:#}")),
                    }
                }
            } else {
                tokio::time::sleep(CALM).await;
            }
            kinds[0][when].add(verifications.end().await?);
            kinds[1][when].add(readiness_checks.end().await?);
        }
    }
    let [token_verification, readyz] = kinds.map(|[before, during]| Background {
        before: Latency::of(&before.took),
        during: Latency::of(&during.took),
        failed: [before.failed, during.failed].concat(),
    });
    let mut answers = BTreeMap::new();
    for answer in &answered {
        *answers.entry(answer.status).or_insert(0) += 1;
    }
    let refused = |answer: &&Response| is_refusal(answer.status) && !answer.has_retry_after;
    Ok(Storm {
        storms: options.storms,
        at_once: crowd.len(),
        answers,
        unanswered,
        without_retry_after: answered.iter().filter(refused).count(),
        longest_ms: answered.iter().map(|answer| milliseconds(answer.took)).fold(0.0, f64::max),
        token_verification,
        readyz,
    })
}

/// Signs everybody in at the same time.
async fn sign_in_at_once(crowd: &[Arc<Person>]) -> Result<Vec<Result<Response>>> {
    let gate = Arc::new(Barrier::new(crowd.len()));
    let mut tries = JoinSet::new();
    for person in crowd {
        let (person, gate) = (Arc::clone(person), Arc::clone(&gate));
        tries.spawn(async move {
            gate.wait().await;
            let began = Instant::now();
            let answer = person.try_password(&person.email, PASSWORD).await.with_context(|| person.email.clone())?;
            let (status, has_retry_after) = (answer.status().as_u16(), answer.headers().contains_key(RETRY_AFTER));
            answer.bytes().await?;
            Ok(Response { status, has_retry_after, took: began.elapsed() })
        });
    }
    let mut answers = vec![];
    while let Some(answer) = tries.join_next().await {
        answers.push(answer?);
    }
    Ok(answers)
}

fn is_refusal(status: u16) -> bool {
    matches!(status, 429 | 503)
}

impl Storm {
    /// Returns the violated guarantees.
    pub(super) fn violations(&self) -> Vec<String> {
        let mut violations = vec![];
        for (status, count) in &self.answers {
            if !is_refusal(*status) && !matches!(status, 200..=399) {
                violations.push(format!("{count} sign-ins got status {status}"));
            }
        }
        if let Some(why) = self.unanswered.first() {
            violations.push(format!("{} sign-ins got no response: {why}", self.unanswered.len()));
        }
        if self.without_retry_after > 0 {
            violations.push(format!("{} refusals without Retry-After", self.without_retry_after));
        }
        if self.longest_ms > LONGEST_MS {
            violations.push(format!("a sign-in took {:.1} s", self.longest_ms / 1000.0));
        }
        for (what, background) in [("token verification", &self.token_verification), ("/readyz", &self.readyz)] {
            if let Some(why) = background.failed.first() {
                violations.push(format!("{what} failed {} times: {why}", background.failed.len()));
            }
        }
        violations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Storm {
        let background = || Background { before: Latency::of(&[]), during: Latency::of(&[]), failed: vec![] };
        Storm {
            storms: 1,
            at_once: 200,
            answers: BTreeMap::from([(303, 51), (429, 9), (503, 140)]),
            unanswered: vec![],
            without_retry_after: 0,
            longest_ms: 1500.0,
            token_verification: background(),
            readyz: background(),
        }
    }

    #[test]
    fn a_good_storm_violates_no_guarantee() {
        assert!(good().violations().is_empty());
    }

    #[test]
    fn each_violation_is_named() {
        let mut storm = good();
        storm.answers.insert(500, 2);
        storm.unanswered.push("timed out".to_owned());
        storm.without_retry_after = 3;
        storm.longest_ms = 10_100.0;
        storm.readyz.failed.push("/readyz returned 503".to_owned());
        let expected = [
            "2 sign-ins got status 500",
            "1 sign-ins got no response: timed out",
            "3 refusals without Retry-After",
            "a sign-in took 10.1 s",
            "/readyz failed 1 times: /readyz returned 503",
        ];
        assert_eq!(storm.violations(), expected);
    }
}
