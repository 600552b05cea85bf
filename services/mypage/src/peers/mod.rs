//! The other products, each call with a deadline. What a peer does not answer is missing from the page, not an error.

use std::time::Duration;

use chassis::{client::retry_idempotent, problem::Problem};
use tonic::{Response, Status};

pub mod ad;
pub mod id_token;
pub mod login;
pub mod oidc;
pub mod tokens;

/// The whole of a call, with the token that it may have to fetch first, within the deadline. A replica that just went
/// away is asked once more: only for calls that do no harm twice.
async fn within<T, F>(deadline: Duration, call: impl Fn() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    match tokio::time::timeout(deadline, retry_idempotent(call)).await {
        Ok(answer) => Ok(answer?.into_inner()),
        Err(_) => Err(Problem::unavailable("no answer in time")),
    }
}
