//! GET /: a person's page, or the way to it.

use axum::{extract::State, response::Response};
use chassis::http::{Query, html};
use chrono_tz::Tz;
use serde::Deserialize;

use super::{
    failure::Failure,
    view::{
        Layout, Person, Words,
        devices::DevicesCard,
        home::{AdCard, HomePage, LandingPage, ProfileCard},
        preferences::PreferencesCard,
        timeline::{Lines, Older},
    },
    visitor::{Guest, SignedIn, texts},
};
use crate::{
    app::App,
    domain::activity::ActivityId,
    usecase::page::{self, Asked, Own},
};

#[derive(Deserialize)]
pub(super) struct HomeQuery {
    before: Option<ActivityId>,
    saved: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    guest: Guest,
    Query(query): Query<HomeQuery>,
) -> Result<Response, Failure> {
    let Some(visitor) = guest.visitor else {
        return Ok(html(&LandingPage { layout: Layout::new(&app, texts(guest.locale), None) }));
    };
    let signed_in = SignedIn { visitor, locale: guest.locale };
    let asked = Asked { before: query.before, metered: true };
    let peers = async {
        let token = signed_in.access(&app).await?;
        let devices = async { page::answered("login", app.login.devices(token.as_ref()?).await) };
        Ok::<_, Failure>(tokio::join!(page::ads(&app, token.as_ref(), signed_in.locale), devices))
    };
    let (own, peers) = tokio::join!(page::own(&app, signed_in.visitor.person(), asked), peers);
    let (own, (ads, devices)) = (own?, peers?);

    let zone = own.tenant.as_ref().map_or(Tz::UTC, |tenant| tenant.time_zone);
    let words = Words { t: signed_in.texts(), zone, now: app.clock.now() };
    let profile = profile_card(&words, &signed_in, &own);
    let saved = query.saved.as_deref() == Some("preferences");
    let page = HomePage {
        layout: layout(&app, &signed_in, &own),
        greeting: words.t.with("greeting", &[("name", &profile.name)]),
        profile,
        ads: ads.map(|ads| ads.into_iter().filter_map(|ad| AdCard::new(&words, ad)).collect()),
        lines: Lines::new(&words, &own.timeline.activities),
        live: query.before.is_none(),
        // Without older lines, everything there is and will be is live.
        live_from: own.timeline.older,
        older: Older::of(&words, &own.timeline),
        preferences: PreferencesCard::new(words.t, &own.preferences, saved),
        devices: DevicesCard::new(&words, devices, false),
    };
    Ok(html(&page))
}

fn layout(app: &App, signed_in: &SignedIn, own: &Own) -> Layout {
    let identity = &signed_in.visitor.session.identity;
    let admin = own.profile.as_ref().map_or(identity.admin, |profile| profile.admin);
    Layout::new(app, signed_in.texts(), Some(Person { admin }))
}

/// What events or login told of the person, else what the ID token did.
fn profile_card(words: &Words, signed_in: &SignedIn, own: &Own) -> ProfileCard {
    let identity = &signed_in.visitor.session.identity;
    let company = own.tenant.as_ref().map_or(&identity.tenant_name, |tenant| &tenant.name).clone();
    match &own.profile {
        Some(profile) => ProfileCard::new(words, profile, company),
        None => ProfileCard::of(words, &identity.name, &identity.email, company, identity.admin),
    }
}
