//! Clients of the other products. Every call has a deadline, and a page omits the part of a peer that does not answer.

use std::time::Duration;

use chassis::{client::retry_idempotent, problem::Problem};
use tonic::{Response, Status};

pub mod ad;
pub mod login;
pub mod tokens;

/// Runs a call, including the fetch of a service token, within the deadline. Retries once when a replica is
/// unavailable, so the call must be idempotent.
async fn with_deadline<T, F>(deadline: Duration, call: impl Fn() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    match tokio::time::timeout(deadline, retry_idempotent(call)).await {
        Ok(answer) => Ok(answer?.into_inner()),
        Err(_) => Err(Problem::unavailable("no answer within the deadline")),
    }
}
