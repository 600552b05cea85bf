//! What a person was asked to do for an authorization request (`prompt`, `max_age`), and what they have done since.
//!
//! It travels with the request, sealed. Without it, a person could open the address behind the sign-in page and skip the
//! sign-in that the client requested.

use chassis::id::SessionId;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::session::Session;

/// Time for which a sign-in answers the request that asked for it.
const ANSWERS_FOR: Duration = Duration::hours(1);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Hash of the request: answers to one request do not count for another.
    request: String,
    at: DateTime<Utc>,
    /// The session that the browser had then.
    session: Option<SessionId>,
    /// The session whose person chose the account.
    account_chosen: Option<SessionId>,
    /// The session whose person consented.
    consented: Option<SessionId>,
}

/// An interaction that the person has finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    AccountChosen,
    Consented,
}

impl Asked {
    pub fn new(request: String, at: DateTime<Utc>, session: Option<SessionId>) -> Self {
        Self { request, at, session, account_chosen: None, consented: None }
    }

    pub fn is_for(&self, request: &str) -> bool {
        self.request == request
    }

    /// Whether the person signed in after they were asked.
    pub fn has_signed_in(&self, session: &Session, now: DateTime<Utc>) -> bool {
        self.session != Some(session.session_id)
            && session.created_at >= self.at
            && now - session.created_at < ANSWERS_FOR
    }

    /// Whether the person chose this account, or signed in to it.
    pub fn has_chosen(&self, session: &Session, now: DateTime<Utc>) -> bool {
        self.account_chosen == Some(session.session_id) || self.has_signed_in(session, now)
    }

    pub fn has_consented(&self, session: &Session) -> bool {
        self.consented == Some(session.session_id)
    }

    pub fn record(&mut self, answer: Answer, session: &Session) {
        let answered = match answer {
            Answer::AccountChosen => &mut self.account_chosen,
            Answer::Consented => &mut self.consented,
        };
        *answered = Some(session.session_id);
    }
}

#[cfg(test)]
mod tests {
    use chassis::{clock::Clock, id::new_uuid};

    use super::*;

    fn session(created_at: DateTime<Utc>) -> Session {
        let id = || new_uuid(&Clock::fixed(created_at));
        Session {
            session_id: id().into(),
            tenant_id: id().into(),
            user_id: id().into(),
            token_hash: vec![],
            device: String::new(),
            created_at,
            last_used_at: created_at,
            expires_at: created_at,
            amr: vec![],
        }
    }

    #[test]
    fn only_a_later_sign_in_answers() {
        let now = DateTime::UNIX_EPOCH + Duration::days(1);
        let (before, after) = (session(now - Duration::seconds(1)), session(now));
        let asked = Asked::new(String::new(), now, Some(before.session_id));
        assert!(!asked.has_signed_in(&before, now) && asked.has_signed_in(&after, now));
        assert!(!asked.has_signed_in(&after, now + ANSWERS_FOR));
        let same = Asked::new(String::new(), now, Some(after.session_id));
        assert!(!same.has_signed_in(&after, now), "the session of then, although it began in the same moment");
        let hidden = Asked::new(String::new(), now, None);
        assert!(!hidden.has_signed_in(&before, now), "an older session that was not shown then");
    }

    #[test]
    fn an_answer_counts_for_its_session_only() {
        let now = DateTime::UNIX_EPOCH;
        let (one, other) = (session(now), session(now));
        let mut asked = Asked::new(String::new(), now + Duration::seconds(1), None);
        asked.record(Answer::Consented, &one);
        assert!(asked.has_consented(&one) && !asked.has_consented(&other) && !asked.has_chosen(&one, now));
        asked.record(Answer::AccountChosen, &one);
        assert!(asked.has_chosen(&one, now) && !asked.has_chosen(&other, now));
    }
}
