//! The lines printed once everything is ready: URL, accounts, logs, and how to stop.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{deployment::Deployment, layout::Layout, report::say, seed::people};

/// Product that people open first.
const FRONT: &str = "mypage";

/// URL to open: the URL of the front product, else of the first product.
pub(super) fn url(deployment: &Deployment) -> String {
    let front = deployment.product(FRONT).ok().or(deployment.products.first());
    front.map(|product| deployment.public_url(product)).unwrap_or_default()
}

pub(super) fn print(deployment: &Deployment, layout: &Layout, began: Option<f64>) {
    let took = began.and_then(|began| Some(seconds_since_epoch()? - began));
    let took = took.map(|took| format!(" in {took:.1} s")).unwrap_or_default();
    say(format_args!("\nReady{took}: {}\n", url(deployment)));
    for tenant in people::TENANTS {
        let mails: Vec<&str> = tenant.people.iter().map(|person| person.email).collect();
        say(format_args!("  {} {}", padded(tenant.name, 14), mails.join("  ")));
    }
    say(format_args!("  password       {}", people::PASSWORD));
    say(format_args!("  logs           scripts/logs PRODUCT, or the files in {}", layout.logs().display()));
    say("  stop           scripts/down, or Ctrl-C when it runs in the foreground\n");
}

/// Pads a text to a width on the terminal, where a Korean letter takes two columns.
fn padded(text: &str, width: usize) -> String {
    let taken: usize = text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}

#[expect(clippy::disallowed_methods, reason = "scripts/up measured the start by the system clock")]
fn seconds_since_epoch() -> Option<f64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|time| time.as_secs_f64())
}
