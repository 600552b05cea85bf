//! Resource indicators (RFC 8707): the audience of an access token. A token has one audience, by default the issuer's
//! own API.

use chassis::{host, problem::FieldError};
use url::Url;

use super::{
    oauth::{Code, Refusal},
    redirect::{absolute, with_ascii_host},
};

/// Maximum length of a resource, in bytes.
const MAX_LENGTH: usize = 500;

/// Maximum number of resources in one request.
const MAX: usize = 10;

/// Writes the host in lower case and with A-labels. The rest stays as it is.
fn canonical(resource: &str) -> String {
    let mut resource = with_ascii_host(resource);
    if let Some(start) = resource.find("://").map(|scheme| scheme + 3) {
        let end = resource[start..].find(['/', '?', '#', '\\']).map_or(resource.len(), |length| start + length);
        resource[start..end].make_ascii_lowercase();
    }
    resource
}

/// The resource of a list that names the same as `resource`. Earlier releases stored hosts as they were typed.
fn find<'a>(resource: &str, listed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = canonical(resource);
    listed.into_iter().find(|each| canonical(each) == wanted)
}

/// Whether a list has the resource, with the host in any form.
pub fn is_in(listed: &[String], resource: &str) -> bool {
    find(resource, listed.iter().map(String::as_str)).is_some()
}

/// Validates an audience that a tenant registers: an https URL on none of `our` hosts, without fragment, query and
/// user. Returns it with its host in the canonical form.
pub fn registrable<'a>(field: &str, text: &str, our: impl IntoIterator<Item = &'a str>) -> Result<String, FieldError> {
    let refuse = |rule: &str| FieldError::new(field, "invalid_resource", rule);
    let text = canonical(text);
    let url = absolute(&text).map_err(refuse)?;
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
    Ok(text)
}

/// The resources of a request, as they are registered. Each must be registered for the client or be the issuer's own API,
/// which is also the default.
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
    let known = || std::iter::once(api).chain(registered.iter().map(String::as_str));
    let granted: Option<Vec<_>> = requested.iter().map(|each| find(each, known()).map(str::to_owned)).collect();
    let mut granted = granted.ok_or(Code::InvalidTarget.because("the resource is not registered for the client"))?;
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
        ([], [only]) => Ok(only.clone()),
        ([], _) if granted.iter().any(|each| each == api) => Ok(api.to_owned()),
        ([], _) => Err(Code::InvalidTarget.because("several resources were granted: set resource to one of them")),
        ([one], granted) => {
            let granted: Vec<_> =
                if granted.is_empty() { vec![api] } else { granted.iter().map(String::as_str).collect() };
            let found = find(one, granted).map(str::to_owned);
            found.ok_or(Code::InvalidTarget.because("this resource was not granted"))
        }
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
    fn a_host_has_one_form() {
        let stored = "https://xn--939at69e.example:8443/Docs";
        for text in ["https://한강.example:8443/Docs", "https://XN--939AT69E.Example:8443/Docs"] {
            assert_eq!(registrable("resources", text, []).as_deref(), Ok(stored), "{text}");
            for (requested, registered) in [(stored, text), (text, stored), (text, text)] {
                let registered = list(&[registered]);
                assert_eq!(
                    granted(&list(&[requested]), &registered, API),
                    Ok(registered.clone()),
                    "as it is registered"
                );
                assert_eq!(audience(&list(&[requested]), &registered, API).as_ref(), Ok(&registered[0]));
                assert!(is_in(&registered, requested));
            }
        }
        assert!(!is_in(&list(&[stored]), "https://xn--939at69e.example:8443/docs"), "a path is compared as text");
        let several = list(&["https://한강.example/", "https://xn--939at69e.example/"]);
        assert_eq!(granted(&several, &list(&["https://xn--939at69e.example/"]), API).map(|all| all.len()), Ok(1));
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
            "https:x.example/",
            "https:///x.example/",
            "https://x.example\\@login.example/",
            "https://a;b/",
            &format!("https://{}.example/", "a".repeat(64)),
            "/api",
        ] {
            assert!(registrable("resources", wrong, ours).is_err(), "{wrong}");
        }
    }
}
