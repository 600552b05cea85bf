//! What the script of the pages asks for, and the buttons beside each passkey. The script turns the browser's answers into
//! JSON; see `assets/passkeys.js`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::http::{Asset, Form, Json, Path, Query};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{
    CreationChallengeResponse, PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse,
};

use super::{
    failure,
    home::{self, InviteForm, Renaming},
    page::{Mistakes, Visitor},
    sign_in::{Address, destination, welcome},
};
use crate::{
    app::App,
    domain::{email::Email, passkey::PasskeyId},
    error::Error,
    http::{origin::SameOrigin, request_context::Context, see_other},
    usecase::{
        passkeys::{add_passkey, remove_passkey::remove_passkey, rename_passkey::rename_passkey, sign_in_by_passkey},
        sessions::authenticate::SignedIn,
    },
};

/// The only script.
pub(super) static SCRIPT: Asset =
    Asset::new("/assets/passkeys.js", "text/javascript; charset=utf-8", include_bytes!("../../../assets/passkeys.js"));

/// A challenge, and the token that its answer comes with.
#[derive(Serialize)]
pub(super) struct Challenge<T> {
    ceremony: String,
    #[serde(flatten)]
    options: T,
}

/// A new passkey.
#[derive(Deserialize)]
pub(super) struct Added {
    ceremony: String,
    name: String,
    credential: RegisterPublicKeyCredential,
}

/// What a passkey is to be called.
#[derive(Deserialize)]
pub(super) struct Renamed {
    name: String,
}

/// The answer of a passkey.
#[derive(Deserialize)]
pub(super) struct Answer {
    ceremony: String,
    credential: PublicKeyCredential,
}

/// Where the person goes on.
#[derive(Serialize)]
pub(super) struct SignedInto {
    location: String,
}

/// A challenge for a new passkey.
pub(super) async fn add_options(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
) -> Result<Json<Challenge<CreationChallengeResponse>>, Error> {
    let (ceremony, options) = add_passkey::begin(&app, person(&visitor)?).await?;
    Ok(Json(Challenge { ceremony, options }))
}

/// Adds a passkey.
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Json(added): Json<Added>,
) -> Result<StatusCode, Error> {
    let Added { ceremony, name, credential } = added;
    add_passkey::finish(&app, person(&visitor)?, &ceremony, &name, &credential).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes one of the person's own passkeys. Removing one that is gone is no error.
pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(passkey_id): Path<PasskeyId>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    match remove_passkey(&app, person, passkey_id).await {
        Ok(()) => see_other("/"),
        Err(error) => failure::page(&visitor, error),
    }
}

/// Gives one of the person's own passkeys another name.
pub(super) async fn rename(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(passkey_id): Path<PasskeyId>,
    Form(Renamed { name }): Form<Renamed>,
) -> Response {
    let Some(person) = &visitor.signed_in else { return see_other("/sign-in") };
    let Err(error) = rename_passkey(&app, person, passkey_id, &name).await else { return see_other("/") };
    match Mistakes::of(error, &visitor.texts) {
        Ok((status, mistakes)) => {
            let renaming = Renaming { passkey_id, name, mistakes };
            home::page(&app, &visitor, person, status, InviteForm::new(person), Some(renaming)).await
        }
        Err(error) => failure::page(&visitor, error),
    }
}

/// A challenge to sign in.
pub(super) async fn sign_in_options(
    State(app): State<App>,
    _: SameOrigin,
) -> Result<Json<Challenge<RequestChallengeResponse>>, Error> {
    let (ceremony, options) = sign_in_by_passkey::begin(&app).await?;
    Ok(Json(Challenge { ceremony, options }))
}

/// Signs in.
pub(super) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(address): Query<Address>,
    Context(context): Context,
    Json(answer): Json<Answer>,
) -> Result<Response, Error> {
    let (started, user) = sign_in_by_passkey::finish(&app, &answer.ceremony, &answer.credential, &context).await?;
    let cookies = welcome(&app, &visitor, &context, &started, &Email::parse("email", &user.email)?).await?;
    let location = destination(&address).to_owned();
    Ok((cookies, Json(SignedInto { location })).into_response())
}

fn person(visitor: &Visitor) -> Result<&SignedIn, Error> {
    visitor.signed_in.as_ref().ok_or_else(|| chassis::problem::Problem::unauthenticated().into())
}
