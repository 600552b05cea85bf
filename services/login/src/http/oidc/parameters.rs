use std::collections::HashMap;

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, header};
use url::form_urlencoded::{self, byte_serialize};

use crate::domain::oauth::{Code, Refusal};

/// Maximum lengths of parameters that login passes on in an address, in bytes, form-encoded as they are sent. Other
/// providers accept a `state` of 1,024 to 2,000 bytes, and the clients that we know send at most 500.
const MAX_LENGTHS: [(&str, usize, &str); 5] = [
    ("state", 1024, "state is longer than 1024 bytes"),
    ("scope", 512, "scope is longer than 512 bytes"),
    ("login_hint", 512, "login_hint is longer than 512 bytes"),
    ("prompt", 256, "prompt is longer than 256 bytes"),
    ("ui_locales", 256, "ui_locales is longer than 256 bytes"),
];

/// Parameters of an OAuth request. Unknown parameters are ignored, empty ones count as missing, and none except `resource`
/// may be repeated (RFC 6749 §3.1, RFC 8707 §2).
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    single: HashMap<String, String>,
    resources: Vec<String>,
}

impl Parameters {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parameters = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()).filter(|(_, value)| !value.is_empty()) {
            // Postgres text cannot contain NUL.
            if name.contains('\0') || value.contains('\0') {
                return Err(Code::InvalidRequest.because("a parameter contains a NUL character"));
            }
            if name == "resource" {
                parameters.resources.push(value.into_owned());
            } else if parameters.single.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Code::InvalidRequest.because("a parameter is repeated"));
            }
        }
        Ok(parameters)
    }

    /// Drops the parameters with other names.
    pub(super) fn only(mut self, names: &[&str]) -> Self {
        self.single.retain(|name, _| names.contains(&name.as_str()));
        self
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.single.get(name).map(String::as_str)
    }

    pub(crate) fn resources(&self) -> &[String] {
        &self.resources
    }

    /// Replaces a parameter. An empty value removes the parameter.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        if value.is_empty() {
            self.single.remove(name);
        } else {
            self.single.insert(name.to_owned(), value);
        }
    }

    /// Checks the parameters that are passed on in an address: a browser or a proxy refuses a long one.
    ///
    /// # Errors
    /// `invalid_request` that names the parameter.
    pub(super) fn check_lengths(&self) -> Result<(), Refusal> {
        let is_long = |(name, longest, _): &&(&str, usize, &str)| {
            self.value(name)
                .is_some_and(|value| byte_serialize(value.as_bytes()).map(str::len).sum::<usize>() > *longest)
        };
        match MAX_LENGTHS.iter().find(is_long) {
            Some((_, _, detail)) => Err(Code::InvalidRequest.because(detail)),
            None => Ok(()),
        }
    }

    /// Value of a required parameter.
    pub(super) fn require(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.value(name).ok_or(Code::InvalidRequest.because(missing))
    }

    /// All parameters as a query, in a fixed order.
    pub(crate) fn to_query(&self) -> String {
        let mut pairs: Vec<_> = self.single.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend(self.resources.iter().map(|resource| ("resource", resource.as_str())));
        pairs.sort_unstable();
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

/// Body of a form as text. An empty body is accepted with any content type, because some clients send none.
pub(crate) struct FormBody(pub(crate) String);

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = chassis::problem::Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let refuse = |detail| chassis::problem::Problem::new(http::StatusCode::BAD_REQUEST, "invalid_request", detail);
        let is_form = is_form(request.headers());
        let body = String::from_request(request, state).await.map_err(|_| refuse("The body cannot be read."))?;
        if !is_form && !body.is_empty() {
            return Err(refuse("The body must be application/x-www-form-urlencoded."));
        }
        Ok(Self(body))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_that_of_the_encoded_value() {
        for (value, fits) in [("s".repeat(1024), true), ("s".repeat(1025), false), ("\"".repeat(342), false)] {
            let mut parameters = Parameters::default();
            parameters.set("state", value);
            assert_eq!(parameters.check_lengths().is_ok(), fits);
        }
    }

    #[test]
    fn repeated_parameters_are_refused_and_empty_ones_are_missing() {
        assert!(Parameters::parse("state=1&state=1").is_err() && Parameters::parse("nonce=%00").is_err());
        let resources = Parameters::parse("resource=b&resource=a&resource=").expect("valid");
        assert_eq!(
            (resources.resources(), resources.to_query().as_str()),
            (["b".into(), "a".into()].as_slice(), "resource=a&resource=b")
        );
        let parameters = Parameters::parse("a=%ED%95%9C&b=&c=1+2").expect("valid");
        assert_eq!(
            (parameters.value("a"), parameters.value("b"), parameters.value("c")),
            (Some("한"), None, Some("1 2"))
        );
    }
}
