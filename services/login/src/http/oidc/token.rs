//! `POST /token`: exchanges codes, refresh tokens and client credentials for tokens.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;

use super::{Parameters, client_auth, parameters::FormBody};
use crate::{
    app::App,
    domain::{
        client::GrantType,
        oauth::{Code, Refusal},
    },
    error::Error,
    usecase::oauth::{
        client_credentials::client_credentials, exchange_code::exchange_code, issue_tokens::Tokens, refresh::refresh,
    },
};

pub(super) const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

pub(crate) async fn token(State(app): State<App>, headers: HeaderMap, body: Result<FormBody, Problem>) -> Response {
    let Ok(FormBody(body)) = body else {
        return refused(Code::InvalidRequest.because("the body must be application/x-www-form-urlencoded"), false);
    };
    match tokens(&app, &headers, &body).await {
        Ok(tokens) => (NO_STORE, Json(tokens)).into_response(),
        Err(Error::OAuth(refusal)) => refused(refusal, headers.contains_key(header::AUTHORIZATION)),
        Err(error) => error.into_response(),
    }
}

async fn tokens(app: &App, headers: &HeaderMap, body: &str) -> Result<Tokens, Error> {
    let parameters = Parameters::parse(body)?;
    let grant = parameters.require("grant_type", "grant_type is missing")?;
    let client = client_auth::client(app, headers, &parameters).await?;
    let grant = GrantType::named(grant).ok_or(Code::UnsupportedGrantType.because("grant_type is not supported"))?;
    if !client.may(grant) {
        return Err(Code::UnauthorizedClient.because("the client may not use this grant").into());
    }
    match grant {
        GrantType::AuthorizationCode => {
            let code = parameters.require("code", "code is missing")?;
            let redirect_uri = parameters.require("redirect_uri", "redirect_uri is missing")?;
            let verifier = parameters.require("code_verifier", "code_verifier is missing")?;
            exchange_code(app, &client, code, redirect_uri, verifier, parameters.resources()).await
        }
        GrantType::RefreshToken => {
            let token = parameters.require("refresh_token", "refresh_token is missing")?;
            refresh(app, &client, token, parameters.value("scope"), parameters.resources()).await
        }
        GrantType::ClientCredentials => {
            client_credentials(app, &client, parameters.value("scope"), parameters.resources()).await
        }
    }
}

/// Error response (RFC 6749 §5.2). `by_header`: the client authenticated by `Authorization`.
pub(super) fn refused(refusal: Refusal, by_header: bool) -> Response {
    let body = Json(json!({ "error": refusal.code.as_str(), "error_description": refusal.detail }));
    let status = if refusal.code == Code::InvalidClient { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = (status, NO_STORE, body).into_response();
    if status == StatusCode::UNAUTHORIZED && by_header {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"login\""));
    }
    response
}
