//! Asking another product by gRPC: balanced over its replicas, with a deadline, as someone, in the same trace.
//!
//! To call a peer: 1. make its client once, in the product's `App`: `LoginClient::new(client::channel(&addrs))`;
//! 2. for each call `client::request(message, &identity, deadline).await?`, where the identity is the person who asked
//! us ([`Identity::Person`], their token goes on) or this product itself ([`Identity::Service`]); 3. where asking twice
//! does no harm, wrap the call so that a replica that just went away is not noticed:
//! ```text
//! let reply = client::retry_idempotent(|| async {
//!     let request = client::request(message.clone(), &identity, DEADLINE).await?;
//!     login.clone().get_user(request).await
//! });
//! ```
//! What is shown without the peer's answer is the caller's business: a peer may always be down.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tonic::{Code, Status, metadata::MetadataValue};

use crate::{config::PublicUrl, problem::Problem};

mod channel;
mod resolver;
mod tokens;

pub use channel::{Channel, channel};
pub use tokens::ServiceTokens;

/// How long the second try waits, so that a replica that is gone has been taken out.
const PAUSE: Duration = Duration::from_millis(50);

/// On whose behalf a call is made.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A person's, by the access token they came with.
    Person(SecretString),
    /// This product's own; the request names the tenant.
    Service(ServiceTokens),
}

/// A request with its caller's token and its deadline, which the peer is told and this side keeps as well.
///
/// # Errors
/// 503 when login gives no service token.
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

/// Calls once more when the peer was unavailable: only for calls that do no harm twice.
///
/// # Errors
/// What the call answered, the second time.
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

/// An HTTP client for login's back-channel, which answers at once or not at all.
pub(crate) fn back_channel(url: &PublicUrl) -> reqwest::Client {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(1))
        .timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    // Inside a cluster there is no TLS here: the process then starts without a machine's certificate authorities.
    let client = if url.is_https() { client } else { client.tls_certs_only([]) };
    client.build().expect("the machine has certificate authorities")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn unavailable_is_tried_once_more() {
        let mut answers = vec![Ok(7), Err(Status::unavailable("draining"))];
        let answer = retry_idempotent(|| std::future::ready(answers.pop().expect("two calls at most"))).await;
        assert_eq!(answer.expect("the second answer"), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn another_failure_stands() {
        let mut calls = 0;
        let answer: Result<(), _> = retry_idempotent(|| {
            calls += 1;
            std::future::ready(Err(Status::internal("a bug")))
        })
        .await;
        assert_eq!((answer.expect_err("fails").code(), calls), (Code::Internal, 1));
    }

    #[tokio::test]
    async fn a_request_says_who_asks_and_until_when() {
        let identity = Identity::Person(SecretString::from("token"));
        let request = request((), &identity, Duration::from_millis(300)).await.expect("a request");
        assert_eq!(request.metadata().get("authorization").expect("set"), "Bearer token");
        assert_eq!(request.metadata().get("grpc-timeout").expect("set"), "300000u");
    }
}
