//! `POST /revoke`: token revocation (RFC 7009).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;
use http::{HeaderMap, StatusCode, header};

use super::{
    Parameters, client_auth,
    parameters::FormBody,
    token::{NO_STORE, refused},
};
use crate::{app::App, domain::oauth::Code, error::Error, usecase::oauth::revoke_token::revoke_token};

/// Returns 200 also for unknown and invalid tokens (RFC 7009 §2.2).
pub(super) async fn revoke(State(app): State<App>, headers: HeaderMap, body: Result<FormBody, Problem>) -> Response {
    let Ok(FormBody(body)) = body else {
        return refused(Code::InvalidRequest.because("the body must be application/x-www-form-urlencoded"), false);
    };
    match act(&app, &headers, &body).await {
        Ok(()) => (StatusCode::OK, NO_STORE).into_response(),
        Err(Error::OAuth(refusal)) => refused(refusal, headers.contains_key(header::AUTHORIZATION)),
        Err(error) => error.into_response(),
    }
}

/// Ignores `token_type_hint`: the format of a token shows its type.
async fn act(app: &App, headers: &HeaderMap, body: &str) -> Result<(), Error> {
    let parameters = Parameters::parse(body)?;
    let client = client_auth::client(app, headers, &parameters).await?;
    revoke_token(app, &client, parameters.require("token", "token is missing")?).await
}
