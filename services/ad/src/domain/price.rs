//! What an impression or a click costs the advertiser. It is decided when the link is opened.

use chrono::{DateTime, Utc};

use super::{
    campaign::{Campaign, Status},
    money::Money,
    serve::Serve,
    tenant::Advertiser,
};

/// Reports whether the advertiser is billed.
///
/// A suspended tenant is not billed from the suspension on. A paused campaign is not billed once the auction's price no
/// longer holds.
pub fn is_billed(serve: &Serve, campaign: &Campaign, advertiser: &Advertiser, now: DateTime<Utc>) -> bool {
    advertiser.active && (campaign.status == Status::Active || serve.holds_price_at(now))
}

/// Returns the price of a click: the auction's price while it holds, then at most the present bid. It is a payable amount.
pub fn of_click(serve: &Serve, campaign: &Campaign, now: DateTime<Utc>) -> Money {
    let agreed = serve.price.micros;
    let micros = if serve.holds_price_at(now) { agreed } else { agreed.min(campaign.bid.micros) };
    Money::payable(micros, serve.price.currency)
}
