//! Invitations: how people join a tenant.

use chrono::Duration;

/// How long an invitation may be accepted.
pub const LIFETIME: Duration = Duration::days(7);
