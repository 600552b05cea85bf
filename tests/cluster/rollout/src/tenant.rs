//! Creates the load's own tenant through the public APIs. So the stores can be compared exactly with the load's requests, and
//! the demo's people and budgets stay unchanged.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use chassis::clock::Clock;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    arguments::Addresses,
    browser::Browser,
    person::{PASSWORD, Person, to_anyhow},
    sign_in::sign_in,
};

/// Number of tries until ad has consumed the tenant's event.
const HEARD_WITHIN: usize = 240;
const POLL: Duration = Duration::from_millis(250);

/// Language of people and campaigns.
const LOCALE: &str = "en";
const CURRENCY: &str = "USD";
/// Micros per unit of the currency.
const UNIT: i64 = 1_000_000;

/// Name and daily budget in micros of the highest bidding campaign. Its budget runs out after about 500 clicks.
pub const SHORT: (&str, i64) = ("Short", 1_000 * UNIT);

/// The tenant and its people.
pub struct LoadTenant {
    pub tenant_id: String,
    /// The first one is the admin.
    pub people: Vec<Person>,
}

/// Signs up the tenant, invites and signs in its people, and creates its campaigns.
///
/// # Errors
/// If a product rejects a request.
pub async fn create(addresses: &Addresses, clock: &Clock, people: u32) -> Result<LoadTenant> {
    let slug = format!("load-{}", clock.now().timestamp());
    let email = |number: u32| format!("person{number}@{slug}.example");
    let browser = Browser::new()?;
    let body = json!({
        "name": "Load", "slug": slug, "locale": LOCALE, "time_zone": "Etc/UTC", "currency_code": CURRENCY,
        "admin": { "email": email(0), "display_name": "Person 0" },
    });
    send(&browser, None, addresses.login.join("/v1/tenants"), &body, StatusCode::ACCEPTED)
        .await
        .context("signing up")?;
    let body = json!({ "token": mailed(&browser, addresses, &email(0), "/verify/").await?, "password": PASSWORD });
    let made = send(&browser, None, addresses.login.join("/v1/tenants/verify"), &body, StatusCode::CREATED);
    let tenant_id = text(&made.await.context("verifying the address")?, "tenant_id")?;
    let admin = join(addresses, email(0)).await?;
    let mut all = vec![];
    for number in 1..people {
        let body = json!({ "email": email(number), "role": "member", "locale": LOCALE });
        send(&browser, Some(&admin), addresses.login.join("/v1/invitations"), &body, StatusCode::CREATED).await?;
        let token = mailed(&browser, addresses, &email(number), "/invitations/").await?;
        let body = json!({ "token": token, "display_name": format!("Person {number}"), "password": PASSWORD });
        let accepted = send(&browser, None, addresses.login.join("/v1/invitations/accept"), &body, StatusCode::CREATED);
        accepted.await.context("accepting")?;
        all.push(join(addresses, email(number)).await?);
    }
    advertise(addresses, &browser, &admin, SHORT.0, 3 * UNIT, SHORT.1).await?;
    // A budget that never runs out, and a higher bid than the demo's campaigns.
    advertise(addresses, &browser, &admin, "Long", 2 * UNIT, 10_000_000 * UNIT).await?;
    all.insert(0, admin);
    Ok(LoadTenant { tenant_id, people: all })
}

async fn join(addresses: &Addresses, email: String) -> Result<Person> {
    let browser = Browser::new()?;
    let signed_in = sign_in(&browser, &addresses.mypage, &email).await;
    signed_in.result.map_err(anyhow::Error::msg).with_context(|| format!("signing {email} in"))?;
    Person::new(&addresses.login, email, browser).await
}

/// Creates a campaign. Retries until ad has consumed the tenant's event.
async fn advertise(
    addresses: &Addresses,
    browser: &Browser,
    admin: &Person,
    name: &str,
    bid: i64,
    budget: i64,
) -> Result<()> {
    let money = |micros: i64| json!({ "micros": micros, "currency_code": CURRENCY });
    let body = json!({
        "name": name, "headline": format!("{name} campaign"), "body": "Served to the load only.",
        "landing_url": "https://example.com/", "locale": LOCALE, "interests": [], "bid": money(bid),
        "daily_budget": money(budget), "open_to_all": false,
    });
    for _ in 0..HEARD_WITHIN {
        match send(browser, Some(admin), addresses.ad.join("/v1/campaigns"), &body, StatusCode::CREATED).await {
            Ok(_) => return Ok(()),
            Err(error) if error.to_string().contains("tenant_not_known_yet") => tokio::time::sleep(POLL).await,
            Err(error) => return Err(error.context("creating a campaign")),
        }
    }
    bail!("ad does not know the tenant after 60 s: are events published and consumed?")
}

/// Reads the token after `path` in the newest e-mail to an address, from the development mailbox.
async fn mailed(browser: &Browser, addresses: &Addresses, to: &str, path: &str) -> Result<String> {
    let url = addresses.login.join("/dev/mailbox");
    let request = |client: &reqwest::Client| {
        client.get(&url).query(&[("to", to)]).header(reqwest::header::ACCEPT, "application/json")
    };
    let answer = browser.send(0, request).await.and_then(|answer| answer.with(StatusCode::OK)).map_err(to_anyhow)?;
    let mails: Value = serde_json::from_str(&answer.body)?;
    let text = mails[0]["text"].as_str().with_context(|| format!("no e-mail to {to}"))?;
    let token = text.split_once(path).and_then(|(_, rest)| rest.split_whitespace().next());
    token.map(str::to_owned).with_context(|| format!("no {path} link in the newest e-mail to {to}"))
}

/// Posts JSON and returns the response body.
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
    let answer = browser.send(0, request).await.and_then(|answer| answer.with(expected)).map_err(to_anyhow)?;
    Ok(serde_json::from_str(&answer.body)?)
}

fn text(made: &Value, field: &str) -> Result<String> {
    made[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {made}"))
}
