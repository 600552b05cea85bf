//! Measures login: the cost of sign-ins and token verification, the effect of a storm of sign-ins on other requests, and
//! whether times reveal who has an account.
//!
//! To add a measurement, write a file here with `measure`, report it in `report.rs`, and add a variant to [`Measurement`].

mod bare;
mod enumeration;
mod figures;
mod options;
mod people;
mod person;
mod report;
mod sign_in;
mod sign_up;
mod storm;
mod tokens;
mod verification;

use anyhow::Result;
use chassis::{clock::Clock, secret};
use serde_json::json;

pub(crate) use self::options::Options;
use self::{
    bare::BareArgon2,
    options::Measurement,
    people::People,
    report::Report,
    tokens::{PERSON_CLIENT, REDIRECT, SERVICE_CLIENT, Tokens},
};
use crate::{figure, product::Product};

/// Runs login, measures it and prints the report. Returns the violated guarantees.
pub(crate) async fn run(options: &Options) -> Result<Vec<String>> {
    let secret = secret::random_token();
    let login = Product::start("login", &options.setup, &clients(&secret), &[]).await?;
    progress("login is ready; signing people up");
    let people = People::sign_up(&login, options.people()).await?;
    let bare = BareArgon2::like_login(&login).await?;
    let tokens = Tokens::new(&login, &secret);

    let mut report = Report::new(&bare, Clock::system().now());
    for measurement in options.measurements() {
        progress(measurement.title());
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
        figure::write(file, &figures::figures(&report))?;
    }
    Ok(report.violations())
}

/// Writes the file of first-party clients: a client for people, and a client for a service that introspects their
/// tokens.
fn clients(secret: &str) -> serde_json::Value {
    json!({ "clients": [
        { "client_id": PERSON_CLIENT, "client_name": "bench", "grant_types": ["authorization_code"],
          "redirect_uris": [REDIRECT], "scope": "openid api" },
        { "client_id": SERVICE_CLIENT, "client_name": "bench", "client_secret": secret,
          "grant_types": ["client_credentials"], "scope": "api internal" },
    ]})
}

fn progress(line: &str) {
    eprintln!("bench: {line}");
}
