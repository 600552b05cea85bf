use login::{store, usecase::sessions::start_session::start_session};
use reqwest::Method;
use serde_json::Value;

use crate::harness::{TestApp, Tokens, claims, request_context};

/// A caller with a cookie and an access token. An endpoint uses one of the two.
pub(super) struct Caller {
    pub(super) tenant_id: String,
    pub(super) user_id: String,
    pub(super) access_token: String,
}

/// Two tenants, and the callers in the order in which they call.
pub(super) struct World {
    pub(super) login: TestApp,
    tenant_id: String,
    admin: Tokens,
    pub(super) callers: Vec<Option<Caller>>,
}

impl World {
    pub(super) async fn new() -> Self {
        let login = TestApp::start().await;
        let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
        let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
        let amy = login.tokens(&login.member(&admin, "amy").await).await;
        let person = |tokens: &Tokens| {
            let text = |claim: &str| claims(tokens.access())[claim].as_str().expect("an id").to_owned();
            let access_token = tokens.access().to_owned();
            Some(Caller { tenant_id: text("tenant_id"), user_id: text("sub"), access_token })
        };
        let callers = vec![None, person(&amy), person(&foreign), person(&admin)];
        Self { login, tenant_id: acme.tenant_id, admin, callers }
    }

    /// Starts a session without hashing a password. Returns its cookie and id.
    pub(super) async fn session(&self, tenant_id: &str, user_id: &str) -> (String, String) {
        let app = &self.login.app;
        let mut tx = app.db.begin(tenant_id.parse().expect("an id")).await.expect("a transaction");
        let user = store::user::find(&mut tx, user_id.parse().expect("an id")).await.expect("read").expect("a person");
        let started = start_session(app, &mut tx, &user, &request_context()).await.expect("started");
        tx.commit().await.expect("committed");
        (format!("login_session={}", started.token), started.session.session_id.to_string())
    }

    /// Creates a member of acme for one row. Returns the ids of the person and a session.
    pub(super) async fn bob(&self) -> (String, String) {
        let add = "INSERT INTO user_account (user_id, tenant_id, email, display_name, locale, roles, created_at, changed_at)
                   VALUES (gen_random_uuid(), $1::uuid, gen_random_uuid() || '@people.example', 'Bob Unmistakable', 'en',
                           '{member}', now(), now()) RETURNING user_id::text";
        let superuser = self.login.superuser().await;
        let user_id: String = sqlx::query_scalar(add).bind(&self.tenant_id).fetch_one(&superuser).await.expect("added");
        let (_, session_id) = self.session(&self.tenant_id, &user_id).await;
        superuser.close().await;
        (user_id, session_id)
    }

    /// Creates an open invitation of acme for one row.
    pub(super) async fn invitation(&self) -> String {
        let add = "INSERT INTO invitation (invitation_id, tenant_id, token_hash, email, role, locale, invited_by, created_at, expires_at)
                   VALUES (gen_random_uuid(), $1::uuid, sha256(gen_random_uuid()::text::bytea),
                           gen_random_uuid() || '@people.example', 'member', 'en', gen_random_uuid(), now(), 'infinity')
                   RETURNING invitation_id::text";
        let superuser = self.login.superuser().await;
        let id = sqlx::query_scalar(add).bind(&self.tenant_id).fetch_one(&superuser).await.expect("added");
        superuser.close().await;
        id
    }

    pub(super) async fn remove(&self, user_id: &str) {
        let path = format!("/v1/members/{user_id}");
        self.login.send(Method::DELETE, &path, self.admin.access(), &Value::Null).await;
    }
}
