//! The schedule of the signing keys. The keys of one algorithm follow each other. Each key is published before it
//! signs, so that every verifier has fetched it by then. It stays published until the tokens it signed have expired.

use chrono::{DateTime, Duration, Utc};

use super::session;

/// Time for which a key signs.
pub const SIGNS_FOR: Duration = Duration::days(30);

/// Time between publishing a key and its first signature. It is much longer than a replica takes to read the key, and
/// than a verifier may cache `/jwks`.
pub const PUBLISHED_AHEAD: Duration = Duration::hours(1);

/// Time for which a key stays published after its last signature. Its tokens are valid for five minutes, and a replica
/// may read the next key late.
pub const PUBLISHED_AFTER: Duration = Duration::minutes(15);

/// Time for which a retired key is stored, to read the ID token hint of a sign-out: as long as a session can last.
pub const KEPT_AFTER: Duration = session::LIFETIME;

/// The state of a key at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, but does not sign yet.
    Pending,
    /// Published, and signs.
    Signing,
    /// Published, because its tokens can still be valid; another key signs.
    Retiring,
    /// Not published; only reads old ID tokens.
    Retired,
    /// Can be deleted.
    Expired,
}

impl KeyState {
    /// Whether `/jwks` lists the key.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Pending | Self::Signing | Self::Retiring)
    }
}

/// The state of each key of one algorithm. `starts` holds when each key begins to sign, earliest first.
pub fn states(starts: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<KeyState> {
    let state = |index: usize| match (starts[index], starts.get(index + 1)) {
        (own, _) if own > now => KeyState::Pending,
        (_, Some(&relieved)) if relieved <= now => match now - relieved {
            since if since < PUBLISHED_AFTER => KeyState::Retiring,
            since if since < KEPT_AFTER => KeyState::Retired,
            _ => KeyState::Expired,
        },
        _ => KeyState::Signing,
    };
    (0..starts.len()).map(state).collect()
}

/// Returns the time at which the next key of one algorithm must begin to sign, or `None` when no key is due.
///
/// A key is due shortly before the current one ends, or at once with `early`. The first key signs immediately.
pub fn next_start(starts: &[DateTime<Utc>], now: DateTime<Utc>, early: bool) -> Option<DateTime<Utc>> {
    let Some(&last) = starts.iter().max() else { return Some(now) };
    let soonest = now + PUBLISHED_AHEAD;
    match last + SIGNS_FOR {
        _ if last > now => None,
        _ if early => Some(soonest),
        regular if regular <= soonest => Some(soonest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::minutes(minutes)
    }

    #[test]
    fn a_key_passes_through_its_states_in_order() {
        let starts = [at(0), at(100)];
        let old = |now| states(&starts, now)[0];
        assert_eq!(states(&starts, at(99)), [KeyState::Signing, KeyState::Pending]);
        assert_eq!(states(&starts, at(100)), [KeyState::Retiring, KeyState::Signing]);
        assert_eq!(old(at(100) + PUBLISHED_AFTER), KeyState::Retired);
        assert_eq!(old(at(100) + KEPT_AFTER), KeyState::Expired);
    }

    #[test]
    fn the_next_key_is_made_an_hour_before_it_signs() {
        let due = at(0) + SIGNS_FOR - PUBLISHED_AHEAD;
        assert_eq!(next_start(&[], at(0), false), Some(at(0)));
        assert_eq!(next_start(&[at(0)], due - Duration::seconds(1), false), None);
        assert_eq!(next_start(&[at(0)], due, false), Some(at(0) + SIGNS_FOR));
        assert_eq!(
            next_start(&[at(0)], due + Duration::days(9), false),
            Some(due + Duration::days(9) + PUBLISHED_AHEAD)
        );
        assert_eq!(next_start(&[at(0), due + PUBLISHED_AHEAD], due, false), None, "it exists already");
        assert_eq!(next_start(&[at(0)], at(5), true), Some(at(5) + PUBLISHED_AHEAD));
        assert_eq!(next_start(&[at(0), at(65)], at(6), true), None);
    }

    proptest! {
        /// For any sequence of checks: exactly one key signs, and a verifier that read the keys within the last hour
        /// can verify its tokens until they expire.
        #[test]
        fn exactly_one_key_signs_and_stays_published(looks in prop::collection::vec((1_i64..3000, any::<bool>()), 1..200)) {
            let mut now = at(0);
            let mut starts = vec![];
            let mut made = vec![];
            for (minutes, early) in looks {
                if let Some(start) = next_start(&starts, now, early) {
                    starts.push(start);
                    made.push(now);
                }
                let states = states(&starts, now);
                prop_assert_eq!(states.iter().filter(|turn| **turn == KeyState::Signing).count(), 1);
                let signs = states.iter().position(|state| *state == KeyState::Signing).expect("one");
                prop_assert!(signs == 0 || starts[signs] - made[signs] >= PUBLISHED_AHEAD);
                let later = super::states(&starts, now + Duration::minutes(5));
                prop_assert!(later[signs].is_published());
                now += Duration::minutes(minutes);
            }
        }
    }
}
