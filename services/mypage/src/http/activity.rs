//! Parts of the timeline: GET /activity returns older activities, GET /activity/stream sends the newest ones by SSE.

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
use chassis::{
    http::{Query, html},
    sign_in::Failure,
};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;

use super::{
    view::{
        Localizer,
        timeline::{LiveLines, OlderLines},
    },
    visitor::{MaybeSignedIn, SignedIn},
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

/// The interval of keep-alive comments: proxies close silent connections.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub(super) struct OlderQuery {
    before: ActivityId,
}

pub(super) async fn older(
    State(app): State<App>,
    signed_in: SignedIn,
    Query(query): Query<OlderQuery>,
) -> Result<Response, Failure> {
    let (tenant, user) = signed_in.visitor.person();
    let mut tx = app.db.begin(tenant).await?;
    let timeline = timeline::page(&mut tx, user, Some(query.before), PAGE).await?;
    drop(tx);
    let localizer = Localizer::of(&app, &signed_in.visitor, signed_in.locale).await?;
    Ok(html(&OlderLines::new(&localizer, &timeline)))
}

#[derive(Deserialize)]
pub(super) struct StreamQuery {
    from: Option<ActivityId>,
    seen: Option<i64>,
}

/// Sends the activities from the newest to `from`, at once and after each change.
///
/// After the event `ended` or the status 204 the page connects no more, and loads again.
pub(super) async fn stream(
    State(app): State<App>,
    jar: CookieJar,
    browser: MaybeSignedIn,
    Query(query): Query<StreamQuery>,
) -> Response {
    // After 204 an EventSource does not reconnect. A redirect would lead it to the sign-in page.
    let Some(visitor) = browser.visitor else { return StatusCode::NO_CONTENT.into_response() };
    let signed_in = SignedIn { visitor, locale: browser.locale };
    let cookie =
        jar.get(app.sign_in.cookies().session_name()).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let changes = app.live.subscribe(signed_in.visitor.person().1);
    let draining = app.draining.clone();
    let watch = Watch { app, cookie, signed_in, query, changes, shown: None };
    let events = watch.into_stream().take_until(draining.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

struct Watch {
    app: App,
    cookie: String,
    signed_in: SignedIn,
    query: StreamQuery,
    changes: Changes,
    /// The last HTML sent.
    shown: Option<String>,
}

/// What a stream does next.
enum Step {
    Send(String),
    /// The session has ended, or `from` was deleted: the page loads again.
    End,
    /// The process stops or an error occurred: the page reconnects.
    Close,
}

impl Watch {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(Some(self), |watch| async move {
            let mut watch = watch?;
            match watch.next().await {
                Step::Send(lines) => {
                    let event = Event::default().event("timeline").data(&lines);
                    watch.shown = Some(lines);
                    Some((Ok(event), Some(watch)))
                }
                // An event needs data, else a browser ignores it.
                Step::End => Some((Ok(Event::default().event("ended").data("page")), None)),
                Step::Close => None,
            }
        })
    }

    /// Waits until the HTML has changed.
    async fn next(&mut self) -> Step {
        loop {
            if self.shown.is_some() && !self.changes.next().await {
                return Step::Close;
            }
            match self.lines().await {
                Ok(Some(lines)) if self.shown.as_ref() != Some(&lines) => return Step::Send(lines),
                Ok(Some(_)) => {}
                Ok(None) | Err(Error::UnknownCursor) => return Step::End,
                Err(error) => {
                    tracing::warn!(error = chassis::error::chain(&error), "timeline stream ended by an error");
                    return Step::Close;
                }
            }
        }
    }

    /// Renders the activities; `None` when the browser session has ended.
    async fn lines(&self) -> Result<Option<String>, Error> {
        let Some(visitor) = authenticate(&self.app, &self.cookie).await? else { return Ok(None) };
        let (tenant, user) = visitor.person();
        let mut tx = self.app.db.begin(tenant).await?;
        let timeline = timeline::live(&mut tx, user, self.query.from, self.query.seen).await?;
        drop(tx);
        let localizer = Localizer::of(&self.app, &self.signed_in.visitor, self.signed_in.locale).await?;
        Ok(Some(LiveLines::new(&localizer, &timeline).to_string()))
    }
}
