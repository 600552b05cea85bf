//! A client gets a token for itself.

use super::issue_tokens::{Tokens, for_service};
use crate::{
    app::App,
    domain::{client::Client, oauth::Code, scope},
    error::Error,
};

/// Gives a token that stands for the client alone.
///
/// # Errors
/// `invalid_scope` when nothing is left of what was asked for.
pub async fn client_credentials(app: &App, client: &Client, asked_scope: Option<&str>) -> Result<Tokens, Error> {
    let granted = scope::for_client(asked_scope, &client.scope);
    if granted.is_empty() {
        return Err(Code::InvalidScope.because("the client may have none of these scopes for itself").into());
    }
    for_service(app, client, &granted).await
}
