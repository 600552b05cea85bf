//! Property tests of refresh token families. A model, written independently of `domain/refresh.rs`, checks that at most
//! one token is valid, and that reuse outside the grace period ends the family.

use chrono::Duration;
use login::domain::refresh::FORGIVEN;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use reqwest::StatusCode;

use crate::harness::{TestApp, Tokens, json};

#[derive(Debug, Clone)]
enum Event {
    /// A token is used; the number counts the tokens issued after it. A lost response is a token that is never used.
    Use(usize),
    Wait(i64),
    /// The client revokes one of its tokens.
    Revoke(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => Just(Event::Use(0)),
        4 => (1_usize..5).prop_map(Event::Use),
        3 => (1_i64..90).prop_map(Event::Wait),
        1 => Just(Event::Wait(15 * 24 * 3600)),
        1 => (0_usize..5).prop_map(Event::Revoke),
    ]
}

/// The valid token, and the previous one, which a client uses again after a lost response.
#[derive(Debug)]
struct Model {
    now: i64,
    ends: i64,
    given: usize,
    live: usize,
    before: Option<(usize, i64)>,
    ended: bool,
}

impl Model {
    fn new(ends: i64) -> Self {
        Self { now: 0, ends, given: 1, live: 0, before: None, ended: false }
    }

    /// Exchanges a token for a new one. Returns whether it succeeded.
    fn exchange(&mut self, token: usize) -> bool {
        let is_over = self.ended || self.now >= self.ends;
        let is_forgiven = |before: (usize, i64)| before.0 == token && self.now - before.1 <= FORGIVEN.num_seconds();
        let first_use = match self.before {
            _ if is_over => None,
            _ if token == self.live => Some(self.now),
            Some(before) if is_forgiven(before) => Some(before.1),
            _ => None,
        };
        let Some(at) = first_use else {
            self.ended = true;
            return false;
        };
        self.before = Some((token, at));
        self.live = self.given;
        self.given += 1;
        true
    }
}

mod rules {
    //! The domain rules with a list as store.

    use chrono::{DateTime, Duration};
    use login::domain::refresh::{RefreshToken, Verdict, judge};

    #[derive(Debug, Default, Clone)]
    struct Token {
        used_at: Option<i64>,
        superseded: bool,
        successor: Option<usize>,
    }

    #[derive(Debug)]
    pub(super) struct Family {
        tokens: Vec<Token>,
        ends: i64,
        pub(super) ended: bool,
    }

    impl Family {
        pub(super) fn new(ends: i64) -> Self {
            Self { tokens: vec![Token::default()], ends, ended: false }
        }

        pub(super) fn exchange(&mut self, index: usize, now: i64) -> bool {
            if self.ended {
                return false;
            }
            let at = |seconds: i64| DateTime::UNIX_EPOCH + Duration::seconds(seconds);
            let token = self.tokens[index].clone();
            let next = token.successor.map(|next| self.tokens[next].clone());
            let shown = RefreshToken {
                expires_at: at(self.ends),
                used_at: token.used_at.map(at),
                superseded: token.superseded,
                successor_hash: None,
                successor_used: next.is_some_and(|next| next.used_at.is_some() || next.superseded),
            };
            match judge(&shown, at(now)) {
                Verdict::Rotate => {}
                Verdict::Replace => self.tokens[token.successor.expect("exchanged before")].superseded = true,
                Verdict::Expired => return false,
                Verdict::Revoke => {
                    self.ended = true;
                    return false;
                }
            }
            // The session's end revokes its tokens.
            if now >= self.ends {
                return false;
            }
            self.tokens[index].used_at.get_or_insert(now);
            self.tokens[index].successor = Some(self.tokens.len());
            self.tokens.push(Token::default());
            true
        }

        pub(super) fn live(&self, now: i64) -> usize {
            let is_live = |token: &&Token| token.used_at.is_none() && !token.superseded;
            if self.ended || now >= self.ends { 0 } else { self.tokens.iter().filter(is_live).count() }
        }
    }
}

/// Lifetime of a session and its tokens: thirty days.
const ENDS: i64 = 30 * 24 * 3600;

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_domain_rules_leave_at_most_one_valid_token(events in prop::collection::vec(event(), 1..40)) {
        let (mut model, mut family) = (Model::new(ENDS), rules::Family::new(ENDS));
        for event in events {
            match event {
                Event::Use(back) => {
                    let token = model.given.saturating_sub(1 + back);
                    prop_assert_eq!(family.exchange(token, model.now), model.exchange(token));
                }
                Event::Wait(seconds) => model.now += seconds,
                Event::Revoke(_) => (model.ended, family.ended) = (true, true),
            }
            let live = family.live(model.now);
            prop_assert!(live <= 1);
            prop_assert_eq!(live == 1, !model.ended && model.now < model.ends);
        }
    }
}

#[tokio::test]
async fn the_store_leaves_at_most_one_valid_token() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let superuser = login.superuser().await;
    let mut runner = TestRunner::deterministic();
    let histories = prop::collection::vec(event(), 12);
    for case in 0..24 {
        let events = histories.new_tree(&mut runner).expect("a history").current();
        let first = login.tokens(&acme.admin_email).await;
        let mut tokens = vec![first.refresh().to_owned()];
        let mut model = Model::new(ENDS);
        for (step, event) in events.iter().enumerate() {
            match event {
                Event::Use(back) => {
                    let token = model.given.saturating_sub(1 + back);
                    let answer = login.refresh(&tokens[token]).await;
                    let is_exchanged = answer.status() == StatusCode::OK;
                    assert_eq!(is_exchanged, model.exchange(token), "case {case}, step {step} of {events:?}");
                    if is_exchanged {
                        tokens.push(Tokens(json(answer).await).refresh().to_owned());
                    }
                }
                Event::Wait(seconds) => {
                    model.now += seconds;
                    login.clock.advance(Duration::seconds(*seconds));
                }
                Event::Revoke(back) => {
                    model.ended = true;
                    let fields = [("client_id", "public"), ("token", &tokens[model.given.saturating_sub(1 + back)])];
                    let answer = login.http.post(login.url("/revoke")).form(&fields).send().await.expect("response");
                    assert_eq!(answer.status(), StatusCode::OK);
                }
            }
            let live: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM refresh_token JOIN refresh_family USING (family_id)
                 WHERE used_at IS NULL AND NOT superseded AND revoked_at IS NULL AND expires_at > $2
                   AND family_id = (SELECT family_id FROM refresh_token WHERE token_hash = sha256(convert_to($1, 'UTF8')))",
            )
            .bind(&tokens[0])
            .bind(login.clock.now())
            .fetch_one(&superuser)
            .await
            .expect("a count");
            let expected = i64::from(!model.ended && model.now < model.ends);
            assert_eq!(live, expected, "case {case}, step {step} of {events:?}");
        }
    }
}
