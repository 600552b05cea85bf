//! Use cases: one verb per file. `limit_active`, `open_link` and `tenant` are helpers that they share.

pub mod begin_terms;
pub mod change_campaign;
pub mod create_campaign;
pub mod credit_charge;
pub mod erase_viewer;
pub mod find_landing_page;
pub mod get_campaign;
mod limit_active;
pub mod list_campaigns;
pub mod list_charges;
pub mod list_ledger;
mod open_link;
pub mod reconcile;
pub mod record_delivery;
pub mod roll_up_usage;
pub mod select_ads;
pub mod store_refusals;
pub mod sweep;
mod tenant;
