//! Refresh tokens. Each is valid once: a second use shows that the token was copied.
//!
//! A response can get lost, and an honest client then repeats its request. A second use is therefore accepted for a
//! short time, if the successor is still unused. The lost successor is invalidated and replaced. A family never has
//! more than one valid token.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

/// Time after the first use in which a second use is accepted.
pub const FORGIVEN: Duration = Duration::seconds(60);

/// Families of one session that are not revoked. One more revokes the oldest.
pub const MAX_FAMILIES_PER_SESSION: i64 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Issue the next token.
    Rotate,
    /// Issue another next token and invalidate the previous one.
    Replace,
    /// The token was copied: revoke the family.
    Revoke,
    Expired,
}

/// Decides about the use of a token of a family that is not revoked.
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

#[derive(Debug, Clone)]
pub struct Family {
    pub family_id: FamilyId,
    pub tenant_id: TenantId,
    pub session_id: SessionId,
    pub user_id: UserId,
    pub client_id: String,
    pub scope: String,
    /// Empty means the issuer's own API.
    pub resources: Vec<String>,
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone)]
pub struct RefreshToken {
    pub expires_at: DateTime<Utc>,
    /// Time of the first use.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether another token replaced it after a lost response.
    pub superseded: bool,
    /// The token that replaced it.
    pub successor_hash: Option<Vec<u8>>,
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
