//! When a signing key does what. Keys of one algorithm take turns: each is published before it signs, so that whoever
//! verifies has it by then, and goes on being published until what it signed has expired.

use chrono::{DateTime, Duration, Utc};

use super::session;

/// How long a key signs.
pub const SIGNS_FOR: Duration = Duration::days(30);

/// How long before its first signature a key is published: far longer than replicas take to read it, and than `/jwks`
/// may be remembered.
pub const PUBLISHED_AHEAD: Duration = Duration::hours(1);

/// How long after its last signature a key is published: its tokens live for five minutes, and a replica may read late
/// that it has been relieved.
pub const PUBLISHED_AFTER: Duration = Duration::minutes(15);

/// How long after its last signature a key is kept to read the hints of a sign-out: as long as a session may have held
/// an ID token that it signed.
pub const KEPT_AFTER: Duration = session::LIFETIME;

/// What a key is good for at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It is published, and will sign.
    Pending,
    /// It signs.
    Signing,
    /// Others sign; it is published for what it signed.
    Retiring,
    /// Nothing it signed is good any more; it tells whether an old ID token was ours.
    Retired,
    /// Nobody needs it.
    Expired,
}

impl KeyState {
    /// Whether `/jwks` lists the key.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Pending | Self::Signing | Self::Retiring)
    }
}

/// The turn of each key of one algorithm. `starts` says when each begins to sign, earliest first.
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

/// When the next key of one algorithm has to begin to sign, if it is time to make it: at the end of the last one's turn,
/// or as soon as it may with `early`. Nothing when it has been made already. The first key signs at once.
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
    fn a_key_has_its_turns_one_after_the_other() {
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
        assert_eq!(next_start(&[at(0), due + PUBLISHED_AHEAD], due, false), None, "it is made already");
        assert_eq!(next_start(&[at(0)], at(5), true), Some(at(5) + PUBLISHED_AHEAD));
        assert_eq!(next_start(&[at(0), at(65)], at(6), true), None);
    }

    proptest! {
        /// However often someone looks, and whoever asks for more: one key signs, and whatever it signs can be checked by
        /// who has read the keys within the last hour, for as long as it is good.
        #[test]
        fn one_key_signs_and_is_known_for_as_long_as_its_tokens_live(looks in prop::collection::vec((1_i64..3000, any::<bool>()), 1..200)) {
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
