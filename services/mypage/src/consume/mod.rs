//! Handlers of events. Each does its effect in the transaction that chassis gives it, whose tenant is the event's; a
//! handler calls nobody. State events carry a version: an older one changes nothing. Facts are known by their event id.

use std::str::FromStr;

use chassis::{consumer::ConsumeError, id::TenantId};
use chrono::{DateTime, Utc};
use contracts::convert::datetime;

mod campaign;
mod delivery;
mod session;
mod tenant;
mod usage;
mod user;

/// The handlers of mypage.
#[derive(Clone, Debug)]
pub struct Handlers {
    /// When it is.
    pub clock: chassis::clock::Clock,
}

fn id<T: FromStr>(field: &str, text: &str) -> Result<T, ConsumeError> {
    text.parse().map_err(|_| ConsumeError::invalid(format!("{field} is no UUID")))
}

fn time(field: &str, time: Option<prost_types::Timestamp>) -> Result<DateTime<Utc>, ConsumeError> {
    datetime(time).ok_or_else(|| ConsumeError::invalid(format!("{field} is missing")))
}

/// A payload that names another tenant than its envelope is not to be trusted with either.
fn same_tenant(envelope: TenantId, payload: &str) -> Result<(), ConsumeError> {
    if id::<TenantId>("tenant_id", payload)? == envelope {
        return Ok(());
    }
    Err(ConsumeError::invalid("tenant_id differs from the envelope's"))
}

/// A topic of facts has no tombstones.
fn required<T>(payload: Option<T>) -> Result<T, ConsumeError> {
    payload.ok_or_else(|| ConsumeError::invalid("empty"))
}
