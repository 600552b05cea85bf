//! The mapping between HTTP and gRPC status codes. The first matching row counts, in both directions.

use http::StatusCode;
use tonic::Code;

const TABLE: &[(StatusCode, Code)] = &[
    (StatusCode::OK, Code::Ok),
    (StatusCode::UNPROCESSABLE_ENTITY, Code::InvalidArgument),
    (StatusCode::BAD_REQUEST, Code::InvalidArgument),
    (StatusCode::BAD_REQUEST, Code::OutOfRange),
    (StatusCode::UNAUTHORIZED, Code::Unauthenticated),
    (StatusCode::FORBIDDEN, Code::PermissionDenied),
    (StatusCode::NOT_FOUND, Code::NotFound),
    (StatusCode::GONE, Code::NotFound),
    (StatusCode::CONFLICT, Code::FailedPrecondition),
    (StatusCode::CONFLICT, Code::AlreadyExists),
    (StatusCode::CONFLICT, Code::Aborted),
    (StatusCode::PRECONDITION_FAILED, Code::FailedPrecondition),
    (StatusCode::PAYLOAD_TOO_LARGE, Code::InvalidArgument),
    (StatusCode::TOO_MANY_REQUESTS, Code::ResourceExhausted),
    (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal),
    (StatusCode::INTERNAL_SERVER_ERROR, Code::Unknown),
    (StatusCode::INTERNAL_SERVER_ERROR, Code::DataLoss),
    (StatusCode::NOT_IMPLEMENTED, Code::Unimplemented),
    (StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable),
    (StatusCode::BAD_GATEWAY, Code::Unavailable),
    (StatusCode::GATEWAY_TIMEOUT, Code::DeadlineExceeded),
    (StatusCode::REQUEST_TIMEOUT, Code::DeadlineExceeded),
    // The client cancelled the call.
    (StatusCode::REQUEST_TIMEOUT, Code::Cancelled),
];

/// The gRPC status code for an HTTP status.
pub fn code_of(status: StatusCode) -> Code {
    match TABLE.iter().find(|(http, _)| *http == status) {
        Some((_, code)) => *code,
        None if status.is_client_error() => Code::InvalidArgument,
        None => Code::Internal,
    }
}

/// The HTTP status for a gRPC status code.
pub fn status_of(code: Code) -> StatusCode {
    let found = TABLE.iter().find(|(_, grpc)| *grpc == code);
    found.map_or(StatusCode::INTERNAL_SERVER_ERROR, |(status, _)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grpc_code_is_in_the_table() {
        for code in (0..=16).map(Code::from_i32) {
            assert!(TABLE.iter().any(|(_, grpc)| *grpc == code), "{code:?}");
        }
    }

    #[test]
    fn a_code_is_mapped_back_unless_http_has_no_equivalent() {
        let blurred =
            [Code::OutOfRange, Code::AlreadyExists, Code::Aborted, Code::Unknown, Code::DataLoss, Code::Cancelled];
        for code in (0..=16).map(Code::from_i32).filter(|code| !blurred.contains(code)) {
            assert_eq!(code_of(status_of(code)), code);
        }
    }

    #[test]
    fn a_status_keeps_its_class() {
        for status in (400..600).map(|status| StatusCode::from_u16(status).expect("a status")) {
            let there_and_back = status_of(code_of(status));
            assert_eq!(status.is_client_error(), there_and_back.is_client_error() || status == 408, "{status}");
        }
    }
}
