//! A company's own client, and how its people come to use it.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REDIRECT, TestApp, Tokens, authorize, json, location, parameter};

impl TestApp {
    /// Registers a client, with `changes` over what it usually is.
    pub(crate) async fn register(&self, admin: &Tokens, changes: &Value) -> Value {
        let mut new = json!({"client_name": "Wiki", "token_endpoint_auth_method": "none", "redirect_uris": [REDIRECT]});
        for (name, value) in changes.as_object().expect("an object") {
            new[name] = value.clone();
        }
        let created = self.post("/v1/clients", Some(admin.access()), &new).await;
        assert_eq!(created.status(), StatusCode::CREATED);
        json(created).await
    }

    /// Follows an authorization request as a person who allows what is asked. Gives where the client is answered.
    pub(crate) async fn allow(&self, request: &str, cookie: &str) -> String {
        let asked = location(&self.look(request, cookie).await);
        assert!(asked.starts_with("/consent?"), "{asked}");
        let allowed = location(&self.form(&asked, cookie, &[("answer", "allow")]).await);
        location(&self.look(&allowed, cookie).await)
    }

    /// The tokens of a client that a person allows.
    pub(crate) async fn tokens_of(&self, client_id: &str, cookie: &str, changes: &[(&str, &str)]) -> Tokens {
        let answer = self.allow(&authorize(client_id, changes), cookie).await;
        let code = parameter(&answer, "code").unwrap_or_else(|| panic!("no code: {answer}"));
        Tokens(json(self.exchange(client_id, &code).await).await)
    }

    /// Sends a form as a client that proves itself by `Authorization`.
    pub(crate) async fn as_client(&self, path: &str, (id, secret): (&str, &str), fields: &[(&str, &str)]) -> Response {
        self.http.post(self.url(path)).basic_auth(id, Some(secret)).form(fields).send().await.expect("an answer")
    }
}

/// A text of a JSON object.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}"))
}
