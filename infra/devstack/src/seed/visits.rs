//! Visits of the demo's people: they sign in to mypage, see ads and click some, as in a browser.
//!
//! Products date what happens by their own clocks, so all clicks and charges are of the day of the first start.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use futures::future::try_join_all;
use reqwest::{Response, header::SET_COOKIE};
use url::Url;

use super::{
    endpoint::Endpoint,
    http::{Api, location},
    people::{PASSWORD, TENANTS},
    sign_in::submit,
};

/// Page views of each person.
const VIEWS: usize = 3;
/// The first ad of every second page is clicked.
const CLICK_EVERY: usize = 2;
/// Longest chain of redirects of a sign-in.
const REDIRECTS: usize = 10;

/// The products of a visit.
pub(super) struct Products {
    login: Api,
    pub(super) mypage: Api,
    ad: Api,
}

impl Products {
    pub(super) fn new(login: &Endpoint, mypage: Endpoint, ad: &Endpoint) -> Result<Self> {
        let (login, ad) = (Api::browser(login.clone())?, Api::browser(ad.clone())?);
        Ok(Self { login, mypage: Api::browser(mypage)?, ad })
    }
}

/// Every member who is no admin visits, all at the same time. Returns the number of clicks.
pub(super) async fn visit_all(products: &Products) -> Result<usize> {
    let people = TENANTS.iter().flat_map(|tenant| &tenant.people[1..]);
    let visits = people.map(async |person| visit(products, person.email).await.context(person.email));
    Ok(try_join_all(visits).await?.into_iter().sum())
}

async fn visit(products: &Products, email: &str) -> Result<usize> {
    let mut browser = Browser { products, cookies: BTreeMap::new() };
    browser.sign_in(email).await?;
    let (home, mut clicks) = (products.mypage.at("/")?, 0);
    for view in 0..VIEWS {
        let page = browser.open(&home).await?.1.text().await?;
        for impression in products.ad.links(&page, "/i/")? {
            products.ad.page(&impression, "").await?;
        }
        if view % CLICK_EVERY == 0
            && let Some(click) = products.ad.links(&page, "/c/")?.first()
        {
            let answer = products.ad.page(click, "").await?;
            if location(&answer).is_none() {
                bail!("a click is answered by {}", answer.status());
            }
            clicks += 1;
        }
    }
    Ok(clicks)
}

/// Cookies of one person. All products share a host, so they share its cookies.
struct Browser<'a> {
    products: &'a Products,
    cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// Signs in through mypage and login's form.
    async fn sign_in(&mut self, email: &str) -> Result<()> {
        let start = self.products.mypage.at("/auth/sign-in")?;
        let (at, page) = self.open(&start).await?;
        let own = [("email", email), ("password", PASSWORD)];
        let (action, answer) = submit(&self.products.login, &at, &page.text().await?, own, &self.header()).await?;
        self.keep(&answer);
        let to = location(&answer).with_context(|| format!("{} instead of a redirect", answer.status()))?;
        let to = self.next(&action, to)?;
        let (_, page) = self.open(&to).await?;
        if page.status().is_success() { Ok(()) } else { bail!("the sign-in ends with {}", page.status()) }
    }

    /// Opens a page and follows its redirects. Returns where it ends.
    async fn open(&mut self, address: &Url) -> Result<(Url, Response)> {
        let mut at = address.clone();
        for _ in 0..REDIRECTS {
            let answer = self.products.mypage.page(&at, &self.header()).await?;
            self.keep(&answer);
            let Some(to) = location(&answer) else { return Ok((at, answer)) };
            at = self.next(&at, to)?;
        }
        bail!("{address} redirects more than {REDIRECTS} times")
    }

    /// The address from here of a redirect or a form, of mypage or login.
    fn next(&self, from: &Url, to: &str) -> Result<Url> {
        let to = self.products.mypage.next(from, to)?;
        self.products.login.next(from, to.as_str())
    }

    fn header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if attributes.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
