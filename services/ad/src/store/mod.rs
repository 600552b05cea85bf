//! SQL only. The functions take a connection whose transaction has the tenant set (`Db::begin`), and row-level security
//! limits them to that tenant. So queries do not filter by tenant.

pub mod campaign;
pub mod candidate;
pub mod charge;
pub mod day;
pub mod delivery;
pub mod erased_viewer;
pub mod preferences;
pub mod tenant;

/// The error for a column with a value that this version does not know.
fn unreadable(column: &'static str, value: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: format!("unknown value `{value}`").into() }
}
