//! `/members`: an admin's list of the tenant's people and open invitations.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::{
    http::{Form, Page, PageQuery, Path, Query},
    id::UserId,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    admins::{admin, refused},
    invitations::{self, InvitationsQuery},
    page::{Frame, Head, Mistakes, Visitor, show},
};
use crate::{
    app::App,
    domain::{
        invitation::{Invitation, InvitationId},
        plan::limits_of,
        user::{self, User},
    },
    error::Error,
    http::{cookie, origin::SameOrigin, see_other},
    store,
    usecase::{
        access::{Acting, Right, begin_erasure, begin_write},
        enforce_plan::{PlanUsage, usage},
        members::{
            change_member::{Change, change_member},
            erase_person::erase_person,
            withdraw_invitation::withdraw_invitation,
        },
        sessions::authenticate::SignedIn,
    },
};

#[derive(Template)]
#[template(path = "members.html")]
struct Members<'a> {
    page: Frame<'a>,
    person: &'a SignedIn,
    members: Vec<User>,
    invitations: Page<Invitation>,
    next_cursor: Option<String>,
    used: PlanUsage,
    most: i64,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "member_remove.html")]
struct Remove<'a> {
    page: Frame<'a>,
    member: User,
    mistakes: Mistakes,
}

/// The form sends either the role or the status.
#[derive(Deserialize)]
pub(super) struct Fields {
    role: Option<String>,
    status: Option<String>,
}

pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<PageQuery>,
    Query(invited): Query<InvitationsQuery>,
) -> Response {
    page(&app, &visitor, query, &invited, Mistakes::none()).await
}

pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(user_id): Path<UserId>,
    Form(fields): Form<Fields>,
) -> Response {
    let outcome = async {
        let admin = admin(&visitor)?;
        let change = Change {
            role: fields.role.as_deref().map(|role| user::role("role", role)).transpose()?,
            active: fields.status.as_deref().map(|status| user::is_active("status", status)).transpose()?,
        };
        let mut tx = begin_write(&app, &Acting::on_page(admin), Right::Admin).await?;
        change_member(&app, &mut tx, user_id, change).await?;
        tx.commit().await?;
        Ok(())
    };
    match outcome.await {
        Ok(()) => see_other("/members"),
        Err(error) => page_with_error(&app, &visitor, error).await,
    }
}

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(user_id): Path<UserId>) -> Response {
    let member = async {
        let mut tx = app.db.begin(admin(&visitor)?.tenant.tenant_id).await?;
        let member = store::user::find(&mut tx, user_id).await?.ok_or(Error::NotFound("user_not_found"))?;
        tx.commit().await?;
        Ok(member)
    };
    match member.await {
        Ok(member) => show(StatusCode::OK, &Remove { page: visitor.frame(), member, mistakes: Mistakes::default() }),
        Err(error) => refused(&visitor, error),
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(user_id): Path<UserId>,
) -> Response {
    let outcome = async {
        let by = Acting::on_page(admin(&visitor)?);
        let tenant_id = by.tenant_id;
        let mut tx = begin_erasure(&app, &by, Right::Admin, user_id).await?;
        erase_person(&app, &mut tx, tenant_id, user_id).await?;
        tx.commit().await?;
        Ok(())
    };
    match outcome.await {
        Ok(()) if visitor.signed_in.as_ref().is_some_and(|person| person.user.user_id == user_id) => {
            (cookie::removed(&app.issuer), see_other("/")).into_response()
        }
        Ok(()) => see_other("/members"),
        Err(error) => page_with_error(&app, &visitor, error).await,
    }
}

/// Withdraws an invitation. Withdrawing an unknown one succeeds.
pub(super) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(invitation_id): Path<InvitationId>,
) -> Response {
    let outcome = async {
        let mut tx = begin_write(&app, &Acting::on_page(admin(&visitor)?), Right::Admin).await?;
        withdraw_invitation(&app, &mut tx, invitation_id).await?;
        Ok(tx.commit().await?)
    };
    match outcome.await {
        Ok(()) | Err(Error::NotFound(_)) => see_other("/members"),
        Err(error) => page_with_error(&app, &visitor, error).await,
    }
}

/// Shows the list with the error.
async fn page_with_error(app: &App, visitor: &Visitor, error: Error) -> Response {
    match Mistakes::of(error, &visitor.texts) {
        Ok(mistakes) => page(app, visitor, PageQuery::default(), &InvitationsQuery::default(), mistakes).await,
        Err(error) => refused(visitor, error),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    query: PageQuery,
    invited: &InvitationsQuery,
    (head, mistakes): (Head, Mistakes),
) -> Response {
    let read = async {
        let person = admin(visitor)?;
        let mut tx = app.db.begin(person.tenant.tenant_id).await?;
        let rows = store::user::page(&mut tx, query.after(), query.rows()).await?;
        let invitations = invitations::page(app, &mut tx, invited).await?;
        let used = usage(&mut tx, &person.tenant, app.clock.now()).await?;
        tx.commit().await?;
        let Page { items: members, next_cursor } = Page::new(rows, &query, |row| row.user_id.as_uuid(), |row| row);
        let most = limits_of(&person.tenant.plan).members;
        Ok(Members { page: visitor.frame(), person, members, invitations, next_cursor, used, most, mistakes })
    };
    match read.await {
        Ok(template) => show(head, &template),
        Err(error) => refused(visitor, error),
    }
}
