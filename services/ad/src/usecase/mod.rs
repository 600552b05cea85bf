//! Use cases: one verb per file. `tenant` is a helper that they share.

pub mod change_campaign;
pub mod create_campaign;
pub mod erase_viewer;
pub mod get_campaign;
pub mod list_campaigns;
pub mod list_charges;
pub mod record_delivery;
pub mod select_ads;
pub mod sweep;
mod tenant;
