//! `GET /campaigns/{campaign_id}` and its `report.csv`: what a campaign is, and what it did.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::{
    http::{Path, Query, html},
    problem::FieldError,
    sign_in::Failure,
};
use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    form::CampaignForm,
    view::{
        Localizer,
        detail::{DetailPage, Shown},
        range::Range,
        report,
    },
    visitor::Advertiser,
};
use crate::{
    app::App,
    domain::{
        campaign::{CampaignId, CampaignToday},
        creative::CreativeId,
        report::{By, periods},
    },
    usecase::{
        campaigns::get_campaign::get_campaign,
        report::{Report, report},
    },
};

/// The report of a page. Values that cannot be read fall back to this month, so that a mistyped address still shows a page.
#[derive(Default, Deserialize)]
pub(super) struct ReportQuery {
    by: Option<String>,
    /// A day of the report's period.
    on: Option<String>,
}

impl ReportQuery {
    fn range(&self, localizer: &Localizer) -> Range {
        let by = self.by.as_deref().and_then(By::from_name).unwrap_or_default();
        let on: Option<NaiveDate> = self.on.as_deref().and_then(|on| on.parse().ok());
        Range::new(by, on, localizer.today)
    }
}

/// A form of the page that was refused, to show it again.
pub(super) struct Refused {
    pub(super) form: RefusedForm,
    pub(super) errors: Vec<FieldError>,
}

pub(super) enum RefusedForm {
    Status,
    NewCreative(CampaignForm),
    Creative(CreativeId, CampaignForm),
}

pub(super) async fn show(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Failure> {
    Ok(html(&page(&app, &advertiser, id, &query, None).await?))
}

/// Shows the campaign again, with the errors of a form.
pub(super) async fn refused(
    app: &App,
    advertiser: &Advertiser,
    id: CampaignId,
    refused: Refused,
) -> Result<Response, Failure> {
    let page = page(app, advertiser, id, &ReportQuery::default(), Some(refused)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

async fn page(
    app: &App,
    advertiser: &Advertiser,
    id: CampaignId,
    query: &ReportQuery,
    refused: Option<Refused>,
) -> Result<DetailPage, Failure> {
    let localizer = advertiser.localizer(app).await?;
    let range = query.range(&localizer);
    let (shown, report) = load(app, advertiser, &localizer, id, range).await?;
    let shown = Shown { campaign: shown, report, range, page_session: advertiser.page_session(), refused };
    Ok(DetailPage::new(advertiser.layout(), &localizer, shown))
}

async fn load(
    app: &App,
    advertiser: &Advertiser,
    localizer: &Localizer,
    id: CampaignId,
    range: Range,
) -> Result<(CampaignToday, Report), Failure> {
    let campaign = get_campaign(app, advertiser.tenant_id, id).await?;
    let periods = periods(range.by, range.on, localizer.zone);
    let report = report(app, advertiser.tenant_id, id, &periods, localizer.zone).await?;
    Ok((campaign, report))
}

/// Sends the report as CSV.
pub(super) async fn export(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let range = query.range(&localizer);
    let (campaign, report) = load(&app, &advertiser, &localizer, id, range).await?;
    let text = report::csv(&localizer, range.by, &report, campaign.campaign.bid.currency);
    let name = format!("attachment; filename=\"report-{}-{}.csv\"", range.by.name(), range.on);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).expect("a name and a date")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}
