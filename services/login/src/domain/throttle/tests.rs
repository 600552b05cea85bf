use proptest::prelude::*;

use super::*;

fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::milliseconds(milliseconds)
}

/// What the store does: keeps tries, and shows those within the window.
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

    /// Tries that were judged, or still are to be, in the busiest window.
    fn busiest(&self, of: impl Fn(&(u8, u8, Attempt)) -> bool) -> usize {
        let times: Vec<_> = self.0.iter().filter(|each| of(each)).map(|(.., each)| each.at).collect();
        let until = |end: DateTime<Utc>| times.iter().filter(|at| **at <= end && **at > end - WINDOW).count();
        times.iter().map(|end| until(*end)).max().unwrap_or(0)
    }
}

/// Someone tries an account from a network, some time after what came before; then some of those that wait are judged.
fn steps() -> impl Strategy<Value = Vec<(i64, u8, u8, usize)>> {
    let gap = prop_oneof![3 => 0..500_i64, 2 => 0..30_000_i64, 1 => 0..1_200_000_i64];
    prop::collection::vec((gap, 0..6_u8, 0..2_u8, 0..4_usize), 1..400)
}

proptest! {
    /// Whatever comes in whatever order, and however late it is judged: no window holds more than may be tried.
    #[test]
    fn no_window_holds_too_many(steps in steps()) {
        let (mut kept, mut now) = (Attempts::default(), at(0));
        for (gap, account, network, judged) in steps {
            now += Duration::milliseconds(gap);
            if kept.admit(account, network, now).is_ok() {
                kept.0.push((account, network, Attempt { at: now, failed: false }));
            }
            for (.., each) in kept.0.iter_mut().filter(|(.., each)| !each.failed).take(judged) {
                each.failed = true;
            }
        }
        for account in 0..6 {
            prop_assert!(kept.busiest(|(of, ..)| *of == account) <= MAX_TRIES_PER_ACCOUNT);
        }
        for network in 0..2 {
            prop_assert!(kept.busiest(|(_, from, _)| *from == network) <= MAX_FAILURES_PER_NETWORK + MAX_PENDING_PER_NETWORK);
        }
    }

    /// Tries that come one after the other: no network fails more often than it may.
    #[test]
    fn one_after_the_other_fails_no_more_often_than_it_may(gaps in prop::collection::vec(0..20_000_i64, 1..300)) {
        let (mut kept, mut now) = (Attempts::default(), at(0));
        for (index, gap) in gaps.into_iter().enumerate() {
            now += Duration::milliseconds(gap);
            let account = u8::try_from(index % 250).expect("small");
            if kept.admit(account, 0, now).is_ok() {
                kept.0.push((account, 0, Attempt { at: now, failed: true }));
            }
        }
        prop_assert!(kept.busiest(|_| true) <= MAX_FAILURES_PER_NETWORK);
    }

    /// Who waits as long as they were told is let in, and nobody is a second before.
    #[test]
    fn the_wait_is_exact(gaps in prop::collection::vec(0..120_000_i64, 1..120), network in any::<bool>()) {
        let (mut kept, mut now) = (Attempts::default(), at(0));
        for (index, gap) in gaps.into_iter().enumerate() {
            now += Duration::milliseconds(gap);
            // Either one account that is tried from everywhere, or one network that tries all accounts.
            let index = u8::try_from(index).expect("small");
            let (account, network) = if network { (index, 0) } else { (0, index) };
            match kept.admit(account, network, now) {
                Ok(()) => kept.0.push((account, network, Attempt { at: now, failed: true })),
                Err(Refusal::TooMany(told)) => {
                    let told = Duration::from_std(told).expect("short");
                    prop_assert!(told <= WINDOW, "it always opens again");
                    prop_assert_eq!(kept.admit(account, network, now + told), Ok(()));
                    let second = Duration::seconds(1);
                    prop_assert!(told == second || kept.admit(account, network, now + told - second).is_err());
                }
                Err(Refusal::AtOnce) => prop_assert!(false, "nothing waits here"),
            }
        }
    }

    /// However hard one account is tried from afar, the others are as open as before.
    #[test]
    fn other_accounts_are_not_touched(tries in prop::collection::vec(0..5_000_i64, 1..200)) {
        let (mut kept, mut now) = (Attempts::default(), at(0));
        for gap in tries {
            now += Duration::milliseconds(gap);
            kept.0.push((0, 0, Attempt { at: now, failed: true }));
            prop_assert_eq!(kept.admit(1, 1, now), Ok(()));
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
fn an_office_that_signs_in_at_nine_is_let_in() {
    let waiting = |count| vec![Attempt { at: at(0), failed: false }; count];
    assert_eq!(admit(&[], &waiting(299), at(20_000)), Ok(()));
    assert_eq!(admit(&[], &waiting(300), at(20_000)), Err(Refusal::AtOnce));
    let told = admit(&[], &waiting(300), at(60_000));
    assert_eq!(told, Err(Refusal::TooMany(time::Duration::from_secs(14 * 60))), "never judged: counts as failed");
}
