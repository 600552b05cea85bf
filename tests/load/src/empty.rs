//! An empty gRPC call as the baseline of other calls: a server process with a product's settings and an empty handler.

use std::{
    convert::Infallible,
    process::Stdio,
    task::{Context as TaskContext, Poll},
};

use anyhow::{Context, Result};
use futures::future::BoxFuture;
use http::uri::PathAndQuery;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};
use tonic::{
    Request, Response, Status,
    body::Body,
    server::NamedService,
    transport::{Channel, Server},
};
use tonic_prost::ProstCodec;

/// Serves empty calls until it is killed. Prints the port on its first line.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Server::builder().add_service(Handler).serve_with_incoming(chassis::listener::grpc(listener)).await?;
    Ok(())
}

/// A connection to the server process. Dropping it kills the process.
pub(crate) struct Empty {
    client: tonic::client::Grpc<Channel>,
    _process: Child,
}

impl Empty {
    pub(crate) async fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("empty")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().context("it has no output")?;
        let port = BufReader::new(output).lines().next_line().await?.context("no port from the empty server")?;
        let channel = Channel::from_shared(format!("http://127.0.0.1:{port}"))?.connect().await?;
        Ok(Self { client: tonic::client::Grpc::new(channel), _process: process })
    }

    pub(crate) async fn call(&mut self) -> Result<()> {
        call(&mut self.client).await
    }
}

/// Calls the handler of a server.
pub(crate) async fn call(client: &mut tonic::client::Grpc<Channel>) -> Result<()> {
    client.ready().await?;
    let path = PathAndQuery::from_static("/bench.Empty/Call");
    client.unary(Request::new(()), path, ProstCodec::<(), ()>::default()).await?;
    Ok(())
}

/// Answers every call with an empty message.
#[derive(Clone)]
pub(crate) struct Handler;

impl NamedService for Handler {
    const NAME: &'static str = "bench.Empty";
}

impl tower::Service<http::Request<Body>> for Handler {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let nothing = tower::service_fn(async |_: Request<()>| Ok::<_, Status>(Response::new(())));
            Ok(tonic::server::Grpc::new(ProstCodec::<(), ()>::default()).unary(nothing, request).await)
        })
    }
}
