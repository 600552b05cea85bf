//! `/dev/mailbox`: the unsent e-mails, if `LOGIN_MAIL` is `dev`. Otherwise 404.

use askama::Template;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use chassis::{http::Query, problem::Problem};
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::page::{Frame, Visitor, show};
use crate::{app::App, domain::mail::Mail, error::Error, usecase::mail::read_mailbox::read_mailbox};

/// Query parameters.
#[derive(Deserialize)]
pub(super) struct Address {
    /// Shows only e-mails to this address.
    to: Option<String>,
}

/// An e-mail of the JSON response.
#[derive(Serialize)]
struct Item {
    to: String,
    subject: String,
    text: String,
    created_at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox<'a> {
    page: Frame<'a>,
    mails: Vec<Item>,
}

enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

/// Lists the e-mails, newest first, as a page or as JSON by `Accept`.
pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    Query(address): Query<Address>,
    headers: HeaderMap,
) -> Response {
    let mails = match read_mailbox(&app, address.to.as_deref()).await {
        Ok(mails) => mails.into_iter().map(Item::from).collect::<Vec<_>>(),
        // The same response as for an unknown path.
        Err(Error::NotFound(code)) => return Problem::not_found(code, "This path does not exist.").into_response(),
        Err(error) => return error.into_response(),
    };
    let accepts = |header: &http::HeaderValue| header.as_bytes().starts_with(b"application/json");
    if headers.get(header::ACCEPT).is_some_and(accepts) {
        return ([(header::CACHE_CONTROL, "no-store")], Json(mails)).into_response();
    }
    show(StatusCode::OK, &Mailbox { page: visitor.frame(), mails })
}

impl From<(Mail, DateTime<Utc>)> for Item {
    fn from((mail, created_at): (Mail, DateTime<Utc>)) -> Self {
        Self { to: mail.to, subject: mail.subject, text: mail.text, created_at }
    }
}

impl Item {
    fn time(&self) -> String {
        self.created_at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// Paragraphs, lines and pieces of the text. Addresses become links.
    fn paragraphs(&self) -> Vec<Vec<Vec<Piece<'_>>>> {
        let paragraphs = self.text.split("\n\n").map(|paragraph| paragraph.lines().map(pieces).collect());
        paragraphs.collect()
    }
}

fn pieces(line: &str) -> Vec<Piece<'_>> {
    let words = line.split_inclusive(' ').flat_map(|word| {
        let (word, space) = word.split_at(word.trim_end().len());
        [word, space]
    });
    words.map(|word| if is_link(word) { Piece::Link(word) } else { Piece::Text(word) }).collect()
}

fn is_link(word: &str) -> bool {
    word.starts_with("http://") || word.starts_with("https://")
}
