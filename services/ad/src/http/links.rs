//! The links of ads. Browsers open them without an access token: the encrypted token in the link authorizes the request.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use chassis::{error::chain, http::is_person_looking, problem::Problem, telemetry};

use super::{NO_STORE, lead_on::lead_on};
use crate::{
    app::App,
    domain::{delivery::DeliveryKind, serve::Serve},
    error::Error,
    usecase::{
        find_landing_page::find_landing_page,
        record_delivery::{Recorded, record_delivery},
    },
};

/// A transparent GIF of one pixel.
const PIXEL: &[u8; 43] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// `GET /i/{token}`: records an impression. Errors are only logged: the page always gets an image.
pub(super) async fn impression(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    if !is_person_looking(&method, &headers) {
        app.metrics.ignored(DeliveryKind::Impression);
    } else if let Err(error) = record(&app, DeliveryKind::Impression, &token).await {
        match error {
            Error::Store(_) => tracing::warn!(error = chain(&error), "impression not counted"),
            _ => tracing::info!(reason = chain(&error), "impression not counted"),
        }
    }
    ([(header::CONTENT_TYPE, HeaderValue::from_static("image/gif")), NO_STORE], PIXEL.as_slice()).into_response()
}

/// `GET /c/{token}`: records a click, charges for it, and redirects to the advertiser.
///
/// A robot, such as a link previewer, gets the same answer and nothing is recorded.
pub(super) async fn click(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let landing_url = if is_person_looking(&method, &headers) {
        record(&app, DeliveryKind::Click, &token).await?.landing_url
    } else {
        app.metrics.ignored(DeliveryKind::Click);
        find_landing_page(&app, &read(&app, &token)?).await?
    };
    lead_on(&landing_url)
}

async fn record(app: &App, kind: DeliveryKind, token: &str) -> Result<Recorded, Error> {
    record_delivery(app, kind, &read(app, token)?).await
}

fn read(app: &App, token: &str) -> Result<Serve, Error> {
    let serve = app.links.read(token).map_err(|_| Error::LinkInvalid)?;
    // The page and the later click are in different traces: a span link connects them.
    if let Some(page) = &serve.traceparent {
        telemetry::link(page);
    }
    Ok(serve)
}
