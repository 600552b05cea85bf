//! Tests of the JSON API and of gRPC with a person's access token.

use chassis::auth::Role;
use contracts::mypage::v1::{GetPageRequest, my_page_client::MyPageClient};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::{
    events,
    fake::{ad::FakeAd, login::FakeLogin, oidc::TestPerson},
    harness::TestApp,
};

/// An API client that acts for a person.
pub(crate) struct Api<'a> {
    test: &'a TestApp,
    token: String,
    client: Client,
}

impl<'a> Api<'a> {
    pub(crate) fn of(test: &'a TestApp, person: TestPerson, roles: &[Role]) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { test, token: test.oidc.access_token(person, roles), client }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PUT, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.client.request(method, format!("{}{path}", self.test.base)).bearer_auth(&self.token);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("json"))
    }

    /// Serves gRPC and returns its URL.
    pub(crate) async fn grpc(&self) -> String {
        format!("http://{}", support::serve_grpc(mypage::grpc::routes(self.test.app.clone())).await)
    }

    pub(crate) fn grpc_request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        let bearer = format!("Bearer {}", self.token).parse().expect("a header");
        request.metadata_mut().insert("authorization", bearer);
        request
    }
}

#[tokio::test]
async fn requests_without_a_token_are_rejected() {
    let test = TestApp::alone().await;
    let client = Client::builder().no_proxy().build().expect("a client");
    for path in ["/v1/me", "/v1/activities", "/v1/usage"] {
        let answer = client.get(format!("{}{path}", test.base)).send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "{path}");
        assert!(answer.headers().contains_key("www-authenticate"));
    }
    let answer = client.put(format!("{}/v1/preferences", test.base)).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
    let address = format!("http://{}", support::serve_grpc(mypage::grpc::routes(test.app.clone())).await);
    let refused = MyPageClient::connect(address).await.expect("connected").get_page(GetPageRequest {}).await;
    assert_eq!(refused.expect_err("refused").code(), tonic::Code::Unauthenticated);
}

#[tokio::test]
async fn the_page_lists_the_products_that_did_not_answer() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let api = Api::of(&test, mina, &[]);
    let (status, page) = api.get("/v1/me").await;
    assert_eq!(status, 200);
    assert_eq!(page["missing"], serde_json::json!(["ad", "login"]));
    assert_eq!(page["profile"]["user_id"], mina.user.to_string());

    test.consume(&events::user(mina, "Mina", 1)).await.expect("consumed");
    test.consume(&events::tenant(mina.tenant, "Hangang", 1)).await.expect("consumed");
    let (_, page) = api.get("/v1/me").await;
    assert_eq!(page["missing"], serde_json::json!(["ad"]));
    assert_eq!(
        (&page["profile"]["display_name"], &page["profile"]["tenant_name"]),
        (&"Mina".into(), &"Hangang".into())
    );
}

#[tokio::test]
async fn grpc_returns_the_same_page() {
    let login = FakeLogin::default().start().await;
    let test = TestApp::with_peers(&login, &FakeAd { hangs: false }.start().await).await;
    let api = Api::of(&test, test.person(), &[]);
    let mut client = MyPageClient::connect(api.grpc().await).await.expect("connected");
    let page = client.get_page(api.grpc_request(GetPageRequest {})).await.expect("a page").into_inner();
    assert_eq!(page.profile.expect("a profile").display_name, "Mina of login");
    assert_eq!(page.ads[0].headline, "Read more");
    assert!(page.missing.is_empty(), "{:?}", page.missing);
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_explanation() {
    let test = TestApp::alone().await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let problem: Value =
        client.get(format!("{}/v1/me", test.base)).send().await.expect("sent").json().await.expect("JSON");
    let kind = problem["type"].as_str().expect("a type");
    for (kind, expected) in [(kind, "Get a new one"), ("/problems/person_erased", "The person was erased")] {
        let page = client.get(format!("{}{kind}", test.base)).send().await.expect("an answer");
        assert_eq!(page.status(), 200, "{kind}");
        assert!(page.text().await.expect("a page").contains(expected), "{kind}");
    }
}

#[tokio::test]
async fn the_document_describes_every_endpoint() {
    let test = TestApp::alone().await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let answer = client.get(format!("{}/openapi.json", test.base)).send().await.expect("an answer");
    let document: Value = answer.json().await.expect("json");
    let paths: Vec<_> = document["paths"].as_object().expect("paths").keys().cloned().collect();
    assert_eq!(paths, ["/v1/activities", "/v1/me", "/v1/preferences", "/v1/usage"]);
    assert_eq!(document["components"]["securitySchemes"]["access_token"]["scheme"], "bearer");
    assert_eq!(&document, mypage::http::api::document().json());
}

#[tokio::test]
async fn a_field_that_a_request_does_not_have_is_refused_by_its_name() {
    let test = TestApp::alone().await;
    let api = Api::of(&test, test.person(), &[Role::Admin]);
    for wrong in support::wrong_fields(mypage::http::api::document().json()) {
        let method = wrong.method.to_uppercase().parse().expect("a method");
        let (status, problem) = api.send(method, &wrong.path, Some(wrong.body.clone())).await;
        wrong.assert_refused(status, &problem);
    }
}

#[tokio::test]
async fn the_docs_page_lists_every_operation() {
    let test = TestApp::alone().await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let docs = client.get(format!("{}/docs", test.base)).send().await.expect("an answer");
    assert_eq!(docs.status(), 200);
    let page = docs.text().await.expect("a page");
    let document = mypage::http::api::document();
    for (path, operations) in document.json()["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            assert!(page.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path}");
        }
    }
}
