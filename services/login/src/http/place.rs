//! Where a request comes from, and the cookie by which a device is known again: not a session, it lets nobody in.

use axum::{extract::FromRequestParts, response::AppendHeaders};
use axum_extra::extract::CookieJar;
use chassis::{config::PublicUrl, http::client_address, problem::Problem};
use http::{HeaderName, header, request::Parts};

use crate::{
    app::App,
    domain::{device::device, email::Email, known_device::LIFETIME},
    usecase::sign_in::Place,
};

/// Extracts the place.
pub(crate) struct At(pub(crate) Place);

impl FromRequestParts<App> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let address = client_address(parts, &app.trusted_proxies)?;
        let jar = CookieJar::from_headers(&parts.headers);
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let device_cookie = jar.get(name(&app.issuer)).map(|cookie| cookie.value().to_owned());
        Ok(Self(Place { address, device: device(user_agent), device_cookie }))
    }
}

/// A part of a response after a sign-in: the device is known from now on.
pub(crate) fn known_device(app: &App, place: &Place, email: &Email) -> AppendHeaders<[(HeaderName, String); 1]> {
    let value = place.next_device_cookie(app, email);
    let secure = if app.issuer.is_https() { "; Secure" } else { "" };
    let name = name(&app.issuer);
    let seconds = LIFETIME.num_seconds();
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

fn name(issuer: &PublicUrl) -> &'static str {
    if issuer.is_https() { "__Host-login_device" } else { "login_device" }
}
