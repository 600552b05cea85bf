//! Helpers for clients that a tenant registers.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REDIRECT, TestApp, Tokens, authorize, json, location, parameter};

impl TestApp {
    /// Registers a client with `changes` of the default metadata.
    pub(crate) async fn register(&self, admin: &Tokens, changes: &Value) -> Value {
        let mut new = json!({"client_name": "Wiki", "token_endpoint_auth_method": "none", "redirect_uris": [REDIRECT]});
        for (name, value) in changes.as_object().expect("an object") {
            new[name] = value.clone();
        }
        let created = self.post("/v1/clients", Some(admin.access()), &new).await;
        assert_eq!(created.status(), StatusCode::CREATED);
        json(created).await
    }

    /// Follows an authorization request as a person who consents. Returns the redirect to the client.
    pub(crate) async fn allow(&self, request: &str, cookie: &str) -> String {
        let consent_url = location(&self.visit(request, cookie).await);
        assert!(consent_url.starts_with("/consent?"), "{consent_url}");
        let allowed = location(&self.form(&consent_url, cookie, &[("answer", "allow")]).await);
        location(&self.visit(&allowed, cookie).await)
    }

    /// Tokens of a client after consent.
    pub(crate) async fn tokens_of(&self, client_id: &str, cookie: &str, changes: &[(&str, &str)]) -> Tokens {
        let answer = self.allow(&authorize(client_id, changes), cookie).await;
        let code = parameter(&answer, "code").unwrap_or_else(|| panic!("no code: {answer}"));
        Tokens(json(self.exchange(client_id, &code).await).await)
    }

    /// Sends a form with the client's secret in `Authorization`.
    pub(crate) async fn as_client(&self, path: &str, (id, secret): (&str, &str), fields: &[(&str, &str)]) -> Response {
        self.http.post(self.url(path)).basic_auth(id, Some(secret)).form(fields).send().await.expect("response")
    }
}

/// A string field of a JSON object.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}"))
}
