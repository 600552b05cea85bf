use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, header};
use url::form_urlencoded;

use super::Parameters;
use crate::{
    app::App,
    domain::{
        client::{AuthMethod, Client},
        oauth::{Code, Refusal},
    },
    error::Error,
    usecase::clients::find_client::authenticate_client,
};

/// Authenticates the client of a request by its secret in `Authorization` (client_secret_basic), by its secret in the body
/// (client_secret_post), or by its id alone (none, public clients).
pub(super) async fn client(app: &App, headers: &HeaderMap, parameters: &Parameters) -> Result<Client, Error> {
    let (client_id, shown) = match (basic(headers)?, parameters.value("client_id"), parameters.value("client_secret")) {
        (Some((client_id, secret)), named, None) if named.is_none_or(|named| named == client_id) => {
            (client_id, Some((AuthMethod::Basic, secret)))
        }
        (Some(_), ..) => {
            return Err(Code::InvalidRequest.because("the client authenticates in more than one way").into());
        }
        (None, Some(client_id), secret) => {
            (client_id.to_owned(), secret.map(|secret| (AuthMethod::Post, secret.to_owned())))
        }
        (None, None, _) => return Err(Code::InvalidClient.because("client_id is missing").into()),
    };
    authenticate_client(app, &client_id, shown.as_ref().map(|(method, secret)| (*method, secret.as_str()))).await
}

/// Reads id and secret from `Authorization: Basic`. Both are form-encoded before they are joined (RFC 6749 §2.3.1).
pub(super) fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let malformed = Code::InvalidClient.because("Authorization must be Basic with the client's id and secret");
    let read = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let decoded = BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let text = String::from_utf8(decoded).ok()?;
        let (client_id, secret) = text.split_once(':')?;
        Some((form_decoded(client_id)?, form_decoded(secret)?))
    };
    read().map(Some).ok_or(malformed)
}

fn form_decoded(text: &str) -> Option<String> {
    let pair = format!("v={}", text.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().expect("a header"))])
    }

    #[test]
    fn basic_is_form_decoded() {
        let headers = header(&format!("Basic {}", BASE64_STANDARD.encode("a%3Ab:s+%26=")));
        assert_eq!(basic(&headers), Ok(Some(("a:b".to_owned(), "s &=".to_owned()))));
        assert_eq!(basic(&HeaderMap::new()), Ok(None));
        assert!(basic(&header("Bearer x")).is_err());
        assert!(basic(&header("Basic !")).is_err());
    }
}
