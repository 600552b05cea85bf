use std::borrow::Cow;

use tonic::{
    Status,
    metadata::{AsciiMetadataValue, MetadataMap},
};

use super::{Problem, code_of, status_of};

/// The metadata key of the problem code, which is more precise than the status codes of gRPC.
const PROBLEM_CODE: &str = "problem-code";

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let mut metadata = MetadataMap::new();
        if let Ok(code) = AsciiMetadataValue::try_from(problem.code()) {
            metadata.insert(PROBLEM_CODE, code);
        }
        Status::with_metadata(code_of(problem.status), problem.detail, metadata)
    }
}

/// The error of a peer, to match by [`Problem::code`] or to return to the client.
impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let named = status.metadata().get(PROBLEM_CODE).and_then(|code| code.to_str().ok());
        let code = named.map_or_else(|| Cow::Borrowed(name(status.code())), |code| Cow::Owned(code.to_owned()));
        Problem::new(status_of(status.code()), code, status.message())
    }
}

fn name(code: tonic::Code) -> &'static str {
    use tonic::Code;
    match code {
        Code::InvalidArgument | Code::OutOfRange => "invalid_request",
        Code::Unauthenticated => "unauthenticated",
        Code::PermissionDenied => "forbidden",
        Code::NotFound => "not_found",
        Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => "conflict",
        Code::ResourceExhausted => "too_many_requests",
        Code::Unavailable => "unavailable",
        Code::DeadlineExceeded | Code::Cancelled => "deadline_exceeded",
        Code::Unimplemented => "unimplemented",
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_kept_over_grpc() {
        let status = Status::from(Problem::not_found("campaign_not_found", "No such campaign."));
        assert_eq!(status.code(), tonic::Code::NotFound);
        let problem = Problem::from(status);
        assert_eq!(problem, Problem::not_found("campaign_not_found", "No such campaign."));
    }

    #[test]
    fn a_status_without_a_code_gets_one() {
        assert_eq!(Problem::from(Status::unavailable("connection refused")).code(), "unavailable");
    }
}
