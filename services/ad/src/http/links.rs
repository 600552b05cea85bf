//! The links of ads. Browsers open them without an access token: the encrypted token in the link authorizes the request.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use chassis::{
    error::chain,
    http::{NobodyLooking, nobody_looking},
    problem::Problem,
    telemetry,
};

use super::{NO_STORE, lead_on::lead_on};
use crate::{
    app::App,
    convert,
    domain::{delivery::DeliveryKind, refusal::Refusal, serve::Serve},
    error::Error,
    usecase::{
        find_landing_page::find_landing_page,
        record_delivery::{record_delivery, refuse},
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
    if let Err(error) = see(&app, nobody_looking(&method, &headers), &token).await {
        match error {
            Error::Store(_) => tracing::warn!(error = chain(&error), "impression not counted"),
            _ => tracing::info!(reason = chain(&error), "impression not counted"),
        }
    }
    pixel()
}

pub(super) fn pixel() -> Response {
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
    let serve = read(&app, DeliveryKind::Click, &token)?;
    let landing_url = match nobody_looking(&method, &headers) {
        None => record_delivery(&app, DeliveryKind::Click, &serve).await?.landing_url,
        Some(reason) => {
            refuse(&app, DeliveryKind::Click, &serve, convert::refusal(reason));
            find_landing_page(&app, &serve).await?
        }
    };
    lead_on(&landing_url)
}

async fn see(app: &App, nobody: Option<NobodyLooking>, token: &str) -> Result<(), Error> {
    let serve = read(app, DeliveryKind::Impression, token)?;
    match nobody {
        None => record_delivery(app, DeliveryKind::Impression, &serve).await.map(drop),
        Some(reason) => {
            refuse(app, DeliveryKind::Impression, &serve, convert::refusal(reason));
            Ok(())
        }
    }
}

fn read(app: &App, kind: DeliveryKind, token: &str) -> Result<Serve, Error> {
    let serve = app.links.read(token).map_err(|_| {
        app.metrics.ignored(kind, Refusal::Forged);
        Error::LinkInvalid
    })?;
    // The page and the later click are in different traces: a span link connects them.
    if let Some(page) = &serve.traceparent {
        telemetry::link(page);
    }
    Ok(serve)
}
