//! login: what a sign-in and a look at a token cost, what a storm of sign-ins does to everything else, and whether
//! times tell who has an account.
//!
//! To add a measurement: a file here with `measure`, its figures in `report.rs`, a name in [`Measurement`].

mod bare;
mod enumeration;
mod options;
mod people;
mod person;
mod report;
mod sign_in;
mod sign_up;
mod storm;
mod tokens;
mod verification;

use anyhow::{Context, Result};
use chassis::{clock::Clock, secret};
use serde_json::json;

pub(crate) use self::options::Options;
use self::{
    bare::Bare,
    options::Measurement,
    people::People,
    report::Report,
    tokens::{PERSONS_CLIENT, REDIRECT, SERVICE_CLIENT, Tokens},
};
use crate::product::Product;

/// Runs login, measures, prints; the promises that were broken.
pub(crate) async fn run(options: &Options) -> Result<Vec<String>> {
    let secret = secret::random_token();
    let login = Product::start("login", &options.places, &clients(&secret)).await?;
    say("login runs; signing people up");
    let people = People::sign_up(&login, options.people()).await?;
    let bare = Bare::as_login_has(&login).await?;
    let tokens = Tokens::new(&login, &secret);

    let mut report = Report::new(&bare, Clock::system().now());
    for measurement in options.measurements() {
        say(measurement.what());
        match measurement {
            Measurement::SignIn => report.sign_in = sign_in::measure(&people, &bare, options.samples).await?,
            Measurement::Tokens => {
                report.verification = Some(verification::measure(&login, &people, &tokens, options.calls).await?);
            }
            Measurement::Storm => report.storm = Some(storm::measure(&login, &people, &tokens, options).await?),
            Measurement::Enumeration => {
                report.enumeration = Some(enumeration::measure(&people, options.pairs).await?);
            }
        }
    }
    println!("{}", report.markdown());
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, text + "\n").with_context(|| file.display().to_string())?;
    }
    Ok(report.broken())
}

/// A client for people, and one for a service that looks at their tokens.
fn clients(secret: &str) -> serde_json::Value {
    json!({ "clients": [
        { "client_id": PERSONS_CLIENT, "client_name": "bench", "grant_types": ["authorization_code"],
          "redirect_uris": [REDIRECT], "scope": "openid api" },
        { "client_id": SERVICE_CLIENT, "client_name": "bench", "client_secret": secret,
          "grant_types": ["client_credentials"], "scope": "api internal" },
    ]})
}

fn say(line: &str) {
    eprintln!("bench: {line}");
}
