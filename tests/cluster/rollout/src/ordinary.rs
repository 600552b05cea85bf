//! What an ordinary client does when a call does not work.
//!
//! A call that does no harm twice is tried once more, after a moment, when the connection fails or the server says that it is
//! unavailable. Any other answer stands, and so does a second failure. A gRPC call that never left this process is tried once
//! more whatever it does, as gRPC's libraries do by themselves ("transparent retry").

use std::{error::Error, time::Duration};

use tonic::{Code, ConnectError, Status};

/// How long it waits before the second try.
const PAUSE: Duration = Duration::from_millis(75);

/// Why a try did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Which calls may be tried again after it.
    pub again: Again,
    /// What happened.
    pub text: String,
}

/// Which calls may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// None: it is an answer.
    No,
    /// Those that do no harm twice.
    Harmless,
    /// All: the server never saw it.
    Any,
}

/// How a call ended.
#[derive(Debug)]
pub struct Done<T> {
    /// What a client is left with.
    pub result: Result<T, String>,
    /// Whether it was tried once more.
    pub retried: bool,
}

/// Whether a call may be made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twice {
    /// It reads, or counts once by itself.
    Harmless,
    /// It changes something.
    Harmful,
}

/// Calls, and once more where an ordinary client would.
pub async fn ordinary<T, F>(twice: Twice, mut call: impl FnMut() -> F) -> Done<T>
where
    F: Future<Output = Result<T, Trouble>>,
{
    let first = match call().await {
        Ok(answer) => return Done { result: Ok(answer), retried: false },
        Err(trouble) => trouble,
    };
    let again = match first.again {
        Again::No => false,
        Again::Harmless => twice == Twice::Harmless,
        Again::Any => true,
    };
    if !again {
        return Done { result: Err(first.text), retried: false };
    }
    tokio::time::sleep(PAUSE).await;
    let second = call().await;
    Done { result: second.map_err(|second| format!("{}; then {}", first.text, second.text)), retried: true }
}

impl Trouble {
    /// An answer that is not what was asked for.
    pub fn answer(text: impl Into<String>) -> Self {
        Self { again: Again::No, text: text.into() }
    }

    /// Something that passes.
    pub fn passing(text: impl Into<String>) -> Self {
        Self { again: Again::Harmless, text: text.into() }
    }
}

impl From<Status> for Trouble {
    fn from(status: Status) -> Self {
        let again = match status.code() {
            _ if never_left(&status) => Again::Any,
            Code::Unavailable => Again::Harmless,
            _ => Again::No,
        };
        Self { again, text: format!("{:?}: {}", status.code(), chain(&status)) }
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        // One that has waited for long has been noticed.
        let again = if error.is_timeout() { Again::No } else { Again::Harmless };
        Self { again, text: chain(&error) }
    }
}

/// No connection was made, or the one there was had been closed before the call's turn came.
fn never_left(error: &(dyn Error + 'static)) -> bool {
    let closed = |cause: &(dyn Error + 'static)| cause.downcast_ref().is_some_and(hyper::Error::is_canceled);
    causes(error).any(|cause| cause.is::<ConnectError>() || closed(cause))
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = vec![];
    for cause in causes(error) {
        let text = cause.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn call(twice: Twice, mut answers: Vec<Result<u8, Trouble>>) -> Done<u8> {
        answers.reverse();
        ordinary(twice, || std::future::ready(answers.pop().expect("two calls at most"))).await
    }

    fn unsent() -> Trouble {
        Status::from_error(Box::new(ConnectError("refused".into()))).into()
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_not_noticed_where_twice_is_harmless() {
        let done = call(Twice::Harmless, vec![Err(Trouble::passing("503")), Ok(1)]).await;
        assert_eq!((done.result, done.retried), (Ok(1), true));
        let done = call(Twice::Harmful, vec![Err(Trouble::passing("503"))]).await;
        assert_eq!((done.result, done.retried), (Err("503".into()), false));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_and_a_second_failure_stand() {
        let done = call(Twice::Harmless, vec![Err(Trouble::answer("500"))]).await;
        assert_eq!((done.result, done.retried), (Err("500".into()), false));
        let done = call(Twice::Harmless, vec![Err(Trouble::passing("a")), Err(Trouble::passing("b"))]).await;
        assert_eq!((done.result, done.retried), (Err("a; then b".into()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_grpc_call_that_never_left_may_be_made_again() {
        assert_eq!(unsent().again, Again::Any);
        let done = call(Twice::Harmful, vec![Err(unsent()), Ok(1)]).await;
        assert_eq!((done.result, done.retried), (Ok(1), true));
        assert_eq!(Trouble::from(Status::unavailable("draining")).again, Again::Harmless);
        assert_eq!(Trouble::from(Status::internal("a bug")).again, Again::No);
    }
}
