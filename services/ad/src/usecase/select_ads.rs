//! Selects ads for a person's page.

use std::sync::Arc;

use chassis::{
    id::{TenantId, UserId},
    problem::FieldError,
    telemetry,
};
use chrono::SubsecRound;

use crate::{
    app::App,
    domain::{
        auction::{Offer, Viewer},
        campaign::page_language,
        candidate::{Candidate, Variant},
        consented::Consented,
        serve::{Serve, ServeId, is_placement},
    },
    error::Error,
};

#[derive(Clone, Debug)]
pub struct Request {
    /// The viewer's tenant.
    pub tenant_id: TenantId,
    /// The viewer.
    pub user_id: UserId,
    /// The page and position, such as `mypage.home`.
    pub placement: String,
    /// BCP 47 tag of the page's language.
    pub locale: String,
    /// The highest number of ads, 1 to 10.
    pub count: u32,
}

#[derive(Clone, Debug)]
pub struct Selected {
    pub campaign: Arc<Candidate>,
    pub creative: Variant,
    pub serve: Serve,
}

/// Returns the best ads for the person and the page, best first; an empty list if no ad fits.
pub async fn select_ads(app: &App, request: Request) -> Result<Vec<Selected>, Error> {
    let selected = select(app, request).await?;
    app.metrics.selected(selected.len());
    Ok(selected)
}

async fn select(app: &App, request: Request) -> Result<Vec<Selected>, Error> {
    validate(&request)?;
    app.index.size().ok_or(Error::NotReady)?;
    let Some(locale) = page_language(&request.locale) else { return Ok(vec![]) };
    let consented = app.viewers.find(request.tenant_id, request.user_id).await;
    let interests = consented.as_ref().map(|consented| consented.interests).unwrap_or_default();
    let viewer = Viewer { tenant_id: request.tenant_id, locale, interests };
    let offers = offers(app, viewer, request.count as usize, consented.as_deref()).ok_or(Error::NotReady)?;

    let (now, traceparent) = (app.clock.now(), telemetry::traceparent());
    let selected = offers.into_iter().map(|offer| {
        let serve_id = ServeId::new(&app.clock);
        let creative = offer.campaign.choose(serve_id).clone();
        let serve = Serve {
            serve_id,
            campaign_id: offer.campaign.campaign_id,
            creative_id: Some(creative.creative_id),
            advertiser_tenant_id: offer.campaign.tenant_id,
            viewer_tenant_id: request.tenant_id,
            viewer_user_id: request.user_id,
            price: offer.price,
            placement: request.placement.clone(),
            issued_at: now.trunc_subsecs(0),
            traceparent: traceparent.clone(),
        };
        Selected { campaign: offer.campaign, creative, serve }
    });
    Ok(selected.collect())
}

/// Sells the slots, and counts the campaigns with a frequency cap. Those are not for people whose impressions may not be counted.
fn offers(app: &App, viewer: Viewer, count: usize, consented: Option<&Consented>) -> Option<Vec<Offer>> {
    let mut seen = consented.map(Consented::seen);
    let may_see = |campaign: &Candidate| {
        let allows = |cap| seen.as_ref().is_some_and(|seen| seen.allows(campaign.campaign_id, cap));
        campaign.frequency_cap.is_none_or(allows)
    };
    let offers = app.index.select(viewer, count, may_see)?;
    if let Some(seen) = &mut seen {
        let capped = offers.iter().filter(|offer| offer.campaign.frequency_cap.is_some());
        capped.for_each(|offer| seen.add(offer.campaign.campaign_id));
    }
    Some(offers)
}

fn validate(request: &Request) -> Result<(), Error> {
    let mut errors = Vec::new();
    if !is_placement(&request.placement) {
        errors.push(FieldError::new("placement", "malformed", "must be a short name such as mypage.home"));
    }
    if !(1..=10).contains(&request.count) {
        errors.push(FieldError::new("count", "out_of_range", "must be 1 to 10"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}
