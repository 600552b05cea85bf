//! Invites a person to the tenant of an admin.

use chassis::{auth::Role, problem::FieldError, secret, text::Locale};
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        self,
        email::Email,
        invitation::{Invitation, InvitationId},
        mail::MailRequestKind,
        user,
    },
    error::Error,
    mail::message::Message,
    store::{self, directory::TokenKind},
    usecase::{
        access::Acting,
        enforce_plan::admit_invitation,
        mail::{
            limit_requests::{count_for_address, count_for_tenant},
            queue_mail::{Recipient, queue_mail},
        },
    },
};

#[derive(Debug)]
pub struct Invite {
    pub by: Acting,
    pub email: Email,
    pub role: Role,
    pub locale: Locale,
}

/// Creates an invitation and queues the mail with its link. The token is stored nowhere else. An earlier invitation of
/// the same person is replaced. Needs a transaction of the inviter ([`access`](crate::usecase::access)), which has locked
/// the tenant and checked the role.
///
/// # Errors
/// The field `email` when the person is already a member; [`Error::PlanLimitMembers`]; [`Error::Throttled`].
pub async fn invite(app: &App, conn: &mut PgConnection, invite: Invite) -> Result<Invitation, Error> {
    let now = app.clock.now();
    let (tenant_id, invited_by) = (invite.by.tenant_id, invite.by.user_id);
    let token = secret::random_token();
    let invitation = Invitation {
        invitation_id: InvitationId::new(&app.clock),
        tenant_id,
        token_hash: secret::hash(&token).to_vec(),
        email: invite.email.as_str().to_owned(),
        role: user::role_name(invite.role).to_owned(),
        locale: invite.locale.as_str().to_owned(),
        invited_by,
        created_at: now,
        expires_at: now + domain::invitation::LIFETIME,
    };
    let forms = invite.email.forms();
    if store::user::has_email(conn, &forms).await? {
        return Err(FieldError::new("email", "already_member", "is already a member").into());
    }
    count_for_tenant(app, conn, tenant_id).await?;
    // Per tenant: one tenant cannot block the invitations of another.
    let address_hash = secret::hash(&format!("{tenant_id} {}", invitation.email));
    if let Some(wait) = count_for_address(app, conn, MailRequestKind::Invitation, &address_hash).await? {
        return Err(Error::Throttled(wait));
    }
    let tenant = store::tenant::current(conn).await?.ok_or(Error::NotFound("tenant_not_found"))?;
    let void = store::invitation::delete_by_email(conn, &forms).await?;
    store::directory::delete_tokens(conn, &void).await?;
    admit_invitation(conn, now).await?;
    store::directory::insert_token(
        conn,
        TokenKind::Invitation,
        &invitation.token_hash,
        tenant_id,
        invitation.expires_at,
    )
    .await?;
    store::invitation::insert(conn, &invitation, invite.by.session_id).await?;
    let tenant_name = tenant.shown_name().to_owned();
    let message = Message::Invitation { tenant_name, url: app.issuer.join(&format!("/invitations/{token}")) };
    let to = Recipient { email: &invitation.email, locale: invite.locale, tenant_id: Some(tenant_id), user_id: None };
    queue_mail(app, conn, to, &message).await?;
    Ok(invitation)
}
