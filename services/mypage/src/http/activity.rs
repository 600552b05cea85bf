//! The timeline in pieces: GET /activity for older lines, GET /activity/stream for the newest as they come.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use axum_extra::extract::CookieJar;
use chassis::http::{Query, html};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;

use super::{
    failure::Failure,
    view::{
        Words,
        timeline::{Lines, OlderLines},
    },
    visitor::{Guest, SignedIn},
};
use crate::{
    app::App,
    domain::activity::ActivityId,
    error::Error,
    live::Changes,
    usecase::{
        authenticate::authenticate,
        timeline::{self, PAGE},
    },
};

/// How often a silent stream says that it is there: proxies close those that do not.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub(super) struct OlderQuery {
    before: ActivityId,
}

/// The lines older than a line.
pub(super) async fn older(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(query): Query<OlderQuery>,
) -> Result<Response, Failure> {
    let (tenant, user) = signed_in.visitor.person();
    let mut tx = app.db.begin(tenant).await?;
    let timeline = timeline::page(&mut tx, user, Some(query.before), PAGE).await?;
    drop(tx);
    let words = Words::of(&app, &signed_in).await?;
    Ok(html(&OlderLines::new(&words, &timeline)))
}

#[derive(Deserialize)]
pub(super) struct StreamQuery {
    from: Option<ActivityId>,
}

/// The lines from the newest down to `from`: at once, and again whenever they have changed.
pub(super) async fn stream(
    State(app): State<App>,
    cookies: CookieJar,
    guest: Guest,
    Query(query): Query<StreamQuery>,
) -> Response {
    // 204 tells a browser not to come back, where a redirect would lead it to a sign-in page.
    let Some(visitor) = guest.visitor else { return StatusCode::NO_CONTENT.into_response() };
    let signed_in = SignedIn { visitor, locale: guest.locale };
    let cookie = cookies.get(app.cookies.session()).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let changes = app.live.of(signed_in.visitor.person().1);
    let draining = app.draining.clone();
    let watch = Watch { app, cookie, signed_in, from: query.from, changes, shown: None };
    let events = watch.into_stream().take_until(draining.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

struct Watch {
    app: App,
    cookie: String,
    signed_in: SignedIn,
    from: Option<ActivityId>,
    changes: Changes,
    /// What the browser shows; nothing before the first event.
    shown: Option<String>,
}

impl Watch {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut watch| async move {
            let lines = watch.next().await?;
            let event = Event::default().event("timeline").data(&lines);
            watch.shown = Some(lines);
            Some((Ok(event), watch))
        })
    }

    /// The lines once they differ from what is shown; nothing when the stream is over.
    async fn next(&mut self) -> Option<String> {
        loop {
            if self.shown.is_some() && !self.changes.next().await {
                return None;
            }
            match self.lines().await {
                Ok(Some(lines)) if self.shown.as_ref() != Some(&lines) => return Some(lines),
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(error) => {
                    tracing::warn!(error = chassis::error::chain(&error), "timeline stream ends");
                    return None;
                }
            }
        }
    }

    /// The lines as they are now; nothing when the browser's session has ended.
    async fn lines(&self) -> Result<Option<String>, Error> {
        let Some(visitor) = authenticate(&self.app, &self.cookie).await? else { return Ok(None) };
        let (tenant, user) = visitor.person();
        let mut tx = self.app.db.begin(tenant).await?;
        let activities = timeline::live(&mut tx, user, self.from).await?;
        drop(tx);
        let words = Words::of(&self.app, &self.signed_in).await?;
        Ok(Some(Lines::new(&words, &activities).to_string()))
    }
}
