use proptest::prelude::*;

use super::*;

fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::milliseconds(milliseconds)
}

/// Replaces the database: stores attempts and lists those within the window.
#[derive(Default)]
struct Attempts(Vec<(u8, u8, Attempt)>);

impl Attempts {
    fn account(&self, account: u8, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        self.within(now).filter(|(of, ..)| *of == account).map(|(.., each)| each.at).collect()
    }

    fn network(&self, network: u8, now: DateTime<Utc>) -> Vec<Attempt> {
        self.within(now).filter(|(_, from, _)| *from == network).map(|(.., each)| *each).collect()
    }

    fn within(&self, now: DateTime<Utc>) -> impl Iterator<Item = &(u8, u8, Attempt)> {
        self.0.iter().filter(move |(.., each)| each.at > now - WINDOW)
    }

    fn admit(&self, account: u8, network: u8, now: DateTime<Utc>) -> Result<(), Refusal> {
        admit(&self.account(account, now), &self.network(network, now), now)
    }

    /// The largest number of attempts in any window.
    fn busiest(&self, of: impl Fn(&(u8, u8, Attempt)) -> bool) -> usize {
        let times: Vec<_> = self.0.iter().filter(|each| of(each)).map(|(.., each)| each.at).collect();
        let until = |end: DateTime<Utc>| times.iter().filter(|at| **at <= end && **at > end - WINDOW).count();
        times.iter().map(|end| until(*end)).max().unwrap_or(0)
    }
}

/// Steps: an attempt for an account from a network after a pause, then the number of pending attempts that fail.
fn steps() -> impl Strategy<Value = Vec<(i64, u8, u8, usize)>> {
    let gap = prop_oneof![3 => 0..500_i64, 2 => 0..30_000_i64, 1 => 0..1_200_000_i64];
    prop::collection::vec((gap, 0..6_u8, 0..2_u8, 0..4_usize), 1..400)
}

proptest! {
    /// No window holds more attempts than allowed, in any order and with any delay of the results.
    #[test]
    fn no_window_holds_too_many(steps in steps()) {
        let (mut attempts, mut now) = (Attempts::default(), at(0));
        for (gap, account, network, failing) in steps {
            now += Duration::milliseconds(gap);
            if attempts.admit(account, network, now).is_ok() {
                attempts.0.push((account, network, Attempt { at: now, failed: false }));
            }
            for (.., each) in attempts.0.iter_mut().filter(|(.., each)| !each.failed).take(failing) {
                each.failed = true;
            }
        }
        for account in 0..6 {
            prop_assert!(attempts.busiest(|(of, ..)| *of == account) <= MAX_TRIES_PER_ACCOUNT);
        }
        for network in 0..2 {
            prop_assert!(attempts.busiest(|(_, from, _)| *from == network) <= MAX_FAILURES_PER_NETWORK + MAX_PENDING_PER_NETWORK);
        }
    }

    /// Sequential attempts from a network fail at most as often as allowed.
    #[test]
    fn sequential_attempts_fail_no_more_often_than_allowed(gaps in prop::collection::vec(0..20_000_i64, 1..300)) {
        let (mut attempts, mut now) = (Attempts::default(), at(0));
        for (index, gap) in gaps.into_iter().enumerate() {
            now += Duration::milliseconds(gap);
            let account = u8::try_from(index % 250).expect("small");
            if attempts.admit(account, 0, now).is_ok() {
                attempts.0.push((account, 0, Attempt { at: now, failed: true }));
            }
        }
        prop_assert!(attempts.busiest(|_| true) <= MAX_FAILURES_PER_NETWORK);
    }

    /// After the announced wait the next attempt is allowed; one second earlier it is not.
    #[test]
    fn the_wait_is_exact(gaps in prop::collection::vec(0..120_000_i64, 1..120), network in any::<bool>()) {
        let (mut attempts, mut now) = (Attempts::default(), at(0));
        for (index, gap) in gaps.into_iter().enumerate() {
            now += Duration::milliseconds(gap);
            // Either one account tried from many networks, or many accounts tried from one network.
            let index = u8::try_from(index).expect("small");
            let (account, network) = if network { (index, 0) } else { (0, index) };
            match attempts.admit(account, network, now) {
                Ok(()) => attempts.0.push((account, network, Attempt { at: now, failed: true })),
                Err(Refusal::TooMany(wait)) => {
                    let wait = Duration::from_std(wait).expect("short");
                    prop_assert!(wait <= WINDOW, "a later attempt is allowed");
                    prop_assert_eq!(attempts.admit(account, network, now + wait), Ok(()));
                    let second = Duration::seconds(1);
                    prop_assert!(wait == second || attempts.admit(account, network, now + wait - second).is_err());
                }
                Err(Refusal::AtOnce) => prop_assert!(false, "no attempt is pending here"),
            }
        }
    }

    /// Attempts for one account do not affect other accounts on other networks.
    #[test]
    fn other_accounts_are_not_touched(tries in prop::collection::vec(0..5_000_i64, 1..200)) {
        let (mut attempts, mut now) = (Attempts::default(), at(0));
        for gap in tries {
            now += Duration::milliseconds(gap);
            attempts.0.push((0, 0, Attempt { at: now, failed: true }));
            prop_assert_eq!(attempts.admit(1, 1, now), Ok(()));
        }
    }
}

#[test]
fn the_eleventh_try_waits_until_the_first_leaves_the_window() {
    let tries: Vec<_> = (0..10).map(|minute| at(0) + Duration::minutes(minute)).collect();
    let now = at(0) + Duration::minutes(10);
    assert_eq!(admit(&tries[..9], &[], now), Ok(()));
    assert_eq!(admit(&tries, &[], now), Err(Refusal::TooMany(time::Duration::from_secs(5 * 60))));
    let half_a_second_later = now + Duration::milliseconds(500);
    let whole = time::Duration::from_secs(5 * 60);
    assert_eq!(admit(&tries, &[], half_a_second_later), Err(Refusal::TooMany(whole)), "rounded up");
}

#[test]
fn many_concurrent_sign_ins_from_one_network_are_allowed() {
    let waiting = |count| vec![Attempt { at: at(0), failed: false }; count];
    assert_eq!(admit(&[], &waiting(299), at(20_000)), Ok(()));
    assert_eq!(admit(&[], &waiting(300), at(20_000)), Err(Refusal::AtOnce));
    let wait = admit(&[], &waiting(300), at(60_000));
    assert_eq!(wait, Err(Refusal::TooMany(time::Duration::from_secs(14 * 60))), "without a result: counts as failed");
}
