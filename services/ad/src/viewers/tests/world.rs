//! A memory of viewers with the database, the listener and the selections around it.

use std::{sync::Arc, time::Duration};

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    domain::{consented::Consented, interest::Interest},
    viewers::cache::{self, Cache, Found},
};

pub(super) const PERSONS: usize = 3;

/// What can happen around the memory, in any order.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A person gives or withdraws consent: the change is committed, its notification is on its way.
    Change(usize, bool),
    /// The oldest notification arrives.
    Receive,
    /// A round trip begins, unless one is on its way. The first one after a disconnection comes after `LISTEN`.
    BeginProof,
    /// The answer of the round trip arrives, after the notifications of changes from before it began.
    EndProof,
    Disconnect,
    /// A selection reads a person who is not in the memory.
    BeginRead(usize),
    /// The oldest read ends.
    EndRead,
    Wait(u64),
}

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    let person = 0..PERSONS;
    prop_oneof![
        3 => (person.clone(), any::<bool>()).prop_map(|(person, consent)| Step::Change(person, consent)),
        2 => Just(Step::Receive),
        4 => Just(Step::BeginProof),
        4 => Just(Step::EndProof),
        1 => Just(Step::Disconnect),
        6 => person.prop_map(Step::BeginRead),
        6 => Just(Step::EndRead),
        4 => (1..400_u64).prop_map(Step::Wait),
    ]
}

/// The database, the listener and the selections around a memory.
#[derive(Default)]
pub(super) struct World {
    pub(super) cache: Cache,
    pub(super) elapsed: Duration,
    is_listening: bool,
    pub(super) consents: [bool; PERSONS],
    /// When each person last withdrew. Nobody consented before.
    pub(super) withdrawn: [Duration; PERSONS],
    /// Committed changes whose notifications are on their way.
    notifications: Vec<usize>,
    /// When the round trip began, and how many of the notifications come before its answer.
    proof: Option<(Duration, usize)>,
    reads: Vec<(usize, cache::Stamp, bool)>,
}

pub(super) fn tenant() -> TenantId {
    TenantId::from(Uuid::from_u128(1))
}

pub(super) fn music(now: DateTime<Utc>) -> Consented {
    Consented::new([Interest::Music].into_iter().collect(), Tz::Asia__Seoul, now, [])
}

pub(super) fn user(person: usize) -> UserId {
    UserId::from(Uuid::from_u128(person as u128 + 7))
}

impl World {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::from_std(self.elapsed).expect("in range")
    }

    fn receive(&mut self) {
        if !self.notifications.is_empty() {
            self.cache.forget(user(self.notifications.remove(0)));
            if let Some((_, before)) = &mut self.proof {
                *before = before.saturating_sub(1);
            }
        }
    }

    pub(super) fn step(&mut self, step: &Step) {
        match *step {
            Step::Change(person, consent) => {
                if self.consents[person] && !consent {
                    self.withdrawn[person] = self.elapsed;
                }
                self.consents[person] = consent;
                if self.is_listening {
                    self.notifications.push(person);
                }
            }
            Step::Receive => self.receive(),
            Step::BeginProof => {
                self.is_listening = true;
                self.proof = self.proof.or(Some((self.elapsed, self.notifications.len())));
            }
            Step::EndProof => {
                while self.proof.is_some_and(|(_, before)| before > 0) {
                    self.receive();
                }
                if let Some((began, _)) = self.proof.take() {
                    self.cache.prove(began);
                }
            }
            Step::Disconnect => {
                self.cache.disconnect();
                self.is_listening = false;
                self.notifications.clear();
                self.proof = None;
            }
            Step::BeginRead(person) => {
                if let Found::Nothing(stamp) = self.cache.find(tenant(), user(person), self.elapsed, self.now()) {
                    self.reads.push((person, stamp, self.consents[person]));
                }
            }
            Step::EndRead => {
                if !self.reads.is_empty() {
                    let (person, stamp, consent) = self.reads.remove(0);
                    let consented = consent.then(|| Arc::new(music(self.now())));
                    self.cache.keep((tenant(), user(person)), stamp, consented, self.now());
                }
            }
            Step::Wait(milliseconds) => self.elapsed += Duration::from_millis(milliseconds),
        }
    }

    /// Whether a selection uses the interests of a person without reading.
    pub(super) fn uses(&self, person: usize) -> bool {
        let found = self.cache.find(tenant(), user(person), self.elapsed, self.now());
        matches!(found, Found::Person(Some(_)))
    }
}
