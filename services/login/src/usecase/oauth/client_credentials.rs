//! The client credentials grant (RFC 6749 §4.4).

use chassis::auth::claims::audience;

use super::issue_tokens::{Tokens, for_service};
use crate::{
    app::App,
    domain::{client::Client, oauth::Code, resource, scope},
    error::Error,
};

/// Issues a token for the client itself.
///
/// # Errors
/// `invalid_scope` when no requested scope is allowed; `invalid_target`.
pub async fn client_credentials(
    app: &App,
    client: &Client,
    requested_scope: Option<&str>,
    requested_resources: &[String],
) -> Result<Tokens, Error> {
    let granted = scope::for_client(requested_scope, &client.scope);
    if granted.is_empty() {
        return Err(Code::InvalidScope.because("the client may use none of these scopes for itself").into());
    }
    let api = audience(&app.issuer);
    let resources = resource::granted(requested_resources, &client.resources, &api)?;
    let audience = resource::audience(requested_resources, &resources, &api)?;
    for_service(app, client, audience, &granted).await
}
