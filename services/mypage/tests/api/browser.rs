//! A browser with cookies and forms.

use std::{collections::BTreeMap, sync::Mutex};

use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};

/// Stores cookies; does not follow redirects.
pub(crate) struct Browser {
    base: String,
    origin: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub(crate) fn new(base: &str, origin: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Self { base: base.to_owned(), origin: origin.to_owned(), client, cookies: Mutex::default() }
    }

    /// A copy of the browser that calls another replica.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), cookies: Mutex::new(self.cookies()), ..Self::new(base, &self.origin) }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form with the Origin header of mypage.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.send(self.request(Method::POST, path).header("origin", &self.origin).form(form)).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).header("accept", "text/html");
        let cookies = self.cookies.lock().expect("not poisoned");
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.header("cookie", pairs.join("; ")) }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Response {
        let response = request.send().await.expect("an answer");
        let mut cookies = self.cookies.lock().expect("not poisoned");
        for set in response.headers().get_all("set-cookie") {
            let set = set.to_str().expect("text");
            let (name, rest) = set.split_once('=').expect("a pair");
            let value = rest.split(';').next().unwrap_or_default();
            if set.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().expect("not poisoned").clone()
    }
}

/// The redirect URL of a response.
pub(crate) fn location(response: &Response) -> String {
    assert!(response.status().is_redirection(), "{}", response.status());
    response.headers()["location"].to_str().expect("text").to_owned()
}
