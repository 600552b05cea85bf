//! A gRPC client for the other products: load balanced over all replicas, with a deadline, an identity and a trace.
//!
//! To call a peer:
//! 1. create its client once, in the product's `App`: `LoginClient::new(client::channel(&addrs))`;
//! 2. build each request with `client::request(message, &identity, deadline).await?`. The identity is the person who
//!    sent the current request ([`Identity::Person`]) or the product itself ([`Identity::Service`]);
//! 3. if the call is idempotent, retry it once when a replica is unavailable:
//! ```text
//! let reply = client::retry_idempotent(|| async {
//!     let request = client::request(message.clone(), &identity, DEADLINE).await?;
//!     login.clone().get_user(request).await
//! });
//! ```
//! A peer may always be unavailable: the caller decides what to show without its response.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tonic::{Code, Status, metadata::MetadataValue};

use crate::{config::PublicUrl, problem::Problem};

mod channel;
mod measured;
mod resolver;
mod tokens;
mod unsent;

pub use channel::{Channel, channel};
pub use tokens::ServiceTokens;
pub use unsent::was_not_sent;

/// The wait before the retry, so that the balancer has removed an unavailable replica.
const PAUSE: Duration = Duration::from_millis(50);

/// The identity of the caller.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A person, by the access token of the current request.
    Person(SecretString),
    /// This product; the request names the tenant.
    Service(ServiceTokens),
}

/// Builds a request with an access token and a deadline. The deadline is sent to the peer and enforced here as well.
///
/// # Errors
/// 503 when login issues no service token.
pub async fn request<T>(message: T, identity: &Identity, deadline: Duration) -> Result<tonic::Request<T>, Problem> {
    let token = match identity {
        Identity::Person(token) => token.clone(),
        Identity::Service(tokens) => tokens.token().await?,
    };
    let mut header =
        MetadataValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| Problem::unauthenticated())?;
    header.set_sensitive(true);
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert("authorization", header);
    request.set_timeout(deadline);
    Ok(request)
}

/// Calls again once when the peer is `UNAVAILABLE`, which includes a call that was not sent. Only for idempotent calls.
///
/// # Errors
/// The error of the last call.
pub async fn retry_idempotent<T, F>(mut call: impl FnMut() -> F) -> Result<T, Status>
where
    F: Future<Output = Result<T, Status>>,
{
    match call().await {
        Err(status) if status.code() == Code::Unavailable => {
            tokio::time::sleep(PAUSE).await;
            call().await
        }
        answer => answer,
    }
}

/// Creates an HTTP client for login's back channel, with short timeouts.
pub(crate) fn back_channel(url: &PublicUrl) -> reqwest::Client {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(1))
        .timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    // Without TLS no certificate authorities are needed: a container image may have none.
    let client = if url.is_https() { client } else { client.tls_certs_only([]) };
    client.build().expect("the system has certificate authorities")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn unavailable_is_retried_once() {
        let mut answers = vec![Ok(7), Err(Status::unavailable("draining"))];
        let answer = retry_idempotent(|| std::future::ready(answers.pop().expect("two calls at most"))).await;
        assert_eq!(answer.expect("the second answer"), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn another_error_is_not_retried() {
        let mut calls = 0;
        let answer: Result<(), _> = retry_idempotent(|| {
            calls += 1;
            std::future::ready(Err(Status::internal("a bug")))
        })
        .await;
        assert_eq!((answer.expect_err("fails").code(), calls), (Code::Internal, 1));
    }

    #[tokio::test]
    async fn a_request_carries_token_and_deadline() {
        let identity = Identity::Person(SecretString::from("token"));
        let request = request((), &identity, Duration::from_millis(300)).await.expect("a request");
        assert_eq!(request.metadata().get("authorization").expect("set"), "Bearer token");
        assert_eq!(request.metadata().get("grpc-timeout").expect("set"), "300000u");
    }
}
