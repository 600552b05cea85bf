//! A company a person, by the public API: none has more people or sign-ins than its plan allows.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::{StatusCode, header::ACCEPT};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::person::{PASSWORD, Person};

/// How long a mail may take.
const MAIL_WITHIN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// A mail in the mailbox for development.
#[derive(Debug, Deserialize)]
struct Mail {
    to: String,
    text: String,
}

/// Signs the person's company up, and verifies the address where that is asked for.
pub(super) async fn sign_up(person: &Person) -> Result<()> {
    let body = json!({
        "name": format!("Bench {}", person.number),
        "slug": format!("bench-{}", person.number),
        "locale": "en",
        "time_zone": "Etc/UTC",
        "currency_code": "USD",
        "admin": { "email": person.email, "display_name": "Person", "password": PASSWORD },
    });
    let answer = person.browser.post(person.at("/v1/tenants")).json(&body).send().await?;
    match answer.status() {
        StatusCode::CREATED => Ok(()),
        StatusCode::ACCEPTED => verify(person).await.context("verifying the address"),
        status => bail!("signing up: {status} {}", answer.text().await?),
    }
}

async fn verify(person: &Person) -> Result<()> {
    let body = json!({ "token": mailed_token(person).await? });
    let answer = person.browser.post(person.at("/v1/tenants/verify")).json(&body).send().await?;
    if !answer.status().is_success() {
        bail!("{} {}", answer.status(), answer.text().await?);
    }
    Ok(())
}

async fn mailed_token(person: &Person) -> Result<String> {
    let asked = Instant::now();
    loop {
        let mailbox = person.browser.get(person.at("/dev/mailbox")).header(ACCEPT, "application/json");
        let mails: Vec<Mail> = mailbox.send().await?.error_for_status()?.json().await?;
        if let Some(mail) = mails.iter().rfind(|mail| mail.to == person.email) {
            return token_in(&mail.text).with_context(|| format!("no link in the mail: {}", mail.text));
        }
        if asked.elapsed() > MAIL_WITHIN {
            bail!("no mail to {} within {MAIL_WITHIN:?}", person.email);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// The token of the mail's first link: its parameter `token`, else the last part of its path.
fn token_in(text: &str) -> Option<String> {
    let link = text.split_whitespace().filter(|word| word.contains("://")).find_map(|word| Url::parse(word).ok())?;
    let parameter = link.query_pairs().find(|(name, _)| name == "token").map(|(_, value)| value.into_owned());
    parameter.or_else(|| link.path_segments()?.next_back().map(str::to_owned)).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_in_the_link() {
        let token = |text| token_in(text);
        assert_eq!(token("Hello,\nhttp://localhost:8180/verify/abc-_1\n").as_deref(), Some("abc-_1"));
        assert_eq!(token("open http://localhost:8180/verify?token=abc&x=y now").as_deref(), Some("abc"));
        assert_eq!(token("no link, http://localhost:8180/ only"), None);
    }
}
