//! gRPC clients of the products, as the products themselves use them.

use std::time::Duration;

use chassis::client::{self, Channel, Identity};
use contracts::{
    ad::v1::ads_client::AdsClient, login::v1::login_client::LoginClient, mypage::v1::my_page_client::MyPageClient,
};
use secrecy::SecretString;
use tonic::{Response, Status};

use crate::{
    arguments::Addresses,
    retry::{CallError, CallResult, Idempotency, with_retry},
};

/// Deadline of a call.
const DEADLINE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Peers {
    pub login: LoginClient<Channel>,
    pub ad: AdsClient<Channel>,
    pub mypage: MyPageClient<Channel>,
}

impl Peers {
    /// Creates the clients. They connect at first use.
    pub fn new(addresses: &Addresses) -> Self {
        Self {
            login: LoginClient::new(client::channel(&addresses.login_grpc)),
            ad: AdsClient::new(client::channel(&addresses.ad_grpc)),
            mypage: MyPageClient::new(client::channel(&addresses.mypage_grpc)),
        }
    }
}

/// Makes a call with a person's access token, and retries it as a usual client does.
pub async fn call<M, T, F>(
    idempotency: Idempotency,
    token: &SecretString,
    message: M,
    send: impl Fn(tonic::Request<M>) -> F,
) -> CallResult<T>
where
    M: Clone,
    F: Future<Output = Result<Response<T>, Status>>,
{
    let identity = Identity::Person(token.clone());
    with_retry(idempotency, || async {
        let request = client::request(message.clone(), &identity, DEADLINE).await;
        let request = request.map_err(|problem| CallError::permanent(problem.code()))?;
        Ok(send(request).await?.into_inner())
    })
    .await
}

/// Opens a stream. Only opening it has a deadline.
///
/// # Errors
/// If it cannot be opened.
pub async fn open<M, T, F>(
    token: &SecretString,
    message: M,
    send: impl FnOnce(tonic::Request<M>) -> F,
) -> Result<T, CallError>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let bearer = client::request((), &Identity::Person(token.clone()), DEADLINE).await;
    let bearer = bearer.map_err(|problem| CallError::permanent(problem.code()))?;
    let mut request = tonic::Request::new(message);
    if let Some(authorization) = bearer.metadata().get("authorization") {
        request.metadata_mut().insert("authorization", authorization.clone());
    }
    match tokio::time::timeout(DEADLINE, send(request)).await {
        Ok(answer) => Ok(answer?.into_inner()),
        Err(_elapsed) => Err(CallError::permanent("the stream did not open within the deadline")),
    }
}
