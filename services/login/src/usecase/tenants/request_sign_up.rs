//! Somebody signs a company up. They first have to show that they read the mail of the address they gave, and choose the
//! password then: whoever gave the address of somebody else has no part in what its owner begins.
//!
//! Whoever asks learns nothing about which addresses have accounts: a free one and a taken one ask the store the same
//! questions, reserve the short name and queue one mail each.

use std::net::IpAddr;

use chassis::{auth::Role, db::set_tenant, id::TenantId, problem::Problem, secret, text::Locale};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sign_up::TenantDetails;
use crate::{
    app::App,
    domain::{
        email::Email,
        mail::{MailRequestKind, SIGN_UP_LIFETIME},
        sign_up::PendingSignUp,
        tenant::{Slug, currency, time_zone},
    },
    error::Error,
    mail::message::Message,
    store,
    usecase::{
        mail::{
            limit_requests::{count_for_address, count_for_network},
            queue_mail::{Recipient, queue_mail},
        },
        members::join::NewPerson,
    },
};

/// What is kept of a sign-up until its address is proved, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    slug: String,
    name: String,
    locale: String,
    time_zone: String,
    currency_code: String,
    email: String,
    display_name: String,
}

impl Kept {
    /// Opens what was sealed.
    pub(super) fn open(app: &App, sealed: &[u8]) -> Result<Self, Error> {
        let plain = app.sealer.open(sealed).map_err(|error| Problem::internal(&error))?;
        Ok(serde_json::from_slice(&plain).map_err(|error| Problem::internal(&error))?)
    }

    /// The parts, as they were given.
    pub(super) fn parts(self) -> Result<(TenantDetails, NewPerson), Error> {
        let locale = Locale::parse("locale", &self.locale)?;
        let details = TenantDetails {
            slug: Slug::parse("slug", &self.slug)?,
            name: self.name,
            locale,
            time_zone: time_zone("time_zone", &self.time_zone)?,
            currency_code: currency("currency_code", &self.currency_code)?,
        };
        let email = Email::parse("email", &self.email)?;
        Ok((details, NewPerson { email, display_name: self.display_name, locale, role: Role::Admin }))
    }
}

/// Keeps a sign-up until its address is proved, in place of an older one of that address, and queues the mail. The rest
/// of the transaction is in no tenant that matters.
///
/// # Errors
/// [`Error::SlugTaken`], by a company or by another sign-up that waits; [`Error::Throttled`].
pub async fn request_sign_up(
    app: &App,
    conn: &mut PgConnection,
    details: TenantDetails,
    admin: NewPerson,
    source: IpAddr,
) -> Result<(), Error> {
    let now = app.clock.now();
    let email_hash = admin.email.hash();
    count_for_network(app, conn, MailRequestKind::SignUp, source).await?;
    let may_be_sent = count_for_address(app, conn, MailRequestKind::SignUp, &email_hash).await?.is_none();
    if store::tenant::is_slug_taken(conn, details.slug.as_str()).await? {
        return Err(Error::SlugTaken);
    }
    if !may_be_sent {
        // What was asked for before stays good.
        return Ok(());
    }
    let token = secret::random_token();
    let (email, locale, slug) = (admin.email, details.locale, details.slug.as_str().to_owned());
    let kept = Kept {
        slug: slug.clone(),
        name: details.name,
        locale: locale.as_str().to_owned(),
        time_zone: details.time_zone,
        currency_code: details.currency_code,
        email: email.as_str().to_owned(),
        display_name: admin.display_name,
    };
    let plain = serde_json::to_vec(&kept).map_err(|error| Problem::internal(&error))?;
    let pending = PendingSignUp {
        token_hash: secret::hash(&token).to_vec(),
        email_hash: email_hash.to_vec(),
        slug,
        sealed: app.sealer.seal(&plain),
        created_at: now,
        expires_at: now + SIGN_UP_LIFETIME,
    };
    store::pending_sign_up::delete_conflicting(conn, &email_hash, &pending.slug, now).await?;
    store::pending_sign_up::insert(conn, &pending).await.map_err(taken)?;

    let whose = store::directory::find_email(conn, &email_hash).await?;
    let (tenant_id, user_id) = whose.unwrap_or((TenantId::from(Uuid::nil()), Uuid::nil().into()));
    set_tenant(conn, tenant_id).await?;
    match store::user::find(conn, user_id).await? {
        // Nobody is given the token.
        Some(owner) => {
            let message = Message::AddressTaken {
                sign_in_url: app.issuer.join("/sign-in"),
                forgot_url: app.issuer.join("/forgot-password"),
            };
            queue_mail(app, conn, Recipient::from(&owner), &message).await
        }
        None => {
            let message = Message::VerifySignUp { url: app.issuer.join(&format!("/verify/{token}")) };
            let to = Recipient { email: email.as_str(), locale, tenant_id: None, user_id: None };
            queue_mail(app, conn, to, &message).await
        }
    }
}

fn taken(error: sqlx::Error) -> Error {
    match chassis::db::constraint(&error) {
        Some("pending_sign_up_slug_key") => Error::SlugTaken,
        _ => error.into(),
    }
}
