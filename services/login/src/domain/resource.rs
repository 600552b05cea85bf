//! Resource indicators (RFC 8707): the audience of an access token. A token has one audience, by default the issuer's
//! own API.

use chassis::{host, problem::FieldError};
use url::Url;

use super::{
    oauth::{Code, Refusal},
    redirect::absolute,
};

/// Maximum length of a resource, in bytes.
const MAX_LENGTH: usize = 500;

/// Maximum number of resources in one request.
const MAX: usize = 10;

/// Validates an audience that a tenant registers: an https URL on none of `our` hosts, without fragment, query and
/// user.
pub fn registrable<'a>(field: &str, text: &str, our: impl IntoIterator<Item = &'a str>) -> Result<String, FieldError> {
    let refuse = |rule: &str| FieldError::new(field, "invalid_resource", rule);
    let url = absolute(text).map_err(refuse)?;
    if !host::is_possible(&url) {
        return Err(refuse(host::RULE));
    }
    if url.scheme() != "https" {
        return Err(refuse("must be https"));
    }
    if url.fragment().is_some() || url.query().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("must have no fragment, query or user"));
    }
    let is_there = |ours: &str| Url::parse(ours).is_ok_and(|ours| ours.origin() == url.origin());
    if our.into_iter().any(is_there) {
        return Err(refuse("must not be on a host of the issuer or its products"));
    }
    if text.len() > MAX_LENGTH {
        return Err(refuse("must have at most 500 characters"));
    }
    Ok(text.to_owned())
}

/// The resources of a request. Each must be registered for the client or be the issuer's own API, which is also the
/// default.
///
/// # Errors
/// `invalid_target`.
pub fn granted(requested: &[String], registered: &[String], api: &str) -> Result<Vec<String>, Refusal> {
    if requested.is_empty() {
        return Ok(vec![api.to_owned()]);
    }
    if requested.len() > MAX {
        return Err(Code::InvalidTarget.because("too many resources: at most 10 are allowed"));
    }
    let is_known = |resource: &String| resource == api || registered.contains(resource);
    if !requested.iter().all(is_known) {
        return Err(Code::InvalidTarget.because("the resource is not registered for the client"));
    }
    let mut granted = requested.to_vec();
    granted.sort();
    granted.dedup();
    Ok(granted)
}

/// The single audience of a token. Without a requested resource it is the issuer's own API if that was granted,
/// otherwise the only granted resource.
///
/// # Errors
/// `invalid_target`.
pub fn audience(requested: &[String], granted: &[String], api: &str) -> Result<String, Refusal> {
    match (requested, granted) {
        ([], []) => Ok(api.to_owned()),
        ([one], []) if one == api => Ok(api.to_owned()),
        ([], [only]) => Ok(only.clone()),
        ([], _) if granted.iter().any(|each| each == api) => Ok(api.to_owned()),
        ([], _) => Err(Code::InvalidTarget.because("several resources were granted: set resource to one of them")),
        ([one], _) if granted.contains(one) => Ok(one.clone()),
        ([_], _) => Err(Code::InvalidTarget.because("this resource was not granted")),
        _ => Err(Code::InvalidTarget.because("a token has only one resource")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://login.example/api";
    const WIKI: &str = "https://wiki.example/";

    fn list(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_client_may_request_registered_resources_and_the_api() {
        let registered = list(&[WIKI]);
        assert_eq!(granted(&[], &registered, API), Ok(list(&[API])));
        assert_eq!(granted(&list(&[WIKI, API, WIKI]), &registered, API), Ok(list(&[API, WIKI])));
        for wrong in ["https://wiki.example", "https://bank.example/", "", "wiki"] {
            assert_eq!(
                granted(&list(&[wrong]), &registered, API).map_err(|refusal| refusal.code),
                Err(Code::InvalidTarget)
            );
        }
    }

    #[test]
    fn a_token_has_one_audience() {
        let both = list(&[API, WIKI]);
        let code = |requested: &[&str], granted: &[String]| {
            audience(&list(requested), granted, API).map_err(|refusal| refusal.code)
        };
        assert_eq!(code(&[], &both), Ok(API.to_owned()));
        assert_eq!(code(&[WIKI], &both), Ok(WIKI.to_owned()));
        assert_eq!(code(&[], &list(&[WIKI])), Ok(WIKI.to_owned()));
        assert_eq!(code(&[API], &list(&[WIKI])), Err(Code::InvalidTarget), "never more than was granted");
        assert_eq!(code(&[API, WIKI], &both), Err(Code::InvalidTarget));
        assert_eq!(code(&[], &list(&[WIKI, "https://other.example/"])), Err(Code::InvalidTarget));
        assert_eq!((code(&[], &[]), code(&[WIKI], &[])), (Ok(API.to_owned()), Err(Code::InvalidTarget)));
    }

    #[test]
    fn a_tenant_registers_its_own_hosts_only() {
        let ours = ["https://login.example", "https://reports.example/api"];
        assert!(registrable("resources", "https://api.acme.example/v1", ours).is_ok());
        for wrong in [
            API,
            "https://reports.example/",
            "http://api.acme.example/",
            "https://x.example/#y",
            "https://x.example/?y",
            "https://u@x.example/",
            &format!("https://{}.example/", "a".repeat(64)),
            "/api",
        ] {
            assert!(registrable("resources", wrong, ours).is_err(), "{wrong}");
        }
    }
}
