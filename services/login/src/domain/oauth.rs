//! How OAuth 2.0 and OpenID Connect say no: the names that their documents give.

/// A refusal in the words of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", .code.as_str())]
pub struct Refusal {
    /// The registered name.
    pub code: Code,
    /// The reason, for the client's developer.
    pub detail: &'static str,
}

/// Error names of RFC 6749 §4.1.2.1 and §5.2, of RFC 8707 §2, and of OpenID Connect Core §3.1.2.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Something is missing, doubled or malformed.
    InvalidRequest,
    /// The client is unknown or did not prove itself.
    InvalidClient,
    /// The code or token is not good, or not this client's.
    InvalidGrant,
    /// The client may not do this.
    UnauthorizedClient,
    /// There is no such grant.
    UnsupportedGrantType,
    /// There is no such response type.
    UnsupportedResponseType,
    /// The scope is more than was granted.
    InvalidScope,
    /// The person may not use this client.
    AccessDenied,
    /// The person would have to sign in, and the client forbade to ask.
    LoginRequired,
    /// The person would have to be asked for consent, and the client forbade to ask.
    ConsentRequired,
    /// The resource is not one that the client may ask for.
    InvalidTarget,
    /// Request objects are not supported.
    RequestNotSupported,
    /// Request objects by reference are not supported.
    RequestUriNotSupported,
}

impl Code {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidTarget => "invalid_target",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
        }
    }

    /// A refusal by this name.
    pub const fn because(self, detail: &'static str) -> Refusal {
        Refusal { code: self, detail }
    }
}
