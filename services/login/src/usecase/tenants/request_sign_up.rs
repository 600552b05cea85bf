//! Accepts a request to sign up a tenant. The person must confirm the e-mail address before choosing a password.
//! Otherwise an attacker could create an account with another person's address.
//!
//! The response does not reveal whether an address has an account: in both cases the same queries run, the slug is
//! reserved and one mail is queued.

use std::net::IpAddr;

use chassis::{auth::Role, db::set_tenant, id::TenantId, problem::Problem, secret, text::Locale};
use contracts::read;
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
        tenant::Slug,
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

/// The encrypted content of a pending sign-up.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedSignUp {
    slug: String,
    name: String,
    locale: String,
    time_zone: String,
    currency_code: String,
    email: String,
    display_name: String,
    /// The authorization request to return to.
    #[serde(default)]
    return_to: Option<String>,
}

impl SealedSignUp {
    /// Decrypts a stored sign-up.
    pub(super) fn open(app: &App, sealed: &[u8]) -> Result<Self, Error> {
        let plain = app.sealer.open(sealed).map_err(|error| Problem::internal(&error))?;
        Ok(serde_json::from_slice(&plain).map_err(|error| Problem::internal(&error))?)
    }

    pub(super) fn return_to(self) -> Option<String> {
        self.return_to
    }

    /// The parts of the form, which was validated before it was stored. A newer release may have accepted values that this
    /// one does not know, so they are read as events are (`contracts::read`).
    pub(super) fn parts(self) -> (TenantDetails, NewPerson) {
        let locale = Locale::stored(&self.locale);
        let details = TenantDetails {
            slug: Slug::stored(self.slug),
            name: self.name,
            locale,
            time_zone: read::code(&self.time_zone, "UTC"),
            currency_code: read::currency(&self.currency_code),
        };
        let email = Email::stored(&self.email);
        (details, NewPerson { email, display_name: self.display_name, locale, role: Role::Admin })
    }
}

/// Stores a sign-up until its address is confirmed, replacing an older one of the address, and queues the mail. With
/// `return_to`, the authorization request from which the person came. The tenant of the transaction is undefined
/// afterwards.
///
/// # Errors
/// [`Error::SlugTaken`] by a tenant or by another pending sign-up; [`Error::Throttled`].
pub async fn request_sign_up(
    app: &App,
    conn: &mut PgConnection,
    details: TenantDetails,
    admin: NewPerson,
    source: IpAddr,
    return_to: Option<&str>,
) -> Result<(), Error> {
    let now = app.clock.now();
    let email_hash = admin.email.hash();
    count_for_network(app, conn, MailRequestKind::SignUp, source).await?;
    let may_be_sent = count_for_address(app, conn, MailRequestKind::SignUp, &email_hash).await?.is_none();
    if store::tenant::is_slug_taken(conn, details.slug.as_str()).await? {
        return Err(Error::SlugTaken);
    }
    if !may_be_sent {
        // The earlier sign-up stays valid.
        return Ok(());
    }
    let token = secret::random_token();
    let (email, locale, slug) = (admin.email, details.locale, details.slug.as_str().to_owned());
    let form = SealedSignUp {
        slug: slug.clone(),
        name: details.name,
        locale: locale.as_str().to_owned(),
        time_zone: details.time_zone,
        currency_code: details.currency_code,
        email: email.as_str().to_owned(),
        display_name: admin.display_name,
        return_to: return_to.map(str::to_owned),
    };
    let plain = serde_json::to_vec(&form).map_err(|error| Problem::internal(&error))?;
    let pending = PendingSignUp {
        token_hash: secret::hash(&token).to_vec(),
        email_hash: email_hash.to_vec(),
        slug,
        sealed: app.sealer.seal(&plain),
        created_at: now,
        expires_at: now + SIGN_UP_LIFETIME,
    };
    store::pending_sign_up::delete_conflicting(conn, &email.hashes(), &pending.slug, now).await?;
    store::pending_sign_up::insert(conn, &pending).await.map_err(taken)?;

    let whose = store::directory::find_email(conn, &email.hashes()).await?;
    let (tenant_id, user_id) = whose.unwrap_or((TenantId::from(Uuid::nil()), Uuid::nil().into()));
    set_tenant(conn, tenant_id).await?;
    match store::user::find(conn, user_id).await? {
        // The token is not sent.
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
