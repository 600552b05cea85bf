//! SQL only. `conn` is a transaction that is set to one tenant (`Db::begin`). Row-level security limits every query to that
//! tenant, so queries do not filter by tenant. Functions with `worker` read or delete the rows of all tenants. `viewer` sets the
//! tenant itself, to take one statement.

pub mod billing;
pub mod campaign;
pub mod candidate;
pub mod charge;
pub mod creative;
pub mod creative_count;
pub mod creative_review;
pub mod credit;
pub mod day;
pub mod delivery;
pub mod ended_session;
pub mod erased_viewer;
pub mod image;
pub mod ledger;
pub mod lowered_budget;
pub mod member;
pub mod overspend;
pub mod preferences;
pub mod reconcile;
pub mod refusal;
pub mod report;
pub mod tenant;
pub mod usage;
pub mod viewer;
pub mod web_session;
