//! The list of a person's consents, with a button to withdraw each.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::Path;
use http::StatusCode;
use uuid::Uuid;

use super::{
    consent::permissions,
    failure,
    page::{Frame, Visitor, show},
};
use crate::{
    app::App,
    domain::consent::NamedConsent,
    error::Error,
    http::{origin::SameOrigin, see_other},
    store,
    usecase::{access::Acting, oauth::withdraw_consent::withdraw_consent, sessions::authenticate::SignedIn},
};

#[derive(Template)]
#[template(path = "consents.html")]
struct Consents<'a> {
    page: Frame<'a>,
    consents: Vec<NamedConsent>,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    match read(&app, person).await {
        Ok(consents) => show(StatusCode::OK, &Consents { page: visitor.frame(), consents }),
        Err(error) => failure::page(&visitor, error),
    }
}

/// Withdraws a consent.
pub(super) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(client_id): Path<Uuid>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    match withdraw_consent(&app, &Acting::on_page(person), &client_id.to_string()).await {
        Ok(()) => see_other("/consents"),
        Err(error) => failure::page(&visitor, error),
    }
}

async fn read(app: &App, person: &SignedIn) -> Result<Vec<NamedConsent>, Error> {
    let mut tx = app.db.begin(person.tenant.tenant_id).await?;
    let consents = store::consent::list_by_user(&mut tx, person.user.user_id).await?;
    tx.commit().await?;
    let shown = |consent: NamedConsent| NamedConsent {
        client_name: app.first_party.shown_name(&consent.client_name, &consent.client_id).to_owned(),
        ..consent
    };
    Ok(consents.into_iter().map(shown).collect())
}

impl Consents<'_> {
    fn permissions(&self, consent: &NamedConsent) -> Vec<String> {
        permissions(&consent.scope, consent.resources.iter().map(String::as_str), self.page.texts)
    }
}
