//! The parameter `asked` of login's own addresses: the sealed [`Asked`] of an authorization request. A client that sends
//! it has no advantage: it cannot make one, and one of another request does not count.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret;

use super::{Parameters, authorize::request_in};
use crate::{
    app::App,
    domain::{
        asked::{Answer, Asked},
        session::Session,
    },
    http::sealed,
};

pub(super) const PARAMETER: &str = "asked";

/// What was asked for this request.
pub(super) fn read(app: &App, parameters: &Parameters) -> Option<Asked> {
    let asked: Asked = sealed::open(app, PARAMETER, parameters.value(PARAMETER)?)?;
    asked.is_for(&fingerprint(parameters)).then_some(asked)
}

/// Asks now.
pub(super) fn ask(app: &App, parameters: &Parameters, session: Option<&Session>) -> Asked {
    Asked::new(fingerprint(parameters), app.clock.now(), session.map(|session| session.session_id))
}

/// The address of the request with what was asked.
pub(super) fn return_to(app: &App, parameters: &Parameters, asked: &Asked) -> String {
    let mut parameters = parameters.clone();
    parameters.set(PARAMETER, sealed::seal(app, PARAMETER, asked));
    format!("/authorize?{}", parameters.to_query())
}

/// The address of the request as the client made it.
pub(super) fn without(parameters: &Parameters) -> String {
    let mut parameters = parameters.clone();
    parameters.set(PARAMETER, String::new());
    format!("/authorize?{}", parameters.to_query())
}

/// The address of the request in `return_to`, after the person has answered.
pub(crate) fn answered(app: &App, return_to: &str, answer: Answer, session: &Session) -> Option<String> {
    let parameters = request_in(return_to)?;
    let mut asked = read(app, &parameters).unwrap_or_else(|| ask(app, &parameters, Some(session)));
    asked.record(answer, session);
    Some(self::return_to(app, &parameters, &asked))
}

/// Hash of the request. No two are the same, because a client makes a new challenge (PKCE) for each request.
fn fingerprint(parameters: &Parameters) -> String {
    let mut request = parameters.clone();
    request.set(PARAMETER, String::new());
    BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&request.to_query()))
}
