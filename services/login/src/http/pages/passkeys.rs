//! Passkey endpoints of the pages' script, and the buttons of each passkey. The script is `assets/passkeys.js`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::http::{Asset, Form, Json, Path, Query};
use http::StatusCode;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use webauthn_rs::prelude::{
    CreationChallengeResponse, PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse,
};

use super::{
    failure,
    home::{self, InviteForm, Renaming},
    page::{Mistakes, Visitor},
    return_to::ReturnTo,
    sign_in::replace_session,
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

pub(super) static SCRIPT: Asset =
    Asset::new("/assets/passkeys.js", "text/javascript; charset=utf-8", include_bytes!("../../../assets/passkeys.js"));

/// A WebAuthn challenge, and the token that identifies it.
#[derive(Serialize)]
pub(super) struct Challenge<T> {
    ceremony: String,
    #[serde(flatten)]
    options: T,
}

#[derive(Deserialize)]
pub(super) struct Added {
    ceremony: String,
    name: String,
    #[serde(deserialize_with = "from_browser")]
    credential: RegisterPublicKeyCredential,
}

#[derive(Deserialize)]
pub(super) struct Renamed {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Answer {
    ceremony: String,
    #[serde(deserialize_with = "from_browser")]
    credential: PublicKeyCredential,
}

/// Redirect target of the script.
#[derive(Serialize)]
pub(super) struct SignedInto {
    location: String,
}

pub(super) async fn add_options(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
) -> Result<Json<Challenge<CreationChallengeResponse>>, Error> {
    let (ceremony, options) = add_passkey::begin(&app, person(&visitor)?).await?;
    Ok(Json(Challenge { ceremony, options }))
}

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

/// Removes a passkey of the person. Removing an unknown one succeeds.
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

/// Renames a passkey of the person.
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

pub(super) async fn sign_in_options(
    State(app): State<App>,
    _: SameOrigin,
) -> Result<Json<Challenge<RequestChallengeResponse>>, Error> {
    let (ceremony, options) = sign_in_by_passkey::begin(&app).await?;
    Ok(Json(Challenge { ceremony, options }))
}

pub(super) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(way): Query<ReturnTo>,
    Context(context): Context,
    Json(answer): Json<Answer>,
) -> Result<Response, Error> {
    let (started, user) = sign_in_by_passkey::finish(&app, &answer.ceremony, &answer.credential, &context).await?;
    let cookies = replace_session(&app, &visitor, &context, &started, &Email::stored(&user.email)).await?;
    let location = way.request().unwrap_or("/").to_owned();
    Ok((cookies, Json(SignedInto { location })).into_response())
}

/// Reads a credential as the browser wrote it. Browsers add members of later levels of WebAuthn: they are ignored.
fn from_browser<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    serde_json::from_value(serde_json::Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn person(visitor: &Visitor) -> Result<&SignedIn, Error> {
    visitor.signed_in.as_ref().ok_or_else(|| chassis::problem::Problem::unauthenticated().into())
}
