//! Where a request comes from, and the cookie by which a device is known again: not a session, it lets nobody in.

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

/// Extracts the context of a request.
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

/// A part of a response after a sign-in: the device is known from now on.
pub(crate) fn known_device(app: &App, context: &RequestContext, email: &Email) -> SetCookie {
    cookie::set(&app.issuer, DEVICE, &context.next_device_cookie(app, email), LIFETIME)
}
