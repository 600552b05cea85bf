//! What an ad's links do in a browser. They are for anyone who has one: the seal is what makes them ours.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::problem::Problem;
use chassis::{error::chain, telemetry};

use crate::app::App;
use crate::domain::serve::{Kind, Serve};
use crate::error::Error;
use crate::usecase::record_delivery::{Outcome, Recorded, record_delivery};

/// A transparent GIF of one pixel.
const PIXEL: &[u8; 43] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

const NO_STORE: (header::HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// `GET /i/{token}`: counts that the ad was seen, once. Always answers the image: a broken one would spoil the page.
pub(super) async fn impression(State(app): State<App>, method: Method, Path(token): Path<String>) -> Response {
    if method == Method::GET
        && let Err(error) = follow(&app, Kind::Impression, &token).await
    {
        match error {
            Error::Store(_) => tracing::warn!(error = chain(&error), "impression is not counted"),
            _ => tracing::info!(why = chain(&error), "impression is not counted"),
        }
    }
    ([(header::CONTENT_TYPE, HeaderValue::from_static("image/gif")), NO_STORE], PIXEL.as_slice()).into_response()
}

/// `GET /c/{token}`: counts that the ad was followed, once, charges for it, and leads to the advertiser.
///
/// A `HEAD` is somebody's preview: it counts nothing.
pub(super) async fn click(
    State(app): State<App>,
    method: Method,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    if method != Method::GET {
        return Ok((StatusCode::NO_CONTENT, [NO_STORE]).into_response());
    }
    let recorded = follow(&app, Kind::Click, &token).await?;
    let landing = HeaderValue::from_str(&recorded.landing_url).map_err(|error| Problem::internal(&error))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, landing), NO_STORE]).into_response())
}

async fn follow(app: &App, kind: Kind, token: &str) -> Result<Recorded, Error> {
    let serve = app.links.read(token).map_err(|_| Error::LinkInvalid)?;
    // The page and what its reader does later are two traces: this is how one finds the other.
    if let Some(page) = &serve.traceparent {
        telemetry::link(page);
    }
    let recorded = record_delivery(&app.db, &app.clock, kind, &serve).await?;
    app.metrics.delivered(kind, recorded.outcome);
    log(kind, &serve, recorded.outcome);
    Ok(recorded)
}

fn log(kind: Kind, serve: &Serve, outcome: Outcome) {
    tracing::info!(
        tenant = %serve.viewer_tenant_id,
        advertiser = %serve.advertiser_tenant_id,
        campaign_id = %serve.campaign_id,
        serve_id = %serve.serve_id,
        outcome = outcome.name(),
        "{}",
        kind.name()
    );
}
