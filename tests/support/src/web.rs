//! A browser with cookies and forms, for the tests of pages. It runs no scripts.

use std::{collections::BTreeMap, sync::Mutex};

use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};

/// Stores cookies; does not follow redirects.
pub struct Browser {
    base: String,
    origin: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    /// Opens a browser for the server at `base`, whose public URL has this origin.
    ///
    /// # Panics
    /// When the HTTP client cannot be made.
    pub fn new(base: &str, origin: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Self { base: base.to_owned(), origin: origin.to_owned(), client, cookies: Mutex::default() }
    }

    /// A copy of the browser that calls another replica.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), cookies: Mutex::new(self.cookies()), ..Self::new(base, &self.origin) }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form with the Origin header of the product.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.send(self.request(Method::POST, path).header("origin", &self.origin).form(form)).await
    }

    /// A request with the cookies of the browser.
    ///
    /// # Panics
    /// When another test thread has panicked in this browser.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).header("accept", "text/html");
        let cookies = self.cookies.lock().expect("not poisoned");
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.header("cookie", pairs.join("; ")) }
    }

    /// Sends a request, and keeps the cookies of the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, request: RequestBuilder) -> Response {
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

    /// The cookies by name.
    ///
    /// # Panics
    /// When another test thread has panicked in this browser.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().expect("not poisoned").clone()
    }
}

/// The redirect URL of a response.
///
/// # Panics
/// When it is no redirect.
pub fn location(response: &Response) -> String {
    assert!(response.status().is_redirection(), "{}", response.status());
    response.headers()["location"].to_str().expect("text").to_owned()
}
