//! Discovery document and signing keys.

use axum::{Json, extract::State, response::IntoResponse};
use http::header;
use serde_json::{Value, json};

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, GrantType, IdTokenAlg},
        scope,
    },
    error::Error,
};

/// `GET /.well-known/openid-configuration` (OpenID Connect Discovery). Lists supported features only.
pub(crate) async fn configuration(State(app): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(document(&app)))
}

/// `GET /jwks`
pub(crate) async fn jwks(State(app): State<App>) -> Result<impl IntoResponse, Error> {
    let ring = app.keys.ring().await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(ring.public())))
}

fn document(app: &App) -> Value {
    let methods = AuthMethod::ALL.map(AuthMethod::as_str);
    let at = |path| app.issuer.join(path);
    json!({
        "issuer": app.issuer.as_str(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "scopes_supported": scope::ALL,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GrantType::ALL.map(GrantType::as_str),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": IdTokenAlg::ALL.map(IdTokenAlg::as_str),
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": &methods[1..],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "amr", "nonce", "sid", "email", "email_verified", "name",
            "locale", "tenant_id", "tenant_name", "roles"
        ],
        "ui_locales_supported": ["en", "ko"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    })
}
