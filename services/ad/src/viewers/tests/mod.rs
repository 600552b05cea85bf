use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use self::world::{PERSONS, Step, World, any_step, music, tenant, user};
use super::*;
use crate::domain::campaign::CampaignId;

mod world;

/// What ad promises: a withdrawn consent is unused after this time.
const PROMISE: Duration = Duration::from_secs(1);

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
fn people_who_were_read_in_one_moment_are_not_all_read_again_in_another() {
    let (cache, start) = (Cache::default(), DateTime::UNIX_EPOCH);
    cache.prove(Duration::ZERO);
    let find = |user, now| cache.find(tenant(), user, Duration::ZERO, now);
    let people: Vec<_> = (0..1_000).map(|_| UserId::new(&Clock::system())).collect();
    for person in &people {
        let Found::Nothing(stamp) = find(*person, start) else { panic!("not in the memory") };
        cache.keep((tenant(), *person), stamp, None, start);
    }
    let known = |seconds| {
        let now = start + TimeDelta::seconds(seconds);
        people.iter().filter(|person| matches!(find(**person, now), Found::Person(_))).count()
    };
    assert_eq!((known(44), known(60)), (1_000, 0));
    for second in 45..60 {
        let gone = known(second) - known(second + 1);
        // 67 on average.
        assert!((1..150).contains(&gone), "{gone} in second {second}");
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
