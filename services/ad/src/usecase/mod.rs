//! What ad does, one verb a file.

pub mod change_campaign;
pub mod create_campaign;
pub mod erase_viewer;
pub mod read_campaigns;
pub mod record_delivery;
pub mod select_ads;
pub mod sweep;
