use std::{error::Error, sync::Arc};

use tonic::{Code, ConnectError, Status};

/// Whether the peer did not begin the call, so that it may be sent again even if it is not idempotent. gRPC libraries call
/// this a transparent retry.
///
/// Three failures say so:
/// - no connection was made;
/// - the connection was closed before the call was sent;
/// - the peer sent GOAWAY: it answers the calls that it received before (RFC 9113, section 6.8), and the others fail.
pub fn was_not_sent(status: &Status) -> bool {
    std::iter::successors(Some(status as &(dyn Error + 'static)), |&error| error.source()).any(|cause| {
        let closed = cause.downcast_ref().is_some_and(hyper::Error::is_canceled);
        let going_away = cause.downcast_ref().is_some_and(|error: &h2::Error| error.is_go_away() && error.is_remote());
        cause.is::<ConnectError>() || closed || going_away
    })
}

/// Creates the status of a call that failed without one from the peer. `UNAVAILABLE` if it was not sent or its connection
/// broke, as gRPC says: tonic has `CANCELLED`, `INTERNAL` and `UNKNOWN` for these, which no caller retries.
pub(super) fn status(error: impl Error + Send + Sync + 'static) -> Status {
    let status = Status::from_error(Box::new(error));
    if !was_not_sent(&status) && status.code() != Code::Unknown {
        return status;
    }
    let mut unavailable = Status::unavailable(status.message());
    unavailable.set_source(Arc::new(status));
    unavailable
}
