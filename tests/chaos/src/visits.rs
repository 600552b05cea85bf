//! Background traffic of mypage and ad: pages, the API, streams, selections, impressions and clicks of one person.

use std::{sync::Arc, time::Duration};

use contracts::mypage::v1::{
    GetPageRequest, UpdatePreferencesRequest, WatchActivityRequest, my_page_client::MyPageClient,
};
use reqwest::{Client, redirect::Policy};
use serde_json::json;
use support::DEMO_PASSWORD;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

use crate::{
    person::{access_token, sign_in},
    system::System,
    traffic::client,
};

/// Interval between new tokens, which are valid for five minutes.
const RENEWED: Duration = Duration::from_secs(120);
/// Timeout of a request.
const PATIENCE: Duration = Duration::from_secs(8);
/// The tenant's admin, who also advertises.
const EMAIL: &str = "admin@acme.example";

/// What the visits share.
struct Visits {
    system: System,
    /// The person's access token; empty before the first one.
    token: watch::Sender<String>,
    mypage: MyPageClient<Channel>,
    client: Client,
}

/// Starts the traffic in `work`.
///
/// # Panics
/// Never: the addresses are those of running processes.
pub fn start(work: &mut JoinSet<()>, system: &System) {
    let address = format!("http://127.0.0.1:{}", system.port("mypage", "grpc"));
    let channel = Endpoint::from_shared(address).expect("an address").timeout(PATIENCE).connect_lazy();
    let visits = Arc::new(Visits {
        system: system.clone(),
        token: watch::Sender::default(),
        mypage: MyPageClient::new(channel),
        client: client(),
    });
    work.spawn(renew(Arc::clone(&visits)));
    work.spawn(load_pages(system.clone()));
    every(work, 200, &visits, |visits| async move { visits.read().await });
    every(work, 200, &visits, |visits| async move { visits.see_an_ad().await });
    every(work, 500, &visits, |visits| async move { visits.watch().await });
    every(work, 5000, &visits, |visits| async move { visits.choose().await });
}

/// Runs `act` at this interval once there is a token, even if earlier runs have not ended.
fn every<F: Future<Output = ()> + Send + 'static>(
    work: &mut JoinSet<()>,
    milliseconds: u64,
    visits: &Arc<Visits>,
    act: impl Fn(Arc<Visits>) -> F + Send + 'static,
) {
    let visits = Arc::clone(visits);
    work.spawn(async move {
        let mut ticks = interval(Duration::from_millis(milliseconds));
        let mut running = JoinSet::new();
        loop {
            ticks.tick().await;
            if !visits.token.borrow().is_empty() {
                running.spawn(act(Arc::clone(&visits)));
            }
            while running.try_join_next().is_some() {}
        }
    });
}

/// Keeps a valid token, and starts a campaign that everybody sees, with a budget for the whole test.
async fn renew(visits: Arc<Visits>) {
    let mut advertised = false;
    loop {
        let Some(token) = access_token(&visits.system).await else {
            sleep(Duration::from_secs(1)).await;
            continue;
        };
        if !advertised {
            let body = json!({
                "name": "chaos", "headline": "Chaos", "body": "An ad of the test", "landing_url": "https://acme.example/",
                "locale": "en", "interests": [], "open_to_all": true,
                "bid": { "currency_code": "USD", "micros": 10_000 },
                "daily_budget": { "currency_code": "USD", "micros": 10_000_000_000_i64 },
            });
            let url = visits.system.url("ad", "/v1/campaigns");
            let answer = visits.client.post(url).bearer_auth(&token).json(&body).send().await;
            advertised = answer.is_ok_and(|answer| answer.status().is_success());
        }
        visits.token.send_replace(token);
        sleep(RENEWED).await;
    }
}

/// Loads pages in a browser that is signed in to mypage.
async fn load_pages(system: System) {
    let browser = loop {
        if let Some(browser) = signed_in(&system).await {
            break browser;
        }
        sleep(Duration::from_secs(1)).await;
    };
    let mut ticks = interval(Duration::from_millis(200));
    let mut running = JoinSet::new();
    let mut number = 0_usize;
    loop {
        ticks.tick().await;
        let url = system.url("mypage", ["/", "/usage", "/activity"][number % 3]);
        number += 1;
        let browser = browser.clone();
        running.spawn(async move {
            let _ = browser.get(url).send().await;
        });
        while running.try_join_next().is_some() {}
    }
}

async fn signed_in(system: &System) -> Option<Client> {
    let browser = Client::builder().cookie_store(true).redirect(Policy::limited(10)).timeout(PATIENCE).build().ok()?;
    sign_in(system, &browser, &[("email", EMAIL), ("password", DEMO_PASSWORD)]).await?;
    let page = browser.get(system.url("mypage", "/auth/sign-in")).send().await.ok()?;
    page.status().is_success().then_some(browser)
}

impl Visits {
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", *self.token.borrow()).parse().expect("a header");
        request.metadata_mut().insert("authorization", bearer);
        request
    }

    async fn read(&self) {
        let token = self.token.borrow().clone();
        let _ = self.client.get(self.system.url("mypage", "/v1/me")).bearer_auth(token).send().await;
    }

    /// Loads a page by gRPC, which selects an ad, then its pixel, and clicks on it.
    async fn see_an_ad(&self) {
        let Ok(page) = self.mypage.clone().get_page(self.request(GetPageRequest {})).await else { return };
        for ad in page.into_inner().ads {
            let _ = self.client.get(&ad.impression_url).send().await;
            let _ = self.client.get(&ad.click_url).send().await;
        }
    }

    /// Opens a stream, and closes it.
    async fn watch(&self) {
        let request = self.request(WatchActivityRequest::default());
        let _ = timeout(PATIENCE, self.mypage.clone().watch_activity(request)).await;
    }

    /// Changes the person's preferences.
    async fn choose(&self) {
        let request = self.request(UpdatePreferencesRequest { interests: vec![], ad_consent: true });
        let _ = self.mypage.clone().update_preferences(request).await;
    }
}
