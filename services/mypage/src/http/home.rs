//! GET /: the person's page, or the landing page when signed out.

use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
};
use chassis::{
    http::{Query, html, is_person_looking},
    sign_in::Failure,
};
use chrono_tz::Tz;
use serde::Deserialize;

use super::{
    view::{
        Layout, Localizer,
        devices::DevicesCard,
        home::{AdCard, HomePage, LandingPage, ProfileCard},
        preferences::PreferencesCard,
        texts,
        timeline::{Lines, Older},
    },
    visitor::{MaybeSignedIn, SignedIn},
};
use crate::{
    app::App,
    domain::activity::ActivityId,
    usecase::{
        devices::devices,
        page::{self, PageData, PageRequest},
    },
};

#[derive(Deserialize)]
pub(super) struct HomeQuery {
    before: Option<ActivityId>,
    saved: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    browser: MaybeSignedIn,
    (method, headers): (Method, HeaderMap),
    Query(query): Query<HomeQuery>,
) -> Result<Response, Failure> {
    let Some(visitor) = browser.visitor else {
        return Ok(html(&LandingPage { layout: Layout::new(&app, texts(browser.locale), None) }));
    };
    let signed_in = SignedIn { visitor, locale: browser.locale };
    let request = PageRequest { before: query.before, metered: is_person_looking(&method, &headers) };
    let peers = async {
        let token = signed_in.access(&app).await?;
        let devices = async { devices(&app, token.as_ref()?).await };
        Ok::<_, Failure>(tokio::join!(page::ads(&app, token.as_ref(), signed_in.locale), devices))
    };
    let (data, peers) = tokio::join!(page::load(&app, signed_in.visitor.person(), request), peers);
    let (data, (ads, devices)) = (data?, peers?);

    let zone = data.tenant.as_ref().map_or(Tz::UTC, |tenant| tenant.time_zone);
    let localizer = Localizer { t: signed_in.texts(), zone, now: app.clock.now() };
    let page_session = &signed_in.visitor.page_session;
    let profile = profile_card(&localizer, &signed_in, &data);
    let saved = query.saved.as_deref() == Some("preferences");
    let page = HomePage {
        layout: layout(&app, &signed_in, &data),
        greeting: localizer.t.with("greeting", &[("name", &profile.name)]),
        profile,
        ads: ads.map(|ads| ads.into_iter().filter_map(|ad| AdCard::new(&localizer, ad)).collect()),
        lines: Lines::new(&localizer, &data.timeline.activities),
        live: query.before.is_none(),
        // Without older activities, all activities are in the live part.
        live_from: data.timeline.older,
        older: Older::of(&localizer, data.timeline.older),
        seen: data.timeline.seen,
        page_session: page_session.clone(),
        preferences: PreferencesCard::new(localizer.t, &data.preferences, page_session.clone(), saved),
        devices: DevicesCard::new(&localizer, devices, page_session.clone(), false),
    };
    Ok(html(&page))
}

fn layout(app: &App, signed_in: &SignedIn, data: &PageData) -> Layout {
    let identity = &signed_in.visitor.session.identity;
    let admin = data.profile.as_ref().map_or(identity.admin, |profile| profile.admin);
    Layout::new(app, signed_in.texts(), Some(signed_in.frame(admin)))
}

/// Uses the profile that events or login delivered; without a profile, the claims of the ID token.
fn profile_card(localizer: &Localizer, signed_in: &SignedIn, data: &PageData) -> ProfileCard {
    let identity = &signed_in.visitor.session.identity;
    let company = data.tenant.as_ref().map_or(&identity.tenant_name, |tenant| &tenant.name).clone();
    match &data.profile {
        Some(profile) => ProfileCard::new(localizer, profile, company),
        None => ProfileCard::of(localizer, &identity.name, &identity.email, company, identity.admin),
    }
}
