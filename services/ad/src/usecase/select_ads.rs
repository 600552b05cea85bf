//! Selects ads for a person's page.

use chassis::{
    id::{TenantId, UserId},
    problem::FieldError,
    telemetry,
};
use chrono::SubsecRound;

use crate::{
    app::App,
    domain::{
        auction::{self, Candidate, Viewer},
        campaign::page_language,
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
    pub campaign: Candidate,
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
    let candidates = app.index.candidates().ok_or(Error::NotReady)?;
    let Some(locale) = page_language(&request.locale) else { return Ok(vec![]) };
    let consented = app.viewers.find(request.tenant_id, request.user_id).await;
    let interests = consented.map(|consented| consented.interests.clone()).unwrap_or_default();

    let now = app.clock.now();
    let viewer = Viewer { tenant_id: request.tenant_id, locale, interests };
    let traceparent = telemetry::traceparent();
    let offers = auction::select(&candidates, &viewer, now, request.count as usize);
    let selected = offers.into_iter().map(|offer| Selected {
        serve: Serve {
            serve_id: ServeId::new(&app.clock),
            campaign_id: offer.campaign.campaign_id,
            creative_id: Some(offer.campaign.creative_id),
            advertiser_tenant_id: offer.campaign.tenant_id,
            viewer_tenant_id: request.tenant_id,
            viewer_user_id: request.user_id,
            price: offer.price,
            placement: request.placement.clone(),
            issued_at: now.trunc_subsecs(0),
            traceparent: traceparent.clone(),
        },
        campaign: offer.campaign.clone(),
    });
    Ok(selected.collect())
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
