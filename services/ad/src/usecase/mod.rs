//! Use cases: one verb per file. `open_link` and `tenant` are helpers that they share.

pub mod begin_terms;
pub mod campaigns;
pub mod count_creatives;
pub mod creatives;
pub mod credit_charge;
pub mod erase_viewer;
pub mod find_landing_page;
pub mod images;
pub mod list_charges;
pub mod list_ledger;
pub mod measure_overspend;
mod open_link;
pub mod overview;
pub mod reconcile;
pub mod record_delivery;
pub mod report;
pub mod roll_up_usage;
pub mod select_ads;
pub mod sessions;
pub mod show_ads;
pub mod statement;
pub mod store_refusals;
pub mod sweep;
pub mod tenant;
