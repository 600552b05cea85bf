//! Waits for the cluster.

use std::time::Duration;

pub(crate) use support::within;

/// Timeout of a rollout, and of other changes on the cluster.
pub(crate) const ROLLOUT: Duration = Duration::from_secs(600);
