//! Resource indicators (RFC 8707): whom an access token is for. A token is for one audience; without a choice that is the
//! issuer's own API.

use chassis::problem::FieldError;
use url::Url;

use super::{
    oauth::{Code, Refusal},
    redirect::absolute,
};

/// Longest address of a resource, in bytes.
const LONGEST: usize = 500;

/// Most that one request may ask for.
const MOST: usize = 10;

/// Checks an audience that a tenant registers: an https address on none of `our` hosts; no fragment, no query, no user.
///
/// # Errors
/// Names the field and the rule.
pub fn registrable<'a>(field: &str, text: &str, our: impl IntoIterator<Item = &'a str>) -> Result<String, FieldError> {
    let refuse = |rule: &str| FieldError::new(field, "invalid_resource", rule);
    let url = absolute(text).map_err(refuse)?;
    if url.scheme() != "https" {
        return Err(refuse("must be https"));
    }
    if url.fragment().is_some() || url.query().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("must have no fragment, query or user"));
    }
    let is_there = |ours: &str| Url::parse(ours).is_ok_and(|ours| ours.origin() == url.origin());
    if our.into_iter().any(is_there) {
        return Err(refuse("must not be on a host of the issuer's or its products'"));
    }
    if text.len() > LONGEST {
        return Err(refuse("must have at most 500 characters"));
    }
    Ok(text.to_owned())
}

/// What a request may have: all of what it asks for is registered for its client, or the issuer's own API, which it gets
/// when it asks for nothing.
///
/// # Errors
/// `invalid_target`.
pub fn granted(asked: &[String], registered: &[String], api: &str) -> Result<Vec<String>, Refusal> {
    if asked.is_empty() {
        return Ok(vec![api.to_owned()]);
    }
    if asked.len() > MOST {
        return Err(Code::InvalidTarget.because("these are too many resources"));
    }
    let is_known = |resource: &String| resource == api || registered.contains(resource);
    if !asked.iter().all(is_known) {
        return Err(Code::InvalidTarget.because("the client may not ask for this resource"));
    }
    let mut granted = asked.to_vec();
    granted.sort();
    granted.dedup();
    Ok(granted)
}

/// The one audience of a token: what is asked for of what was granted. Who does not say gets the issuer's own API, when that
/// was granted, or the only one that was.
///
/// # Errors
/// `invalid_target`.
pub fn audience(asked: &[String], granted: &[String], api: &str) -> Result<String, Refusal> {
    match (asked, granted) {
        ([], []) => Ok(api.to_owned()),
        ([one], []) if one == api => Ok(api.to_owned()),
        ([], [only]) => Ok(only.clone()),
        ([], _) if granted.iter().any(|each| each == api) => Ok(api.to_owned()),
        ([], _) => {
            Err(Code::InvalidTarget.because("more than one resource was granted: name the one the token is for"))
        }
        ([one], _) if granted.contains(one) => Ok(one.clone()),
        ([_], _) => Err(Code::InvalidTarget.because("this resource was not granted")),
        _ => Err(Code::InvalidTarget.because("a token is for one resource")),
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
    fn a_client_asks_for_what_it_registered_and_for_our_api() {
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
        let code =
            |asked: &[&str], granted: &[String]| audience(&list(asked), granted, API).map_err(|refusal| refusal.code);
        assert_eq!(code(&[], &both), Ok(API.to_owned()));
        assert_eq!(code(&[WIKI], &both), Ok(WIKI.to_owned()));
        assert_eq!(code(&[], &list(&[WIKI])), Ok(WIKI.to_owned()));
        assert_eq!(code(&[API], &list(&[WIKI])), Err(Code::InvalidTarget), "never more than was granted");
        assert_eq!(code(&[API, WIKI], &both), Err(Code::InvalidTarget));
        assert_eq!(code(&[], &list(&[WIKI, "https://other.example/"])), Err(Code::InvalidTarget));
        assert_eq!((code(&[], &[]), code(&[WIKI], &[])), (Ok(API.to_owned()), Err(Code::InvalidTarget)));
    }

    #[test]
    fn a_tenant_registers_addresses_of_its_own() {
        let ours = ["https://login.example", "https://reports.example/api"];
        assert!(registrable("resources", "https://api.acme.example/v1", ours).is_ok());
        for wrong in [
            API,
            "https://reports.example/",
            "http://api.acme.example/",
            "https://x.example/#y",
            "https://x.example/?y",
            "https://u@x.example/",
            "/api",
        ] {
            assert!(registrable("resources", wrong, ours).is_err(), "{wrong}");
        }
    }
}
