//! SQL, and nothing else: functions over a connection whose transaction is set to one tenant.
//!
//! Rows are seen by row-level security, so no statement here names the tenant to look in; what is written carries it.

pub mod campaigns;
pub mod charges;
pub mod days;
pub mod deliveries;
pub mod index;
pub mod tenants;
pub mod viewers;

/// A value in the database that this version does not understand.
pub(crate) fn unreadable(column: &'static str, value: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: format!("`{value}` is not known").into() }
}
