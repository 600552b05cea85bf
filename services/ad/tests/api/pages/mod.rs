//! Tests of the pages for advertisers, with a fake of login.

use ad::{domain::campaign::CampaignId, usecase::campaigns::create_campaign::create_campaign};
use chassis::id::{SessionId, TenantId, UserId};
use reqwest::Response;
use serde_json::{Value, json};
use support::{
    oidc::{FakeOidc, TestPerson},
    web::{Browser, location},
};

use crate::{harness::TestApp, requests::campaign_body};

mod campaigns;
mod changes;
mod images;
mod ledger;
mod list;
mod report;
mod rights;
mod sign_in;
mod texts;
mod twice;

const ORIGIN: &str = "http://ad.test";

/// The app with login's sign-in, and a tenant.
struct Pages {
    test: TestApp,
    oidc: FakeOidc,
    tenant: TenantId,
}

impl Pages {
    async fn start() -> Self {
        let clock = TestApp::clock();
        let oidc = FakeOidc::start(clock.clone(), "ad", "openid profile email").await;
        let test = TestApp::trusting(oidc.config(), clock).await;
        let tenant = test.tenant("Hangang", "KRW").await.id;
        Self { test, oidc, tenant }
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.test.url(""), ORIGIN)
    }

    fn person(&self, tenant: TenantId) -> TestPerson {
        let clock = &self.test.clock;
        TestPerson { tenant, user: UserId::new(clock), session: SessionId::new(clock) }
    }

    /// Signs the person in with additional claims in the ID token.
    async fn signed_in_as(&self, person: TestPerson, claims: Value) -> Browser {
        let browser = self.browser();
        let to_login = location(&browser.get("/auth/sign-in?return_to=%2Fcampaigns").await);
        let back = self.oidc.authorize(&to_login, person, &claims);
        assert_eq!(location(&browser.get(path(&back)).await), "/campaigns");
        browser
    }

    /// Signs an admin of the tenant in.
    async fn admin_of(&self, tenant: TenantId) -> Browser {
        self.signed_in_as(self.person(tenant), json!({ "roles": ["member", "admin"] })).await
    }

    async fn admin(&self) -> Browser {
        self.admin_of(self.tenant).await
    }

    /// Creates a campaign of the tenant. `change` replaces fields of [`campaign_body`].
    async fn campaign(&self, change: Value) -> CampaignId {
        let mut body = campaign_body("KRW");
        body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        let new = serde_json::from_value(body).expect("a campaign");
        let mut tx = self.test.app.db.begin(self.tenant).await.expect("a transaction");
        let created = create_campaign(&mut tx, &self.test.app, self.tenant, &new).await.expect("created");
        tx.commit().await.expect("a commit");
        created.campaign.campaign_id
    }
}

/// The path of a URL of ad.
fn path(url: &str) -> &str {
    url.strip_prefix(ORIGIN).expect("a URL of ad")
}

/// The text of a page, which must have this status.
async fn page(response: Response, status: u16) -> String {
    assert_eq!(response.status().as_u16(), status);
    response.text().await.expect("a page")
}
