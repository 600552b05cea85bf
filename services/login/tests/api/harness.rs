//! A login of the test's own, and the browsers, clients and people that use it.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use chassis::{clock::Clock, config};
use chrono::{DateTime, Utc};
use login::{
    app::{App, schema},
    clients_file::FirstParty,
    config::Config,
    mail::setting::MailSetting,
    usecase::{send_mail, sign_in::Place},
};
use reqwest::{Client, Response, StatusCode, header, redirect};
use serde_json::{Value, json};
use sqlx::PgPool;
use support::TestDatabase;

pub(crate) const ISSUER: &str = "http://login.test";
pub(crate) const PASSWORD: &str = "one-product-one-team";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:9999/callback";
/// The example of RFC 7636.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const CLIENTS: &str = r#"{"clients":[
    {"client_id":"public","client_name":"Public","grant_types":["authorization_code","refresh_token"],
     "redirect_uris":["http://127.0.0.1:9999/callback"],"post_logout_redirect_uris":["http://127.0.0.1:9999/bye"]},
    {"client_id":"confidential","client_name":"Confidential","client_secret":"hush",
     "grant_types":["authorization_code","refresh_token","client_credentials"],
     "redirect_uris":["http://127.0.0.1:9999/callback"],"resources":["https://reports.product.example/api"]},
    {"client_id":"product","client_name":"Product","client_secret":"hush","grant_types":["client_credentials"],
     "scope":"api internal"},
    {"client_id":"native","client_name":"Native","grant_types":["authorization_code"],"redirect_uris":["http://127.0.0.1/cb"]}
]}"#;

/// login on a free port, with a database of its own and a clock that stands still.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    pub(crate) database: TestDatabase,
    pub(crate) base: String,
    pub(crate) http: Client,
}

/// A company that signed up.
pub(crate) struct Company {
    pub(crate) tenant_id: String,
    pub(crate) admin_id: String,
    pub(crate) admin_email: String,
}

/// What a client holds.
pub(crate) struct Tokens(pub(crate) Value);

/// Somewhere, with something.
pub(crate) fn place() -> Place {
    Place { address: Ipv4Addr::LOCALHOST.into(), device: "Firefox on Linux".to_owned(), device_cookie: None }
}

impl Tokens {
    pub(crate) fn access(&self) -> &str {
        self.0["access_token"].as_str().expect("an access token")
    }

    pub(crate) fn refresh(&self) -> &str {
        self.0["refresh_token"].as_str().expect("a refresh token")
    }

    pub(crate) fn id(&self) -> &str {
        self.0["id_token"].as_str().expect("an ID token")
    }
}

