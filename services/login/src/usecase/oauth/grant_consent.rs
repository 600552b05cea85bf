//! Stores a person's consent to a client of their tenant, so that the same grant needs no second consent.

use super::authorization_request::AuthorizationRequest;
use crate::{
    app::App,
    domain::{consent::Consent, scope},
    error::Error,
    store,
    usecase::{
        access::{Acting, Right, begin_write},
        sessions::authenticate::SignedIn,
    },
};

/// Whether the request needs consent. First-party clients never need it; other clients do when the request exceeds the
/// stored consent, or the client requests a new consent that the person has not given yet (`has_consented`).
pub async fn is_consent_needed(
    app: &App,
    request: &AuthorizationRequest,
    person: &SignedIn,
    has_consented: bool,
) -> Result<bool, Error> {
    if !request.client.is_third_party() {
        return Ok(false);
    }
    if request.prompt.consent && !has_consented {
        return Ok(true);
    }
    let mut tx = app.db.begin(person.tenant.tenant_id).await?;
    let given = store::consent::find(&mut tx, person.user.user_id, &request.client.client_id).await?;
    tx.commit().await?;
    Ok(!given.is_some_and(|given| given.covers(&request.scope, &request.resources)))
}

/// Adds the scopes and resources of the request to the person's consent.
pub async fn grant_consent(app: &App, request: &AuthorizationRequest, person: &SignedIn) -> Result<(), Error> {
    let (tenant_id, user_id) = (person.tenant.tenant_id, person.user.user_id);
    let client_id = request.client.client_id.clone();
    let mut tx = begin_write(app, &Acting::on_page(person), Right::Member).await?;
    let before = store::consent::find(&mut tx, user_id, &client_id).await?;
    let (scope, mut resources) = match before {
        Some(before) => (scope::united(&before.scope, &request.scope), before.resources),
        None => (request.scope.clone(), vec![]),
    };
    resources
        .extend(request.resources.iter().filter(|resource| !resources.contains(resource)).cloned().collect::<Vec<_>>());
    let consent = Consent { tenant_id, user_id, client_id, scope, resources, granted_at: app.clock.now() };
    store::consent::upsert(&mut tx, &consent).await?;
    tx.commit().await?;
    Ok(())
}
