//! The other products, each call with a deadline. What a peer does not answer is missing from the page, not an error.

use std::time::Duration;

use chassis::problem::Problem;
use tonic::{Code, Response, Status};

pub mod ad;
pub mod id_token;
pub mod keys;
pub mod login;
pub mod oidc;
pub mod tokens;

/// How long the second try waits, so that a replica that is gone has been taken out.
const PAUSE: Duration = Duration::from_millis(50);

/// The whole of a call, with the token that it may have to fetch first, within the deadline. A replica that just went
/// away is asked once more: only for calls that do no harm twice.
async fn within<T, F>(deadline: Duration, call: impl Fn() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let twice = async {
        match call().await {
            Err(status) if status.code() == Code::Unavailable => {
                tokio::time::sleep(PAUSE).await;
                call().await
            }
            answer => answer,
        }
    };
    match tokio::time::timeout(deadline, twice).await {
        Ok(answer) => Ok(answer?.into_inner()),
        Err(_) => Err(Problem::unavailable("no answer in time")),
    }
}
