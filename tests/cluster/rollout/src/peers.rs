//! The products' gRPC, reached as any product reaches another.

use std::time::Duration;

use chassis::client::{self, Channel, Identity};
use contracts::{
    ad::v1::ads_client::AdsClient, login::v1::login_client::LoginClient, mypage::v1::my_page_client::MyPageClient,
};
use secrecy::SecretString;
use tonic::{Response, Status};

use crate::{
    arguments::Places,
    ordinary::{Done, Trouble, Twice, ordinary},
};

/// The longest that a call may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// A client of each product.
#[derive(Clone, Debug)]
pub struct Peers {
    /// login
    pub login: LoginClient<Channel>,
    /// ad
    pub ad: AdsClient<Channel>,
    /// mypage
    pub mypage: MyPageClient<Channel>,
}

impl Peers {
    /// Connects when it is first used.
    pub fn new(places: &Places) -> Self {
        Self {
            login: LoginClient::new(client::channel(&places.login_grpc)),
            ad: AdsClient::new(client::channel(&places.ad_grpc)),
            mypage: MyPageClient::new(client::channel(&places.mypage_grpc)),
        }
    }
}

/// Calls as the person whose token it is, with ordinary retry.
pub async fn call<M, T, F>(
    twice: Twice,
    token: &SecretString,
    message: M,
    send: impl Fn(tonic::Request<M>) -> F,
) -> Done<T>
where
    M: Clone,
    F: Future<Output = Result<Response<T>, Status>>,
{
    let identity = Identity::Person(token.clone());
    ordinary(twice, || async {
        let request = client::request(message.clone(), &identity, DEADLINE).await;
        let request = request.map_err(|problem| Trouble::answer(problem.code()))?;
        Ok(send(request).await?.into_inner())
    })
    .await
}

/// Opens a stream, which goes on for longer than any deadline: only its beginning has one.
///
/// # Errors
/// When it can't be opened.
pub async fn open<M, T, F>(
    token: &SecretString,
    message: M,
    send: impl FnOnce(tonic::Request<M>) -> F,
) -> Result<T, Trouble>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let bearer = client::request((), &Identity::Person(token.clone()), DEADLINE).await;
    let bearer = bearer.map_err(|problem| Trouble::answer(problem.code()))?;
    let mut request = tonic::Request::new(message);
    if let Some(authorization) = bearer.metadata().get("authorization") {
        request.metadata_mut().insert("authorization", authorization.clone());
    }
    match tokio::time::timeout(DEADLINE, send(request)).await {
        Ok(answer) => Ok(answer?.into_inner()),
        Err(_elapsed) => Err(Trouble::answer("no stream within the deadline")),
    }
}
