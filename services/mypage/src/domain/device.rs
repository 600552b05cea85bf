//! A device that a person is signed in on.

use chassis::id::SessionId;
use chrono::{DateTime, Utc};

#[derive(Clone, Debug)]
pub struct Device {
    /// login's session on the device.
    pub session_id: SessionId,
    /// May be empty.
    pub name: String,
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether the session is the caller's.
    pub current: bool,
}
