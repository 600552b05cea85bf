//! A company of the load's own, made through the public APIs as anyone would: what the load does belongs to it alone, so it
//! can be compared to the last line with what the stores say, and the demo's people and budgets stay as they are.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use chassis::clock::Clock;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    arguments::Places,
    person::{PASSWORD, Person, said},
    sign_in::sign_in,
    visit::Browser,
};

/// How long the news of a company may take from login to ad, and how often that is looked at.
const HEARD_WITHIN: usize = 240;
const POLL: Duration = Duration::from_millis(250);

/// The language of its people and campaigns, its currency, and what a unit of that is.
const LOCALE: &str = "en";
const CURRENCY: &str = "USD";
const UNIT: i64 = 1_000_000;

/// The campaign that bids most, and its day's budget in micros: it ends on the way, after some 500 clicks.
pub const SHORT: (&str, i64) = ("Short", 1_000 * UNIT);

/// The company and its people; the first one is its admin.
pub struct Company {
    /// The tenant.
    pub tenant_id: String,
    /// The people.
    pub people: Vec<Person>,
}

/// Signs it up, invites its people, signs them in, and advertises.
///
/// # Errors
/// When a product refuses.
pub async fn found(places: &Places, clock: &Clock, people: u32) -> Result<Company> {
    let slug = format!("load-{}", clock.now().timestamp());
    let email = |number: u32| format!("person{number}@{slug}.example");
    let browser = Browser::new()?;
    let body = json!({
        "name": "Load", "slug": slug, "locale": LOCALE, "time_zone": "Etc/UTC", "currency_code": CURRENCY,
        "admin": { "email": email(0), "display_name": "Person 0" },
    });
    send(&browser, None, places.login.join("/v1/tenants"), &body, StatusCode::ACCEPTED).await.context("signing up")?;
    let body = json!({ "token": mailed(&browser, places, &email(0), "/verify/").await?, "password": PASSWORD });
    let made = send(&browser, None, places.login.join("/v1/tenants/verify"), &body, StatusCode::CREATED);
    let tenant_id = text(&made.await.context("verifying the address")?, "tenant_id")?;
    let admin = join(places, email(0)).await?;
    let mut all = vec![];
    for number in 1..people {
        let body = json!({ "email": email(number), "role": "member", "locale": LOCALE });
        send(&browser, Some(&admin), places.login.join("/v1/invitations"), &body, StatusCode::CREATED).await?;
        let token = mailed(&browser, places, &email(number), "/invitations/").await?;
        let body = json!({ "token": token, "display_name": format!("Person {number}"), "password": PASSWORD });
        let accepted = send(&browser, None, places.login.join("/v1/invitations/accept"), &body, StatusCode::CREATED);
        accepted.await.context("accepting")?;
        all.push(join(places, email(number)).await?);
    }
    advertise(places, &browser, &admin, SHORT.0, 3 * UNIT, SHORT.1).await?;
    // Enough for ever, and more for a click than the demo's campaigns.
    advertise(places, &browser, &admin, "Long", 2 * UNIT, 10_000_000 * UNIT).await?;
    all.insert(0, admin);
    Ok(Company { tenant_id, people: all })
}

async fn join(places: &Places, email: String) -> Result<Person> {
    let browser = Browser::new()?;
    let signed_in = sign_in(&browser, &places.mypage, &email).await;
    signed_in.result.map_err(anyhow::Error::msg).with_context(|| format!("signing {email} in"))?;
    Person::new(&places.login, email, browser).await
}

/// Waits while ad has not heard of the company: it learns of it by an event.
async fn advertise(
    places: &Places,
    browser: &Browser,
    admin: &Person,
    name: &str,
    bid: i64,
    budget: i64,
) -> Result<()> {
    let money = |micros: i64| json!({ "micros": micros, "currency_code": CURRENCY });
    let body = json!({
        "name": name, "headline": format!("{name} campaign"), "body": "Seen by the load alone.",
        "landing_url": "https://example.com/", "locale": LOCALE, "interests": [], "bid": money(bid),
        "daily_budget": money(budget), "open_to_all": false,
    });
    for _ in 0..HEARD_WITHIN {
        match send(browser, Some(admin), places.ad.join("/v1/campaigns"), &body, StatusCode::CREATED).await {
            Ok(_) => return Ok(()),
            Err(error) if error.to_string().contains("tenant_not_known_yet") => tokio::time::sleep(POLL).await,
            Err(error) => return Err(error.context("advertising")),
        }
    }
    bail!("ad has not heard of the company: events don't arrive")
}

/// What follows `path` in the newest mail to an address: a cluster for tests shows its mails instead of sending them.
async fn mailed(browser: &Browser, places: &Places, to: &str, path: &str) -> Result<String> {
    let url = places.login.join("/dev/mailbox");
    let request = |client: &reqwest::Client| {
        client.get(&url).query(&[("to", to)]).header(reqwest::header::ACCEPT, "application/json")
    };
    let answer = browser.send(0, request).await.and_then(|answer| answer.with(StatusCode::OK)).map_err(said)?;
    let mails: Value = serde_json::from_str(&answer.body)?;
    let text = mails[0]["text"].as_str().with_context(|| format!("no mail to {to}"))?;
    let token = text.split_once(path).and_then(|(_, rest)| rest.split_whitespace().next());
    token.map(str::to_owned).with_context(|| format!("no {path} in the newest mail to {to}"))
}

/// What was made.
async fn send(
    browser: &Browser,
    by: Option<&Person>,
    url: String,
    body: &Value,
    expected: StatusCode,
) -> Result<Value> {
    let request = |client: &reqwest::Client| {
        let request = client.request(Method::POST, &url).json(body);
        match by {
            Some(person) => request.bearer_auth(person.token().expose_secret()),
            None => request,
        }
    };
    let answer = browser.send(0, request).await.and_then(|answer| answer.with(expected)).map_err(said)?;
    Ok(serde_json::from_str(&answer.body)?)
}

fn text(made: &Value, field: &str) -> Result<String> {
    made[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {made}"))
}
