//! `POST /introspect` (RFC 7662), for confidential clients.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::problem::Problem;
use http::{HeaderMap, header};
use serde_json::{Value, json};

use super::{
    Parameters, client_auth,
    parameters::FormBody,
    token::{NO_STORE, refused},
};
use crate::{
    app::App,
    domain::oauth::Code,
    error::Error,
    usecase::oauth::introspect::{Known, introspect_for},
};

pub(super) async fn introspect(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<FormBody, Problem>,
) -> Response {
    let Ok(FormBody(body)) = body else {
        return refused(Code::InvalidRequest.because("the body must be application/x-www-form-urlencoded"), false);
    };
    match act(&app, &headers, &body).await {
        Ok(answer) => (NO_STORE, Json(answer)).into_response(),
        Err(Error::OAuth(refusal)) => refused(refusal, headers.contains_key(header::AUTHORIZATION)),
        Err(error) => error.into_response(),
    }
}

async fn act(app: &App, headers: &HeaderMap, body: &str) -> Result<Value, Error> {
    let parameters = Parameters::parse(body)?;
    let client = client_auth::client(app, headers, &parameters).await?;
    if client.secret_hash.is_none() {
        return Err(Code::InvalidClient.because("introspection requires a client with a secret").into());
    }
    let token = parameters.require("token", "token is missing")?;
    Ok(match introspect_for(app, &client, token).await? {
        None => json!({ "active": false }),
        Some(Known::Access(claims)) => {
            let mut answer = serde_json::to_value(claims).unwrap_or_default();
            answer["active"] = true.into();
            answer["token_type"] = "Bearer".into();
            answer
        }
        Some(Known::Refresh(family, expires_at)) => json!({
            "active": true, "iss": app.issuer.as_str(), "sub": family.user_id, "client_id": family.client_id,
            "scope": family.scope, "exp": expires_at.timestamp(), "tenant_id": family.tenant_id, "sid": family.session_id,
        }),
    })
}
