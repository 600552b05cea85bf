//! Source address and device of a request. The device cookie identifies a known device; it is not a session.

use axum::extract::FromRequestParts;
use axum_extra::extract::CookieJar;
use chassis::{http::client_address, problem::Problem};
use http::{header, request::Parts};

use crate::{
    app::App,
    domain::{device::device, email::Email, known_device::LIFETIME},
    http::cookie::{self, SetCookie},
    usecase::request_context::RequestContext,
};

const DEVICE: &str = "login_device";

/// Extractor of the [`RequestContext`].
pub(crate) struct Context(pub(crate) RequestContext);

impl FromRequestParts<App> for Context {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let address = client_address(parts, &app.trusted_proxies)?;
        let jar = CookieJar::from_headers(&parts.headers);
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let device_cookie = cookie::value(&jar, &app.issuer, DEVICE).map(str::to_owned);
        Ok(Self(RequestContext { address, device: device(user_agent), device_cookie }))
    }
}

/// Sets the cookie of a known device, after a sign-in.
pub(crate) fn known_device(app: &App, context: &RequestContext, email: &Email) -> SetCookie {
    cookie::set(&app.issuer, DEVICE, &context.next_device_cookie(app, email), LIFETIME)
}
