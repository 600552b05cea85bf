//! Refresh tokens: each is good once, and a second use says that someone has a copy.
//!
//! An answer can get lost on its way, and an honest client then repeats its request. So a second use is forgiven for a
//! moment, as long as nobody used what the lost answer held: that token becomes worthless, and another takes its place.
//! There is never more than one live token in a family.

use chrono::{DateTime, Duration, Utc};

/// How long after its first use a token may come again.
pub const FORGIVEN: Duration = Duration::seconds(60);

/// What is known of a token that was shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// When it stops being good.
    pub expires_at: DateTime<Utc>,
    /// When it was first used.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether another was given in its place.
    pub superseded: bool,
    /// Whether the token it was exchanged for has been used.
    pub successor_used: bool,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Give the next token.
    Rotate,
    /// Give another next token; the one given before is worthless from now on.
    Replace,
    /// Someone has a copy: end the family.
    Revoke,
    /// Too late.
    Expired,
}

/// Judges a token that was shown, of a family that lives.
pub fn judge(shown: Shown, now: DateTime<Utc>) -> Verdict {
    match shown.used_at {
        _ if shown.superseded => Verdict::Revoke,
        None if shown.expires_at <= now => Verdict::Expired,
        None => Verdict::Rotate,
        Some(used_at) if !shown.successor_used && now - used_at <= FORGIVEN => Verdict::Replace,
        Some(_) => Verdict::Revoke,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        let expires_at = DateTime::UNIX_EPOCH + Duration::days(1);
        Shown { expires_at, used_at: None, superseded: false, successor_used: false }
    }

    #[test]
    fn each_case_has_its_verdict() {
        let now = DateTime::UNIX_EPOCH + Duration::hours(1);
        let just_used = Shown { used_at: Some(now - Duration::seconds(5)), ..shown() };
        assert_eq!(judge(shown(), now), Verdict::Rotate);
        assert_eq!(judge(shown(), now + Duration::days(1)), Verdict::Expired);
        assert_eq!(judge(just_used, now), Verdict::Replace);
        assert_eq!(judge(just_used, now + FORGIVEN), Verdict::Revoke);
        assert_eq!(judge(Shown { successor_used: true, ..just_used }, now), Verdict::Revoke);
        assert_eq!(judge(Shown { superseded: true, ..shown() }, now), Verdict::Revoke);
    }
}
