//! The memory of viewers, without the database and without a clock, so that any order of events can be tested.
//!
//! A withdrawn consent is unused [`LEASE`] after its commit, by three rules:
//! 1. A round trip on the listener's connection proves that each change that was committed before the round trip began has been
//!    received. The memory is used for at most [`LEASE`] after the beginning of the last proof.
//! 2. Each received change raises a number, and a disconnection raises another one. An entry has the numbers from before it was
//!    read, its stamp. With other numbers it is not used. So a read that a change overtook is not kept.
//! 3. No entry is used for longer than [`MAX_AGE`], even if both were wrong. Most are used for less: see [`lifetime`].

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::consented::Consented;

/// How long the memory is used without another proof.
pub(super) const LEASE: Duration = Duration::from_millis(750);
/// How long an entry is used at most.
const MAX_AGE: TimeDelta = TimeDelta::seconds(60);
/// By how many milliseconds an entry's time is shorter at most: a quarter of [`MAX_AGE`].
const SPREAD: u128 = 15_000;
/// The number of people, if each saw few campaigns. An entry has about 300 bytes.
const CAPACITY: u64 = 100_000;
/// Changes of people who share a number make each other's entries unused, which costs one more read.
const NUMBERS: usize = 4096;

/// The numbers of changes that were received before a person was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(u64);

#[derive(Debug)]
struct Entry {
    tenant: TenantId,
    stamp: Stamp,
    read_at: DateTime<Utc>,
    lifetime: TimeDelta,
    /// `None` without consent.
    consented: Option<Arc<Consented>>,
}

/// The answer of the memory.
#[derive(Debug)]
pub(super) enum Found {
    /// The person is in the memory. `None` without consent.
    Person(Option<Arc<Consented>>),
    /// The person must be read, and can then be kept.
    Nothing(Stamp),
    /// The person must be read, and cannot be kept: the memory is not used.
    Unused,
}

pub(super) struct Cache {
    people: moka::sync::Cache<UserId, Arc<Entry>>,
    changes: Box<[AtomicU64]>,
    resets: AtomicU64,
    /// Until when the memory is used, in nanoseconds.
    used_until: AtomicU64,
}

impl Default for Cache {
    fn default() -> Self {
        let people = moka::sync::Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|_, entry: &Arc<Entry>| entry.weight())
            // Removes old entries. `Cache::find` does not use them, by the product's clock.
            .time_to_live(MAX_AGE.to_std().unwrap_or_default());
        Self {
            people: people.build(),
            changes: (0..NUMBERS).map(|_| AtomicU64::default()).collect(),
            resets: AtomicU64::default(),
            used_until: AtomicU64::default(),
        }
    }
}

impl Cache {
    /// Looks for a person at `elapsed` of a clock that only goes forward.
    pub(super) fn find(&self, tenant: TenantId, user: UserId, elapsed: Duration, now: DateTime<Utc>) -> Found {
        if !self.is_used(elapsed) {
            return Found::Unused;
        }
        let stamp = self.stamp(user);
        match self.people.get(&user) {
            Some(entry) if entry.is_valid(tenant, stamp, now) => Found::Person(entry.consented.clone()),
            _ => Found::Nothing(stamp),
        }
    }

    /// Keeps a person who was read after `stamp` was taken. Returns the person as kept: another read may have been faster.
    pub(super) fn keep(
        &self,
        (tenant, user): (TenantId, UserId),
        stamp: Stamp,
        consented: Option<Arc<Consented>>,
        now: DateTime<Utc>,
    ) -> Option<Arc<Consented>> {
        let entry = Arc::new(Entry { tenant, stamp, read_at: now, lifetime: lifetime(user), consented });
        let is_old = |kept: &Arc<Entry>| !kept.is_valid(tenant, stamp, now);
        let kept = self.people.entry(user).or_insert_with_if(|| entry.clone(), is_old).into_value();
        // A change may have been received between the read and the insertion.
        if kept.stamp != self.stamp(user) {
            self.people.invalidate(&user);
        }
        kept.consented.clone()
    }

    /// A change of the person was received.
    pub(super) fn forget(&self, user: UserId) {
        self.changes[self.number(user)].fetch_add(1, Ordering::SeqCst);
        self.people.invalidate(&user);
    }

    /// Each change that was committed before `began` was received.
    pub(super) fn prove(&self, began: Duration) {
        self.used_until.store(nanoseconds(began + LEASE), Ordering::SeqCst);
    }

    /// Changes may be lost from now on.
    pub(super) fn disconnect(&self) {
        self.used_until.store(0, Ordering::SeqCst);
        self.forget_all();
    }

    pub(super) fn forget_all(&self) {
        self.resets.fetch_add(1, Ordering::SeqCst);
        self.people.invalidate_all();
    }

    pub(super) fn is_used(&self, elapsed: Duration) -> bool {
        nanoseconds(elapsed) < self.used_until.load(Ordering::SeqCst)
    }

    /// The approximate number of people.
    pub(super) fn len(&self) -> u64 {
        self.people.entry_count()
    }

    /// The sum differs when one of the numbers does: both only grow.
    fn stamp(&self, user: UserId) -> Stamp {
        let changes = self.changes[self.number(user)].load(Ordering::SeqCst);
        Stamp(changes + self.resets.load(Ordering::SeqCst))
    }

    fn number(&self, user: UserId) -> usize {
        // The last bits of a UUIDv7 are random.
        user.as_uuid().as_u128() as usize % NUMBERS
    }
}

impl Entry {
    fn is_valid(&self, tenant: TenantId, stamp: Stamp, now: DateTime<Utc>) -> bool {
        let age = now - self.read_at;
        self.tenant == tenant
            && self.stamp == stamp
            && TimeDelta::zero() <= age
            && age < self.lifetime
            && self.consented.as_ref().is_none_or(|consented| consented.is_of_day(now))
    }

    /// One for each 8 campaigns that the person saw.
    fn weight(&self) -> u32 {
        let seen = self.consented.as_ref().map_or(0, |consented| consented.seen().len());
        u32::try_from(1 + seen / 8).unwrap_or(u32::MAX)
    }
}

/// How long an entry of the person is used, by random bits of the person's id. After a start, many people are read in one moment.
/// So they are not all read again in another one.
fn lifetime(user: UserId) -> TimeDelta {
    // Other bits than those of `Cache::number`.
    let shorter = (user.as_uuid().as_u128() / NUMBERS as u128) % (SPREAD + 1);
    MAX_AGE - TimeDelta::milliseconds(shorter as i64)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
