//! What this issuer can do, and the keys it signs with.

use axum::{Json, extract::State, response::IntoResponse};
use http::header;
use serde_json::{Value, json};

use crate::{app::App, domain::scope, error::Error};

/// `GET /.well-known/openid-configuration` (OpenID Connect Discovery): only what works is listed.
pub(crate) async fn configuration(State(app): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(document(&app)))
}

/// `GET /jwks`.
///
/// # Errors
/// When the keys can't be read.
pub(crate) async fn jwks(State(app): State<App>) -> Result<impl IntoResponse, Error> {
    let ring = app.keys.ring().await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(ring.public().clone())))
}

fn document(app: &App) -> Value {
    let at = |path| app.issuer.join(path);
    json!({
        "issuer": app.issuer.as_str(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "scopes_supported": scope::ALL,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "email", "email_verified", "name", "locale",
            "tenant_id", "tenant_name", "roles"
        ],
        "ui_locales_supported": ["en", "ko"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    })
}
