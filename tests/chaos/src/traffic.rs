//! Background traffic, so that there is something to measure: sign-ins, tokens, keys and introspection; and that of `visits`.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use contracts::login::v1::{IntrospectTokenRequest, login_client::LoginClient};
use reqwest::Client;
use support::{DEMO_PASSWORD, source_address};
use tokio::{
    task::JoinSet,
    time::{Instant, interval},
};
use tonic::{Request, transport::Endpoint};

use crate::{
    person::{access_token, service_token, sign_in},
    system::System,
};

/// Interval between new tokens, which are valid for five minutes.
const RENEWED: Duration = Duration::from_secs(120);
/// Timeout of a request.
const PATIENCE: Duration = Duration::from_secs(8);

static UNKNOWN_EMAILS: AtomicU64 = AtomicU64::new(0);
static CLIENTS: AtomicUsize = AtomicUsize::new(0);

/// Starts the traffic. Dropping the set stops it.
pub fn start(system: &System) -> JoinSet<()> {
    let mut work = JoinSet::new();
    let client = client();
    // An unknown e-mail costs a hash as a known one does. With 100 source addresses, none is throttled.
    let clients: Vec<_> = (0..100).map(|_| self::client()).collect();
    let next = AtomicUsize::new(0);
    every(&mut work, 250, system, &client, move |system, _| {
        let client = clients[next.fetch_add(1, Ordering::Relaxed) % clients.len()].clone();
        async move {
            sign_in_unknown(&system, &client).await;
        }
    });
    every(&mut work, 100, system, &client, |system, client| async move {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", "demo-public"),
            ("redirect_uri", "http://127.0.0.1:9999/callback"),
            ("code", "no-such-code"),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ];
        let _ = client.post(system.url("login", "/token")).form(&fields).send().await;
    });
    every(&mut work, 200, system, &client, |system, client| async move {
        let _ = client.get(system.url("login", "/jwks")).send().await;
    });
    work.spawn(introspect(system.clone()));
    crate::visits::start(&mut work, system);
    work
}

/// Tries to sign in with an e-mail address that has no account. Returns the status.
pub async fn sign_in_unknown(system: &System, client: &Client) -> Option<u16> {
    let email = format!("nobody-{}@example.org", UNKNOWN_EMAILS.fetch_add(1, Ordering::Relaxed));
    sign_in(system, client, &[("email", &email), ("password", DEMO_PASSWORD)]).await
}

/// Returns a client with a browser's timeout and its own source address.
///
/// # Panics
/// Never: its settings are fixed.
pub fn client() -> Client {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .tls_certs_only([])
        .resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .local_address(source_address(CLIENTS.fetch_add(1, Ordering::Relaxed)))
        .build()
        .expect("a client")
}

/// Runs `act` at this interval, even if earlier runs have not ended.
fn every<F: Future<Output = ()> + Send + 'static>(
    work: &mut JoinSet<()>,
    milliseconds: u64,
    system: &System,
    client: &Client,
    act: impl Fn(System, Client) -> F + Send + 'static,
) {
    let (system, client) = (system.clone(), client.clone());
    work.spawn(async move {
        let mut ticks = interval(Duration::from_millis(milliseconds));
        let mut running = JoinSet::new();
        loop {
            ticks.tick().await;
            running.spawn(act(system.clone(), client.clone()));
            while running.try_join_next().is_some() {}
        }
    });
}

/// Introspects a person's token as mypage does.
async fn introspect(system: System) {
    let address = format!("http://127.0.0.1:{}", system.port("login", "grpc"));
    let channel = Endpoint::from_shared(address).expect("an address").timeout(PATIENCE).connect_lazy();
    let mut ticks = interval(Duration::from_millis(200));
    let mut tokens: Option<(Instant, String, String)> = None;
    let mut running = JoinSet::new();
    loop {
        ticks.tick().await;
        if tokens.as_ref().is_none_or(|(since, ..)| since.elapsed() > RENEWED)
            && let (Some(person), Some(service)) = (access_token(&system).await, service_token(&system).await)
        {
            tokens = Some((Instant::now(), person, service));
        }
        let Some((_, person, service)) = &tokens else { continue };
        let mut request = Request::new(IntrospectTokenRequest { access_token: person.clone() });
        let bearer = format!("Bearer {service}").parse().expect("a header");
        request.metadata_mut().insert("authorization", bearer);
        let mut login = LoginClient::new(channel.clone());
        running.spawn(async move {
            let _ = login.introspect_token(request).await;
        });
        while running.try_join_next().is_some() {}
    }
}
