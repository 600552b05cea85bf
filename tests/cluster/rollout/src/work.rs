//! The calls that make up the load, one per method. Each starts on schedule, and its outcome is recorded.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chassis::clock::Clock;
use contracts::{
    ad::v1::{Ad, SelectAdsRequest},
    login::v1::GetUserRequest,
    mypage::v1::{GetPageRequest, GetPageResponse},
};
use markup::AdLinks;
use reqwest::{RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::{
    arguments::{Addresses, Rates},
    browser::{Answer, Browser},
    html,
    kinds::{self, Kind},
    links::Links,
    meter::{Meter, Outcome},
    pace::Pace,
    peers::{self, Peers},
    person::Person,
    retry::{CallResult, Idempotency, with_retry},
    sign_in::sign_in,
};

mod preferences;

/// State that calls share.
pub struct Work {
    pub addresses: Addresses,
    pub meter: Meter,
    pub clock: Clock,
    /// gRPC clients.
    pub peers: Peers,
    /// The people; the first one is the admin.
    pub people: Vec<Arc<Person>>,
    /// Links of served ads.
    pub links: Links,
    /// Number of successful sign-ins.
    pub sign_ins: AtomicU64,
    /// Number of successful pages.
    pub pages: AtomicU64,
    /// Number of retried pages.
    pub pages_retried: AtomicU64,
}

impl Work {
    /// Starts all kinds of calls at their rates.
    pub fn start(self: &Arc<Self>, pace: &mut Pace, rates: &Rates) {
        /// Starts one kind of call.
        macro_rules! each {
            ($rate:expr, $call:ident) => {{
                let work = Arc::clone(self);
                pace.each($rate, move |number, due| {
                    let work = Arc::clone(&work);
                    async move { work.$call(number, due).await }
                });
            }};
        }
        each!(rates.pages, page);
        each!(rates.preferences, change_preferences);
        each!(rates.get_page, get_page);
        each!(rates.impressions, impression);
        each!(rates.clicks, click);
        each!(rates.select_ads, select_ads);
        each!(rates.campaigns, campaigns);
        each!(rates.discovery, discovery);
        each!(rates.discovery, keys);
        each!(rates.get_user, get_user);
        each!(rates.refreshes, refresh);
        each!(rates.sign_ins, sign_in);
    }

    fn person(&self, number: u64) -> &Arc<Person> {
        &self.people[(number % self.people.len() as u64) as usize]
    }

    fn record<T>(&self, kind: Kind, due: Instant, done: CallResult<T>) -> Option<T> {
        self.record_page(kind, due, done, |_| false)
    }

    fn record_page<T>(
        &self,
        kind: Kind,
        due: Instant,
        done: CallResult<T>,
        incomplete: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let incomplete = done.result.as_ref().is_ok_and(incomplete);
        let failed = done.result.as_ref().err().cloned();
        self.meter.record(kind, Outcome { took: due.elapsed(), retried: done.retried, incomplete, failed });
        done.result.ok()
    }

    /// Sends a GET that must return `status`, from the browser of the person of this number. Of a person's requests, every
    /// second one uses a new connection.
    async fn get(
        &self,
        number: u64,
        status: StatusCode,
        request: impl Fn(&reqwest::Client) -> RequestBuilder,
    ) -> CallResult<Answer> {
        let person = self.person(number);
        let request_number = number / self.people.len() as u64;
        with_retry(Idempotency::Idempotent, || async {
            person.browser.send(request_number, &request).await?.with(status)
        })
        .await
    }

    async fn page(&self, number: u64, due: Instant) {
        let url = self.addresses.mypage.join("/");
        let done = self.get(number, StatusCode::OK, |client| client.get(&url)).await;
        self.pages_retried.fetch_add(u64::from(done.retried), Ordering::Relaxed);
        let incomplete = |page: &Answer| html::is_incomplete(&page.body);
        let Some(page) = self.record_page(kinds::PAGE, due, done, incomplete) else { return };
        self.pages.fetch_add(1, Ordering::Relaxed);
        markup::ads(&page.body).into_iter().for_each(|ad| self.links.add(ad));
    }

    async fn get_page(&self, number: u64, due: Instant) {
        let send = async |request| self.peers.mypage.clone().get_page(request).await;
        let done = peers::call(Idempotency::Idempotent, &self.person(number).token(), GetPageRequest {}, send).await;
        let incomplete = |page: &GetPageResponse| !page.missing.is_empty();
        let Some(page) = self.record_page(kinds::GET_PAGE, due, done, incomplete) else { return };
        self.add(page.ads);
    }

    async fn select_ads(&self, number: u64, due: Instant) {
        let message =
            SelectAdsRequest { placement: "load".into(), locale: "en".into(), count: 1, without_house_ad: true };
        let send = async |request| self.peers.ad.clone().select_ads(request).await;
        let done = peers::call(Idempotency::Idempotent, &self.person(number).token(), message, send).await;
        let Some(answer) = self.record(kinds::SELECT_ADS, due, done) else { return };
        self.add(answer.ads);
    }

    fn add(&self, ads: Vec<Ad>) {
        for ad in ads {
            self.links.add(AdLinks { impression: ad.impression_url, click: ad.click_url });
        }
    }

    async fn impression(&self, number: u64, due: Instant) {
        let Some(ad) = self.links.next_impression() else { return };
        let load = || self.get(number, StatusCode::OK, |client| client.get(&ad.impression));
        if self.record(kinds::IMPRESSION, due, load().await).is_some() && self.links.impression_loaded(ad.click.clone())
        {
            self.record(kinds::IMPRESSION, Instant::now(), load().await);
        }
    }

    async fn click(&self, number: u64, due: Instant) {
        let Some(link) = self.links.next_click() else { return };
        let click = || self.get(number, StatusCode::SEE_OTHER, |client| client.get(&link));
        if self.record(kinds::CLICK, due, click().await).is_some() && self.links.clicked() {
            self.record(kinds::CLICK, Instant::now(), click().await);
        }
    }

    async fn campaigns(&self, number: u64, due: Instant) {
        let (url, token) = (self.addresses.ad.join("/v1/campaigns"), self.people[0].token());
        let request = |client: &reqwest::Client| client.get(&url).bearer_auth(token.expose_secret());
        self.record(kinds::CAMPAIGNS, due, self.get(number, StatusCode::OK, request).await);
    }

    async fn discovery(&self, number: u64, due: Instant) {
        let url = self.addresses.login.join("/.well-known/openid-configuration");
        self.record(kinds::DISCOVERY, due, self.get(number, StatusCode::OK, |client| client.get(&url)).await);
    }

    async fn keys(&self, number: u64, due: Instant) {
        let url = self.addresses.login.join("/jwks");
        self.record(kinds::KEYS, due, self.get(number, StatusCode::OK, |client| client.get(&url)).await);
    }

    async fn get_user(&self, number: u64, due: Instant) {
        let person = self.person(number);
        let message = GetUserRequest { user_id: person.user_id.clone(), tenant_id: String::new() };
        let send = async |request| self.peers.login.clone().get_user(request).await;
        self.record(kinds::GET_USER, due, peers::call(Idempotency::Idempotent, &person.token(), message, send).await);
    }

    async fn refresh(&self, number: u64, due: Instant) {
        self.record(kinds::REFRESH, due, self.person(number).refresh(&self.addresses.login).await);
    }

    async fn sign_in(&self, number: u64, due: Instant) {
        let Ok(browser) = Browser::new() else { return };
        let done = sign_in(&browser, &self.addresses.mypage, &self.person(number).email).await;
        self.pages_retried.fetch_add(u64::from(done.retried), Ordering::Relaxed);
        if self.record(kinds::SIGN_IN, due, done).is_some() {
            self.sign_ins.fetch_add(1, Ordering::Relaxed);
            self.pages.fetch_add(1, Ordering::Relaxed);
        }
    }
}
