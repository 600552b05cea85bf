//! Signs up a tenant per person through the public API, so that no tenant exceeds the limits of its plan.

use anyhow::{Context, Result, bail};
use reqwest::{Response, header::ACCEPT};
use serde_json::{Value, json};

use super::person::{PASSWORD, Person};

/// Path of the link in the e-mail.
const VERIFY: &str = "/verify/";

/// Signs up the person's tenant, and verifies the e-mail address with the token from the mailbox.
pub(super) async fn sign_up(person: &Person) -> Result<()> {
    let body = json!({
        "name": format!("Bench {}", person.number),
        "slug": format!("bench-{}", person.number),
        "locale": "en",
        "time_zone": "Etc/UTC",
        "currency_code": "USD",
        "admin": { "email": person.email, "display_name": "Person" },
    });
    good(person.browser.post(person.at("/v1/tenants")).json(&body).send().await?).await.context("signing up")?;
    let body = json!({ "token": mailed_token(person).await?, "password": PASSWORD });
    let verified = person.browser.post(person.at("/v1/tenants/verify")).json(&body).send().await?;
    good(verified).await.context("verifying the address")
}

async fn good(answer: Response) -> Result<()> {
    if !answer.status().is_success() {
        bail!("{} {}", answer.status(), answer.text().await?);
    }
    Ok(())
}

/// Reads the token from the mailbox. The e-mail exists once the sign-up responds, because both are one transaction.
async fn mailed_token(person: &Person) -> Result<String> {
    let mailbox = person.browser.get(person.at("/dev/mailbox")).query(&[("to", &person.email)]);
    let mails: Value = mailbox.header(ACCEPT, "application/json").send().await?.error_for_status()?.json().await?;
    let text = mails[0]["text"].as_str().with_context(|| format!("no e-mail to {}", person.email))?;
    let token = text.split_once(VERIFY).and_then(|(_, rest)| rest.split_whitespace().next());
    token.map(str::to_owned).with_context(|| format!("no {VERIFY} link in the e-mail: {text}"))
}
