//! Use cases: one verb per file. `open_link` and `tenant` are helpers that they share.

pub mod campaigns;
pub mod count_creatives;
pub mod creatives;
pub mod erase_viewer;
pub mod find_landing_page;
pub mod list_charges;
mod open_link;
pub mod overview;
pub mod record_delivery;
pub mod select_ads;
pub mod sessions;
pub mod statement;
pub mod sweep;
pub mod tenant;
