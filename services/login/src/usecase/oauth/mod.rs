//! OAuth 2.0 and OpenID Connect: authorization requests, consents and tokens.

pub mod authorization_request;
pub mod authorize;
pub mod client_credentials;
pub mod exchange_code;
pub mod grant_consent;
pub mod introspect;
pub mod issue_tokens;
pub mod refresh;
pub mod revoke_token;
pub mod withdraw_consent;
