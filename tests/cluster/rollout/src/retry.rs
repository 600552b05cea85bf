//! The retries of a usual client.
//!
//! An idempotent call is retried once, after a pause, if the connection fails or the server is unavailable. Other errors and
//! a second failure are final. A gRPC call that was never sent is retried even if it is not idempotent, as gRPC libraries do
//! ("transparent retry").

use std::time::Duration;

use chassis::{client::was_not_sent, error::chain};
use tonic::{Code, Status};

/// Pause before the retry.
const PAUSE: Duration = Duration::from_millis(75);

/// The reason for a failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// The calls that may be retried after this failure.
    pub retry: RetryIf,
    pub text: String,
}

/// The calls that may be retried after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryIf {
    /// None: the server responded.
    Never,
    /// Only idempotent calls.
    Idempotent,
    /// All: the server never received the call.
    Always,
}

/// The result of a call, after a retry if there was one.
#[derive(Debug)]
pub struct CallResult<T> {
    pub result: Result<T, String>,
    pub retried: bool,
}

/// Whether a call may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// It reads, or its effect is deduplicated.
    Idempotent,
    /// It changes state.
    NotIdempotent,
}

/// Makes a call, and retries it once where a usual client would.
pub async fn with_retry<T, F>(idempotency: Idempotency, mut call: impl FnMut() -> F) -> CallResult<T>
where
    F: Future<Output = Result<T, CallError>>,
{
    let first = match call().await {
        Ok(answer) => return CallResult { result: Ok(answer), retried: false },
        Err(error) => error,
    };
    let retry = match first.retry {
        RetryIf::Never => false,
        RetryIf::Idempotent => idempotency == Idempotency::Idempotent,
        RetryIf::Always => true,
    };
    if !retry {
        return CallResult { result: Err(first.text), retried: false };
    }
    tokio::time::sleep(PAUSE).await;
    let second = call().await;
    CallResult { result: second.map_err(|second| format!("{}; then {}", first.text, second.text)), retried: true }
}

impl CallError {
    /// An error that is not retried.
    pub fn permanent(text: impl Into<String>) -> Self {
        Self { retry: RetryIf::Never, text: text.into() }
    }

    /// A temporary error.
    pub fn temporary(text: impl Into<String>) -> Self {
        Self { retry: RetryIf::Idempotent, text: text.into() }
    }
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        let retry = match status.code() {
            _ if was_not_sent(&status) => RetryIf::Always,
            Code::Unavailable => RetryIf::Idempotent,
            _ => RetryIf::Never,
        };
        Self { retry, text: format!("{:?}: {}", status.code(), chain(&status)) }
    }
}

impl From<reqwest::Error> for CallError {
    fn from(error: reqwest::Error) -> Self {
        // Not retried: a person would already have noticed the wait.
        let retry = if error.is_timeout() { RetryIf::Never } else { RetryIf::Idempotent };
        Self { retry, text: chain(&error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn call(idempotency: Idempotency, mut answers: Vec<Result<u8, CallError>>) -> CallResult<u8> {
        answers.reverse();
        with_retry(idempotency, || std::future::ready(answers.pop().expect("two calls at most"))).await
    }

    fn unsent() -> CallError {
        Status::from_error(Box::new(tonic::ConnectError("refused".into()))).into()
    }

    #[tokio::test(start_paused = true)]
    async fn only_idempotent_calls_are_retried_after_a_temporary_error() {
        let done = call(Idempotency::Idempotent, vec![Err(CallError::temporary("503")), Ok(1)]).await;
        assert_eq!((done.result, done.retried), (Ok(1), true));
        let done = call(Idempotency::NotIdempotent, vec![Err(CallError::temporary("503"))]).await;
        assert_eq!((done.result, done.retried), (Err("503".into()), false));
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_response_and_a_second_failure_are_final() {
        let done = call(Idempotency::Idempotent, vec![Err(CallError::permanent("500"))]).await;
        assert_eq!((done.result, done.retried), (Err("500".into()), false));
        let done =
            call(Idempotency::Idempotent, vec![Err(CallError::temporary("a")), Err(CallError::temporary("b"))]).await;
        assert_eq!((done.result, done.retried), (Err("a; then b".into()), true));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unsent_grpc_call_is_always_retried() {
        assert_eq!(unsent().retry, RetryIf::Always);
        let done = call(Idempotency::NotIdempotent, vec![Err(unsent()), Ok(1)]).await;
        assert_eq!((done.result, done.retried), (Ok(1), true));
        assert_eq!(CallError::from(Status::unavailable("draining")).retry, RetryIf::Idempotent);
        assert_eq!(CallError::from(Status::internal("a bug")).retry, RetryIf::Never);
    }
}
