//! The home page: a welcome page, or the person's sessions, passkeys and, for admins, invitations.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::{Page, Query};
use http::StatusCode;

use super::{
    failure,
    invitations::{self, InvitationsQuery},
    page::{Frame, Head, Mistakes, Visitor, show},
    passkeys::SCRIPT,
};
use crate::{
    app::App,
    domain::{
        invitation::Invitation,
        passkey::{Passkey, PasskeyId},
        session::Session,
    },
    error::Error,
    store,
    usecase::{passkeys::add_passkey::is_recent, sessions::authenticate::SignedIn},
};

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome<'a> {
    page: Frame<'a>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    page: Frame<'a>,
    person: &'a SignedIn,
    sessions: Vec<Session>,
    passkeys: Vec<Passkey>,
    renaming: Option<Renaming>,
    adding: Adding,
    script_url: String,
    invitations: Page<Invitation>,
    form: InviteForm,
}

/// Whether a passkey can be added.
enum Adding {
    Now,
    /// The last sign-in is not recent.
    NeedsSignIn,
    /// login's address is an IP address, which passkeys do not support.
    NeedsName,
}

/// The invitation form and its result.
#[derive(Default)]
pub(super) struct InviteForm {
    pub(super) email: String,
    pub(super) role: String,
    pub(super) locale: String,
    pub(super) mistakes: Mistakes,
    /// Address that was invited by this request.
    pub(super) invited: Option<String>,
}

impl InviteForm {
    pub(super) fn new(person: &SignedIn) -> Self {
        Self { locale: person.tenant.locale.clone(), ..Self::default() }
    }
}

/// A refused new name of a passkey.
pub(super) struct Renaming {
    pub(super) passkey_id: PasskeyId,
    pub(super) name: String,
    pub(super) mistakes: Mistakes,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(query): Query<InvitationsQuery>) -> Response {
    match &visitor.signed_in {
        None => show(StatusCode::OK, &Welcome { page: visitor.frame() }),
        Some(person) => page_with(&app, &visitor, person, StatusCode::OK, InviteForm::new(person), None, &query).await,
    }
}

/// The home page of a signed-in person, with the first invitations.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    person: &SignedIn,
    head: impl Into<Head>,
    form: InviteForm,
    renaming: Option<Renaming>,
) -> Response {
    page_with(app, visitor, person, head, form, renaming, &InvitationsQuery::default()).await
}

async fn page_with(
    app: &App,
    visitor: &Visitor,
    person: &SignedIn,
    head: impl Into<Head>,
    form: InviteForm,
    renaming: Option<Renaming>,
    query: &InvitationsQuery,
) -> Response {
    match read(app, person, query).await {
        Ok((sessions, passkeys, invitations)) => {
            let adding = match &app.passkeys {
                None => Adding::NeedsName,
                Some(_) if is_recent(app, person) => Adding::Now,
                Some(_) => Adding::NeedsSignIn,
            };
            let (page, script_url) = (visitor.frame(), SCRIPT.url());
            let home = Home { page, person, sessions, passkeys, renaming, adding, script_url, invitations, form };
            show(head, &home)
        }
        Err(error) => failure::page(visitor, error),
    }
}

async fn read(
    app: &App,
    person: &SignedIn,
    query: &InvitationsQuery,
) -> Result<(Vec<Session>, Vec<Passkey>, Page<Invitation>), Error> {
    let mut tx = app.db.begin(person.tenant.tenant_id).await?;
    let sessions = store::session::list_by_user(&mut tx, person.user.user_id, app.clock.now()).await?;
    let passkeys = store::passkey::list_by_user(&mut tx, person.user.user_id).await?;
    let invitations = match person.user.is_admin() {
        true => invitations::page(app, &mut tx, query).await?,
        false => Page { items: vec![], next_cursor: None },
    };
    tx.commit().await?;
    Ok((sessions, passkeys, invitations))
}

impl Home<'_> {
    /// The refused new name of this passkey.
    fn renaming(&self, passkey: &Passkey) -> Option<&Renaming> {
        self.renaming.as_ref().filter(|renaming| renaming.passkey_id == passkey.passkey_id)
    }

    fn is_current(&self, session: &Session) -> bool {
        session.session_id == self.person.session.session_id
    }
}
