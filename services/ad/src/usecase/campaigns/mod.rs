//! Campaigns: create, read and change. `edit` and `limit_active` are helpers, `edit` also of [`super::creatives`].

pub mod change_campaign;
pub mod create_campaign;
pub mod duplicate_campaign;
pub(super) mod edit;
pub mod get_campaign;
mod limit_active;
pub mod list_campaigns;
