//! A browser's session at mypage, and its access to the other products.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use super::identity::Identity;

chassis::typed_id! {
    pub struct WebSessionId
}

#[derive(Clone, Debug)]
pub struct WebSession {
    pub web_session_id: WebSessionId,
    pub identity: Identity,
    /// Encrypted: see `peers::tokens`.
    pub sealed_tokens: Vec<u8>,
    pub access_expires_at: DateTime<Utc>,
}

/// The absolute lifetime of a session: use does not extend it.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A replica's claim to refresh the tokens of a session. Its end identifies it: each later claim ends later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshClaim {
    /// No other replica refreshes before this time.
    pub refreshing_until: Option<DateTime<Utc>>,
}

/// The access of a page to the other products.
#[derive(Clone, Debug)]
pub enum Access {
    /// A token for calls on behalf of the person.
    Token(SecretString),
    /// No token, because login cannot be reached: the page omits the parts that need a token.
    Unavailable,
    /// login has ended the session; mypage has ended its own.
    SessionEnded,
}
