//! The JSON API under `/v1` for advertisers with an access token of login, described by `/openapi.json` and `/docs`.
//!
//! To add an endpoint: write its handler with `#[utoipa::path]`, and add it to `routes`.

use axum::Router;
use chassis::http::{assets, openapi::ApiDocument};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

mod ad_selections;
mod advertiser;
mod campaigns;
mod charges;
mod creative_view;
mod creatives;
mod duplicates;
mod if_match;
mod images;
mod ledger;
mod view;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ad",
        version = "1",
        description = "Campaigns and their charges, and ads for pages. Every request needs an access token of login: of an admin of \
                       your tenant, or of a client that your tenant registered, by client credentials. A selection of ads needs the \
                       token of the person who sees them. Amounts are whole micros of your tenant's currency.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "ads", description = "Ads for the pages of people"),
        (name = "campaigns", description = "Targets, schedules, bids and budgets"),
        (name = "creatives", description = "The texts, images and landing URLs of a campaign's ads"),
        (name = "charges", description = "The ledger: charged clicks, and credits that correct them"),
    ),
    modifiers(&AccessToken)
)]
struct Document;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("access_token", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI document.
pub fn document() -> ApiDocument {
    ApiDocument::new(&routes().into_openapi())
}

pub fn router(app: App) -> Router {
    let (router, document) = routes().split_for_parts();
    router.with_state(app).merge(ApiDocument::new(&document).router()).merge(assets())
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(campaigns::create, campaigns::list))
        .routes(routes!(campaigns::get, campaigns::change))
        .routes(routes!(duplicates::create))
        .routes(routes!(creatives::add))
        .routes(routes!(creatives::replace, creatives::remove))
        .routes(routes!(images::upload))
        .routes(routes!(charges::list))
        .routes(routes!(ledger::list))
        .routes(routes!(ad_selections::create))
}
