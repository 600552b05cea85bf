use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{campaign::CampaignId, interest::Interest};

const PERSONS: usize = 3;
/// What ad promises: a withdrawn consent is unused after this time.
const PROMISE: Duration = Duration::from_secs(1);

/// What can happen around the memory, in any order.
#[derive(Clone, Debug)]
enum Step {
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

fn any_step() -> impl Strategy<Value = Step> {
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
struct World {
    cache: Cache,
    elapsed: Duration,
    is_listening: bool,
    consents: [bool; PERSONS],
    /// When each person last withdrew. Nobody consented before.
    withdrawn: [Duration; PERSONS],
    /// Committed changes whose notifications are on their way.
    notifications: Vec<usize>,
    /// When the round trip began, and how many of the notifications come before its answer.
    proof: Option<(Duration, usize)>,
    reads: Vec<(usize, cache::Stamp, bool)>,
}

fn tenant() -> TenantId {
    TenantId::from(Uuid::from_u128(1))
}

fn music(now: DateTime<Utc>) -> Consented {
    Consented::new([Interest::Music].into_iter().collect(), Tz::Asia__Seoul, now, [])
}

fn user(person: usize) -> UserId {
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

    fn step(&mut self, step: &Step) {
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
}

impl World {
    /// Whether a selection uses the interests of a person without reading.
    fn uses(&self, person: usize) -> bool {
        let found = self.cache.find(tenant(), user(person), self.elapsed, self.now());
        matches!(found, Found::Person(Some(_)))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_withdrawn_consent_is_never_used_after_a_second(steps in prop::collection::vec(any_step(), 0..120)) {
        let mut world = World::default();
        for step in steps {
            world.step(&step);
            for person in 0..PERSONS {
                let may_use = world.consents[person] || world.elapsed - world.withdrawn[person] < PROMISE;
                prop_assert!(may_use || !world.uses(person), "person {person} after {step:?}");
            }
        }
    }
}

fn run(steps: &[Step]) -> World {
    let mut world = World::default();
    steps.iter().for_each(|step| world.step(step));
    world
}

/// A person who consented and is in the memory.
const KNOWN: [Step; 5] = [Step::Change(0, true), Step::BeginProof, Step::EndProof, Step::BeginRead(0), Step::EndRead];

#[test]
fn a_person_who_was_read_is_used_while_changes_are_received() {
    let mut world = run(&KNOWN);
    assert!(world.uses(0) && !world.uses(1));
    world.step(&Step::Wait(749));
    assert!(world.uses(0));
    world.step(&Step::Wait(1));
    assert!(!world.uses(0), "no proof for 750 ms");
    world.step(&Step::BeginProof);
    world.step(&Step::EndProof);
    assert!(world.uses(0), "no change was lost");
    world.step(&Step::Disconnect);
    world.step(&Step::BeginProof);
    world.step(&Step::EndProof);
    assert!(!world.uses(0), "a change may have been lost");
}

#[test]
fn a_read_that_a_change_overtook_is_not_used() {
    let mut world = run(&KNOWN[..4]);
    for step in [Step::Change(0, false), Step::Receive, Step::EndRead] {
        world.step(&step);
    }
    assert!(!world.uses(0));
}

#[test]
fn a_person_is_read_again_after_a_minute_and_on_a_new_day() {
    let cache = Cache::default();
    cache.prove(Duration::ZERO);
    let midnight: DateTime<Utc> = "2026-03-02T15:00:00Z".parse().expect("a time");
    let find = |now| cache.find(tenant(), user(0), Duration::ZERO, now);
    for (read_at, seconds) in [(midnight, 60), (midnight - TimeDelta::seconds(10), 10)] {
        let Found::Nothing(stamp) = find(read_at) else { panic!("not in the memory") };
        cache.keep((tenant(), user(0)), stamp, Some(Arc::new(music(read_at))), read_at);
        let last = read_at + TimeDelta::seconds(seconds - 1);
        assert!(matches!(find(last), Found::Person(Some(_))), "{last}");
        assert!(matches!(find(last + TimeDelta::seconds(1)), Found::Nothing(_)));
        assert!(matches!(find(read_at - TimeDelta::seconds(1)), Found::Nothing(_)), "a clock that goes back");
        cache.forget(user(0));
    }
}

#[test]
fn another_tenants_token_finds_nothing_and_two_reads_share_their_counts() {
    let (world, now) = (run(&KNOWN), DateTime::UNIX_EPOCH);
    let other = TenantId::from(Uuid::from_u128(2));
    assert!(matches!(world.cache.find(other, user(0), world.elapsed, now), Found::Nothing(_)));

    let Found::Nothing(stamp) = world.cache.find(tenant(), user(1), world.elapsed, now) else { panic!("kept") };
    let keep = || world.cache.keep((tenant(), user(1)), stamp, Some(Arc::new(music(now))), now).expect("consented");
    assert!(Arc::ptr_eq(&keep(), &keep()));
}

#[test]
fn three_replicas_that_read_a_person_first_select_a_campaign_three_times_as_often_as_its_cap() {
    let (now, campaign, cap) = (DateTime::UNIX_EPOCH, CampaignId::from(Uuid::from_u128(9)), 2);
    let replicas = [(); 3].map(|()| Cache::default());
    let find = |cache: &Cache, now| cache.find(tenant(), user(0), Duration::ZERO, now);
    for cache in &replicas {
        cache.prove(Duration::ZERO);
        let Found::Nothing(stamp) = find(cache, now) else { panic!("not in the memory") };
        cache.keep((tenant(), user(0)), stamp, Some(Arc::new(music(now))), now);
    }
    let mut selected = 0;
    for cache in replicas.iter().cycle().take(30) {
        let Found::Person(Some(person)) = find(cache, now) else { panic!("in the memory") };
        let mut seen = person.seen();
        if seen.allows(campaign, cap) {
            seen.add(campaign);
            selected += 1;
        }
    }
    assert_eq!(selected, 3 * cap);
    let a_minute_later = now + TimeDelta::seconds(60);
    assert!(replicas.iter().all(|cache| matches!(find(cache, a_minute_later), Found::Nothing(_))), "read again");
}
