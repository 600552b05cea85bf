//! Choosing ads for a person's page.

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::id::{TenantId, UserId};
use chassis::problem::FieldError;
use chassis::telemetry;
use chrono::SubsecRound;

use crate::domain::auction::{self, Servable, Viewer};
use crate::domain::campaign::page_language;
use crate::domain::serve::{Serve, ServeId, is_placement};
use crate::error::Error;
use crate::index::Index;
use crate::store::viewers;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The person.
    pub user_id: UserId,
    /// The person's tenant.
    pub tenant_id: TenantId,
    /// Where the ads will be shown.
    pub placement: String,
    /// BCP 47 tag of the page's language.
    pub locale: String,
    /// How many at most, 1 to 10.
    pub count: u32,
}

/// An ad that was chosen.
#[derive(Clone, Debug)]
pub struct Selected {
    /// What is shown.
    pub campaign: Servable,
    /// This showing of it.
    pub serve: Serve,
}

/// The best ads for this person on this page now, best first; none where there is none in its language.
///
/// # Errors
/// When fields can't be accepted, when no campaigns were read yet, or when the database can't be reached.
pub async fn select_ads(db: &Db, clock: &Clock, index: &Index, request: Request) -> Result<Vec<Selected>, Error> {
    check(&request)?;
    let campaigns = index.campaigns().ok_or(Error::NotReady)?;
    let Some(locale) = page_language(&request.locale) else { return Ok(vec![]) };
    let mut tx = db.begin(request.tenant_id).await?;
    let interests = viewers::consented_interests(&mut tx, request.user_id).await?;
    tx.commit().await?;

    let now = clock.now();
    let viewer = Viewer { tenant_id: request.tenant_id, locale, interests };
    let traceparent = telemetry::traceparent();
    let offers = auction::select(&campaigns, &viewer, now, request.count as usize);
    let selected = offers.into_iter().map(|offer| Selected {
        serve: Serve {
            serve_id: ServeId::new(clock),
            campaign_id: offer.campaign.campaign_id,
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

fn check(request: &Request) -> Result<(), Error> {
    let mut wrong = Vec::new();
    if !is_placement(&request.placement) {
        wrong.push(FieldError::new("placement", "malformed", "must be a short name such as mypage.home"));
    }
    if !(1..=10).contains(&request.count) {
        wrong.push(FieldError::new("count", "out_of_range", "must be 1 to 10"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}
