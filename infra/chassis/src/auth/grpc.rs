use std::task::{Context, Poll};

use futures::future::BoxFuture;
use tonic::{Status, service::Routes};
use tower::{Layer, Service};

use super::{AuthError, Caller, Person, Verifier, extract::authenticate};
use crate::problem::Problem;

/// Services without authentication: health checks of the platform and reflection for developers.
const OPEN: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection."];

/// A layer that authenticates gRPC calls. Methods read the caller with [`caller`] or [`person`].
#[derive(Clone)]
pub struct GrpcAuth {
    verifier: Verifier,
}

impl GrpcAuth {
    /// Creates the layer.
    pub fn layer(verifier: Verifier) -> Self {
        Self { verifier }
    }
}

/// Wraps routes with [`GrpcAuth`].
pub fn protect(routes: Routes, verifier: Verifier) -> Routes {
    Routes::from(routes.into_axum_router().layer(GrpcAuth::layer(verifier)))
}

/// The caller of this method.
///
/// # Errors
/// UNAUTHENTICATED when the routes are not wrapped with [`GrpcAuth`].
pub fn caller<T>(request: &tonic::Request<T>) -> Result<Caller, Problem> {
    request.extensions().get().cloned().ok_or_else(|| AuthError::Missing.into())
}

/// The person who calls this method.
///
/// # Errors
/// PERMISSION_DENIED for a service.
pub fn person<T>(request: &tonic::Request<T>) -> Result<Person, Problem> {
    caller(request)?.into_person()
}

impl<S> Layer<S> for GrpcAuth {
    type Service = GrpcAuthService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        GrpcAuthService { inner, verifier: self.verifier.clone() }
    }
}

/// See [`GrpcAuth`].
#[derive(Clone)]
pub struct GrpcAuthService<S> {
    inner: S,
    verifier: Verifier,
}

impl<S, B, R> Service<http::Request<B>> for GrpcAuthService<S>
where
    S: Service<http::Request<B>, Response = http::Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: http::Request<B>) -> Self::Future {
        // Only the service that was polled is ready, so it takes this call and its clone takes the next one.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let verifier = self.verifier.clone();
        Box::pin(async move {
            if !OPEN.iter().any(|open| request.uri().path().starts_with(open)) {
                match authenticate(&verifier, request.headers()).await {
                    Ok(caller) => request.extensions_mut().insert(caller),
                    Err(problem) => return Ok(Status::from(problem).into_http()),
                };
            }
            inner.call(request).await
        })
    }
}
