//! SQL only. `conn` is a transaction that is set to one tenant (`Db::begin`). Row-level security limits every query to that
//! tenant, so queries do not filter by tenant. Functions with `worker` read or delete the rows of all tenants.

pub mod campaign;
pub mod candidate;
pub mod charge;
pub mod day;
pub mod delivery;
pub mod erased_viewer;
pub mod lowered_budget;
pub mod preferences;
pub mod tenant;

/// The error for a column with a value that this version does not know.
fn unreadable(column: &'static str, value: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: format!("unknown value `{value}`").into() }
}
