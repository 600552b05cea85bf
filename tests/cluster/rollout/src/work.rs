//! The calls that make the load, one a method. Each is made when it is due, and counted with all that a client noticed.

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
use reqwest::{RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::{
    arguments::{Places, Rates},
    html,
    kinds::{self, Kind},
    links::{Links, Shown},
    meter::{Meter, Outcome},
    ordinary::{Done, Twice, ordinary},
    pace::Pace,
    peers::{self, Peers},
    person::Person,
    sign_in::sign_in,
    visit::{Answer, Browser},
};

mod choose;

/// What calls share.
pub struct Work {
    /// Where the products are.
    pub places: Places,
    /// Counts.
    pub meter: Meter,
    /// The time.
    pub clock: Clock,
    /// The products' gRPC.
    pub peers: Peers,
    /// The people; the first one is the admin.
    pub people: Vec<Arc<Person>>,
    /// Ads that were shown.
    pub links: Links,
    /// Browsers that signed in.
    pub sign_ins: AtomicU64,
    /// Pages that were answered.
    pub pages: AtomicU64,
    /// Pages that were asked for once more.
    pub pages_again: AtomicU64,
}

impl Work {
    /// Begins all of it.
    pub fn start(self: &Arc<Self>, pace: &mut Pace, rates: &Rates) {
        /// A call for which each tick is one.
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
        each!(rates.preferences, choose);
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

    fn record<T>(&self, kind: Kind, due: Instant, done: Done<T>) -> Option<T> {
        self.record_lacking(kind, due, done, |_| false)
    }

    fn record_lacking<T>(&self, kind: Kind, due: Instant, done: Done<T>, lacking: impl Fn(&T) -> bool) -> Option<T> {
        let lacking = done.result.as_ref().is_ok_and(lacking);
        let failed = done.result.as_ref().err().cloned();
        self.meter.record(kind, Outcome { took: due.elapsed(), retried: done.retried, lacking, failed });
        done.result.ok()
    }

    /// A `GET` whose answer has to have this status. The pool of connections is that of each person's browser: of the numbers
    /// that a person gets, every second one is a new connection.
    async fn get(
        &self,
        number: u64,
        status: StatusCode,
        request: impl Fn(&reqwest::Client) -> RequestBuilder,
    ) -> Done<Answer> {
        let person = self.person(number);
        let turn = number / self.people.len() as u64;
        ordinary(Twice::Harmless, || async { person.browser.send(turn, &request).await?.with(status) }).await
    }

    async fn page(&self, number: u64, due: Instant) {
        let url = self.places.mypage.join("/");
        let done = self.get(number, StatusCode::OK, |client| client.get(&url)).await;
        self.pages_again.fetch_add(u64::from(done.retried), Ordering::Relaxed);
        let lacking = |page: &Answer| html::lacks_a_part(&page.body);
        let Some(page) = self.record_lacking(kinds::PAGE, due, done, lacking) else { return };
        self.pages.fetch_add(1, Ordering::Relaxed);
        for (impression, click) in html::ads(&page.body) {
            self.links.add(Shown { impression, click });
        }
    }

    async fn get_page(&self, number: u64, due: Instant) {
        let send = async |request| self.peers.mypage.clone().get_page(request).await;
        let done = peers::call(Twice::Harmless, &self.person(number).token(), GetPageRequest {}, send).await;
        let lacking = |page: &GetPageResponse| !page.missing.is_empty();
        let Some(page) = self.record_lacking(kinds::GET_PAGE, due, done, lacking) else { return };
        self.add(page.ads);
    }

    async fn select_ads(&self, number: u64, due: Instant) {
        let message = SelectAdsRequest { placement: "load".into(), locale: "en".into(), count: 1 };
        let send = async |request| self.peers.ad.clone().select_ads(request).await;
        let done = peers::call(Twice::Harmless, &self.person(number).token(), message, send).await;
        let Some(answer) = self.record(kinds::SELECT_ADS, due, done) else { return };
        self.add(answer.ads);
    }

    fn add(&self, ads: Vec<Ad>) {
        for ad in ads {
            self.links.add(Shown { impression: ad.impression_url, click: ad.click_url });
        }
    }

    async fn impression(&self, number: u64, due: Instant) {
        let Some(shown) = self.links.next_shown() else { return };
        let load = || self.get(number, StatusCode::OK, |client| client.get(&shown.impression));
        if self.record(kinds::IMPRESSION, due, load().await).is_some() && self.links.was_seen(shown.click.clone()) {
            self.record(kinds::IMPRESSION, Instant::now(), load().await);
        }
    }

    async fn click(&self, number: u64, due: Instant) {
        let Some(link) = self.links.next_seen() else { return };
        let follow = || self.get(number, StatusCode::SEE_OTHER, |client| client.get(&link));
        if self.record(kinds::CLICK, due, follow().await).is_some() && self.links.was_followed() {
            self.record(kinds::CLICK, Instant::now(), follow().await);
        }
    }

    async fn campaigns(&self, number: u64, due: Instant) {
        let (url, token) = (self.places.ad.join("/v1/campaigns"), self.people[0].token());
        let request = |client: &reqwest::Client| client.get(&url).bearer_auth(token.expose_secret());
        self.record(kinds::CAMPAIGNS, due, self.get(number, StatusCode::OK, request).await);
    }

    async fn discovery(&self, number: u64, due: Instant) {
        let url = self.places.login.join("/.well-known/openid-configuration");
        self.record(kinds::DISCOVERY, due, self.get(number, StatusCode::OK, |client| client.get(&url)).await);
    }

    async fn keys(&self, number: u64, due: Instant) {
        let url = self.places.login.join("/jwks");
        self.record(kinds::KEYS, due, self.get(number, StatusCode::OK, |client| client.get(&url)).await);
    }

    async fn get_user(&self, number: u64, due: Instant) {
        let person = self.person(number);
        let message = GetUserRequest { user_id: person.user_id.clone(), tenant_id: String::new() };
        let send = async |request| self.peers.login.clone().get_user(request).await;
        self.record(kinds::GET_USER, due, peers::call(Twice::Harmless, &person.token(), message, send).await);
    }

    async fn refresh(&self, number: u64, due: Instant) {
        self.record(kinds::REFRESH, due, self.person(number).refresh(&self.places.login).await);
    }

    async fn sign_in(&self, number: u64, due: Instant) {
        let Ok(browser) = Browser::new() else { return };
        let done = sign_in(&browser, &self.places.mypage, &self.person(number).email).await;
        self.pages_again.fetch_add(u64::from(done.retried), Ordering::Relaxed);
        if self.record(kinds::SIGN_IN, due, done).is_some() {
            self.sign_ins.fetch_add(1, Ordering::Relaxed);
            self.pages.fetch_add(1, Ordering::Relaxed);
        }
    }
}