/// Passwords wait for as long as it takes here: a slow machine refuses nobody.
fn put_together(settings: &Config, clock: &Clock) -> App {
    let mut app = App::new(settings, clock.clone()).expect("put together");
    app.passwords = app.passwords.waiting_at_most(Duration::MAX);
    app
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(MailSetting::Dev).await
    }

    pub(crate) async fn start_with(mail: MailSetting) -> Self {
        let database = support::database(&schema()).await;
        let clock = Clock::fixed("2026-05-04T03:02:01Z".parse::<DateTime<Utc>>().expect("a time"));
        let settings = Config { login_mail: mail, ..settings(&database) };
        let app = put_together(&settings, &clock);
        let base = support::serve(app.router()).await;
        let http = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        Self { app, clock, database, base, http }
    }

    /// Another process on the same database: where it answers.
    pub(crate) async fn replica(&self) -> String {
        self.replica_of(ISSUER).await
    }

    /// Another process on the same database, as this issuer.
    pub(crate) async fn replica_of(&self, issuer: &str) -> String {
        let mut settings = settings(&self.database);
        settings.issuer.login_public_url = issuer.parse().expect("an address");
        let app = put_together(&settings, &self.clock);
        support::serve(app.router()).await
    }

    /// Sends JSON as the script of login's own pages does.
    pub(crate) async fn script(&self, path: &str, cookie: &str, body: &Value) -> Response {
        let request = self.http.post(self.url(path)).json(body).header(header::ORIGIN, ISSUER);
        request.header(header::COOKIE, cookie).send().await.expect("an answer")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sees everything.
    pub(crate) async fn superuser(&self) -> PgPool {
        self.database.superuser().await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Response {
        let request = self.http.post(self.url(path)).json(body);
        let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
        request.send().await.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Response {
        self.http.get(self.url(path)).bearer_auth(token).send().await.expect("an answer")
    }

    /// Looks at a page, with a session's cookie.
    pub(crate) async fn look(&self, path: &str, cookie: &str) -> Response {
        self.http.get(self.url(path)).header(header::COOKIE, cookie).send().await.expect("an answer")
    }

    /// Sends a form as one of login's own pages does.
    pub(crate) async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.http.post(self.url(path)).form(fields).header(header::ORIGIN, ISSUER);
        request
            .header(header::COOKIE, cookie)
            .header(header::USER_AGENT, "Firefox/140.0 (X11; Linux)")
            .send()
            .await
            .expect("an answer")
    }

    pub(crate) async fn company(&self, slug: &str) -> Company {
        let admin_email = format!("admin@{slug}.example");
        let response = self.post("/v1/tenants", None, &new_tenant(slug)).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        let token = self.mailed_token(&admin_email, "/verify/").await;
        let response = self.post("/v1/tenants/verify", None, &json!({"token": token, "password": PASSWORD})).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let body = json(response).await;
        let text = |field: &str| body[field].as_str().expect("an id").to_owned();
        Company { tenant_id: text("tenant_id"), admin_id: text("admin_user_id"), admin_email }
    }

    /// Someone who joins by invitation. Gives their address.
    pub(crate) async fn member(&self, admin: &Tokens, name: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let email = format!("{name}{}@people.example", NEXT.fetch_add(1, Ordering::Relaxed));
        let invited = self
            .post("/v1/invitations", Some(admin.access()), &json!({"email": email, "role": "member", "locale": "ko"}))
            .await;
        assert_eq!(invited.status(), StatusCode::CREATED);
        let token = self.mailed_token(&email, "/invitations/").await;
        let accepted = json!({"token": token, "display_name": name, "password": PASSWORD});
        assert_eq!(self.post("/v1/invitations/accept", None, &accepted).await.status(), StatusCode::CREATED);
        email
    }

    /// The mails to an address, newest first, as a program reads the mailbox.
    pub(crate) async fn mails(&self, to: &str) -> Vec<Value> {
        let request = self.http.get(self.url("/dev/mailbox")).query(&[("to", to)]);
        let response = request.header(header::ACCEPT, "application/json").send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        json(response).await.as_array().expect("a list").clone()
    }

    /// What stands behind `path` in the newest mail to an address.
    pub(crate) async fn mailed_token(&self, to: &str, path: &str) -> String {
        let mails = self.mails(to).await;
        let text = mails.first().and_then(|mail| mail["text"].as_str()).expect("a mail");
        let link = text.split_whitespace().find_map(|word| word.strip_prefix(self.app.issuer.join(path).as_str()));
        link.unwrap_or_else(|| panic!("no {path} in {text}")).to_owned()
    }

    /// Lets the worker do what there is to do.
    pub(crate) async fn work(&self) {
        send_mail::work(&self.app).await.expect("worked");
    }

    /// Signs in on the page. Gives the cookie.
    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let response = self.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        cookie(&response)
    }

    /// The whole way of a client, from a sign-in to tokens.
    pub(crate) async fn tokens(&self, email: &str) -> Tokens {
        let cookie = self.sign_in(email).await;
        let code = self.code(&cookie, "public").await;
        let response = self.exchange("public", &code).await;
        assert_eq!(response.status(), StatusCode::OK);
        Tokens(json(response).await)
    }

    /// A code for a person who is signed in.
    pub(crate) async fn code(&self, cookie: &str, client_id: &str) -> String {
        let response = self.look(&authorize(client_id, &[]), cookie).await;
        let location = location(&response);
        parameter(&location, "code").unwrap_or_else(|| panic!("no code: {location}"))
    }

    pub(crate) async fn exchange(&self, client_id: &str, code: &str) -> Response {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("redirect_uri", REDIRECT),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        self.token(&fields).await
    }

    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> Response {
        self.http.post(self.url("/token")).form(fields).send().await.expect("an answer")
    }

    /// A token of a client for itself.
    pub(crate) async fn service(&self, client_id: &str) -> String {
        let fields = [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", "hush")];
        Tokens(json(self.token(&fields).await).await).access().to_owned()
    }

    pub(crate) async fn refresh(&self, token: &str) -> Response {
        self.token(&[("grant_type", "refresh_token"), ("client_id", "public"), ("refresh_token", token)]).await
    }
}

pub(crate) fn settings(database: &TestDatabase) -> Config {
    Config {
        addresses: config::ListenAddrs {
            http_addr: ([127, 0, 0, 1], 0).into(),
            grpc_addr: ([127, 0, 0, 1], 0).into(),
            ops_addr: ([127, 0, 0, 1], 0).into(),
        },
        database: database.config(),
        kafka: config::Kafka { kafka_brokers: "127.0.0.1:9".parse().expect("an address"), topic_prefix: String::new() },
        issuer: config::Issuer { login_public_url: ISSUER.parse().expect("an address"), login_backchannel_url: None },
        proxies: config::Proxies { trusted_proxies: "127.0.0.1".parse().expect("a network") },
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: config::LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
        login_clients_file: FirstParty::parse(CLIENTS).expect("good clients"),
        login_key_secret: [7; 32].into(),
        login_mail: MailSetting::Dev,
        login_mail_from: None,
    }
}

pub(crate) fn new_tenant(slug: &str) -> Value {
    json!({
        "name": format!("Company {slug}"), "slug": slug, "locale": "en", "time_zone": "Etc/UTC", "currency_code": "USD",
        "admin": {"email": format!("admin@{slug}.example"), "display_name": "Ada"},
    })
}

/// An authorization request as it should be, but for what `changes` replace; an empty value takes a parameter away.
pub(crate) fn authorize(client_id: &str, changes: &[(&str, &str)]) -> String {
    let good = [
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", REDIRECT),
        ("scope", "openid profile email api"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = good.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let all = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    let url = reqwest::Url::parse_with_params("http://x/authorize", all).expect("an address");
    format!("/authorize?{}", url.query().expect("a query"))
}

pub(crate) async fn json(response: Response) -> Value {
    response.json().await.expect("JSON")
}

/// `error` of OAuth, `code` of a problem.
pub(crate) async fn refusal(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let body = json(response).await;
    let name = body["error"].as_str().or(body["code"].as_str()).expect("a name");
    (status, name.to_owned())
}

pub(crate) fn location(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().expect("text").to_owned()
}

pub(crate) fn cookie(response: &Response) -> String {
    let cookie = response.headers()[header::SET_COOKIE].to_str().expect("text");
    cookie.split(';').next().expect("a cookie").to_owned()
}

pub(crate) fn parameter(address: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(address).ok()?;
    url.query_pairs().find(|(each, _)| each == name).map(|(_, value)| value.into_owned())
}

/// The claims of a token, unchecked.
pub(crate) fn claims(token: &str) -> Value {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}
