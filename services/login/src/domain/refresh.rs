//! Refresh tokens: each is good once, and a second use says that someone has a copy.
//!
//! An answer can get lost on its way, and an honest client then repeats its request. So a second use is forgiven for a
//! moment, as long as nobody used what the lost answer held: that token becomes worthless, and another takes its place.
//! There is never more than one live token in a family.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

/// How long after its first use a token may come again.
pub const FORGIVEN: Duration = Duration::seconds(60);

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
pub fn judge(token: &RefreshToken, now: DateTime<Utc>) -> Verdict {
    match token.used_at {
        _ if token.superseded => Verdict::Revoke,
        None if token.expires_at <= now => Verdict::Expired,
        None => Verdict::Rotate,
        Some(used_at) if !token.successor_used && now - used_at <= FORGIVEN => Verdict::Replace,
        Some(_) => Verdict::Revoke,
    }
}

chassis::typed_id! {
    /// The refresh tokens that descend from one authorization code.
    pub struct FamilyId
}

/// A family as it is stored.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its id.
    pub family_id: FamilyId,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// The session it ends with.
    pub session_id: SessionId,
    /// The person.
    pub user_id: UserId,
    /// The client that holds the tokens.
    pub client_id: String,
    /// What was granted.
    pub scope: String,
    /// The audiences that were granted; empty for the issuer's own API.
    pub resources: Vec<String>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token as it is stored.
#[derive(Debug, Clone)]
pub struct RefreshToken {
    /// When it stops being good.
    pub expires_at: DateTime<Utc>,
    /// When it was first used.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether another was given in its place.
    pub superseded: bool,
    /// The token it was exchanged for.
    pub successor_hash: Option<Vec<u8>>,
    /// Whether that one was used.
    pub successor_used: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unused() -> RefreshToken {
        let expires_at = DateTime::UNIX_EPOCH + Duration::days(1);
        RefreshToken { expires_at, used_at: None, superseded: false, successor_hash: None, successor_used: false }
    }

    #[test]
    fn each_case_has_its_verdict() {
        let now = DateTime::UNIX_EPOCH + Duration::hours(1);
        let just_used = RefreshToken { used_at: Some(now - Duration::seconds(5)), ..unused() };
        assert_eq!(judge(&unused(), now), Verdict::Rotate);
        assert_eq!(judge(&unused(), now + Duration::days(1)), Verdict::Expired);
        assert_eq!(judge(&just_used, now), Verdict::Replace);
        assert_eq!(judge(&just_used, now + FORGIVEN), Verdict::Revoke);
        assert_eq!(judge(&RefreshToken { successor_used: true, ..just_used }, now), Verdict::Revoke);
        assert_eq!(judge(&RefreshToken { superseded: true, ..unused() }, now), Verdict::Revoke);
    }
}
