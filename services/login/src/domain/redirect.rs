//! Redirect URLs: login redirects only to URLs that the client registered.

use std::net::{Ipv4Addr, Ipv6Addr};

use chassis::{host, problem::FieldError};
use idna::AsciiDenyList;
use url::{Host, Url};

/// Whether `requested` is one of the registered URLs.
///
/// URLs are compared as text, because programs parse them in different ways. One exception follows RFC 8252 §7.3: a
/// native app that registered a loopback IP address without a port may use any port.
pub fn is_registered(requested: &str, registered: &[String]) -> bool {
    registered.iter().any(|each| each == requested || is_same_but_port(requested, each))
}

/// Whether `registered` is a loopback IP address without a port, and `requested` the same text with one.
fn is_same_but_port(requested: &str, registered: &str) -> bool {
    let Some((address, path)) = loopback(registered) else { return false };
    let Some(rest) = requested.strip_prefix(address).and_then(|rest| rest.strip_prefix(':')) else { return false };
    let (port, requested_path) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    port.parse::<u16>().is_ok_and(|port| port > 0) && requested_path == path
}

/// Splits an http URL after its host, if the host is a loopback IP address in its usual form and has no port.
fn loopback(url: &str) -> Option<(&str, &str)> {
    let authority = url.strip_prefix("http://")?;
    let end = authority.find(['/', '?', '#', '\\']).unwrap_or(authority.len());
    let (host, path) = authority.split_at(end);
    let is_loopback = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => host.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback()),
        None => host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback()),
    };
    is_loopback.then(|| (&url[..url.len() - path.len()], path))
}

fn is_loopback_address(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

/// Parses a URL that is stored unchanged. Forms that the parser would repair are refused, because another program may read
/// another host: `https:host`, `https:///host`, `https://host\@other`.
pub(super) fn absolute(text: &str) -> Result<Url, &'static str> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must consist of printable ASCII characters without spaces");
    }
    let url = Url::parse(text).map_err(|_| "must be an absolute URL")?;
    let rest = text.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case(url.scheme()));
    let Some((_, rest)) = rest.filter(|(_, rest)| !rest.starts_with('/') && !rest.contains('\\')) else {
        return Err("must be written as https://host, with two slashes and without backslashes");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_literal = matches!(url.host(), Some(Host::Ipv6(_)));
    if !is_literal && !host.split(':').next().is_some_and(has_host_characters) {
        return Err("must have a host of letters, digits, hyphens and dots, or an IP address");
    }
    Ok(url)
}

fn has_host_characters(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

/// Writes an internationalized host with A-labels (UTS 46). Everything else stays as it is, because URLs are compared as
/// text.
pub fn with_ascii_host(text: &str) -> String {
    let canonical = || {
        let (scheme, rest) = text.split_once("://")?;
        let (host, rest) = rest.split_at(rest.find([':', '/', '?', '#', '\\', '@']).unwrap_or(rest.len()));
        if host.is_ascii() {
            return None;
        }
        let host = idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::URL).ok()?;
        Some(format!("{scheme}://{host}{rest}"))
    };
    canonical().unwrap_or_else(|| text.to_owned())
}

pub fn with_ascii_hosts(addresses: &[String]) -> Vec<String> {
    addresses.iter().map(|address| with_ascii_host(address)).collect()
}

/// Validates a redirect URL that a tenant registers: https, or http on a loopback address; without fragment and user.
pub fn registrable(field: &str, text: &str) -> Result<String, FieldError> {
    let refuse = |rule: &str| FieldError::new(field, "invalid_redirect_uri", rule);
    let text = with_ascii_host(text);
    let url = absolute(&text).map_err(refuse)?;
    if !host::is_possible(&url) {
        return Err(refuse(host::RULE));
    }
    let own_machine = is_loopback_address(&url) || url.host_str() == Some("localhost");
    if !(url.scheme() == "https" || url.scheme() == "http" && own_machine) {
        return Err(refuse("must be https, or http on a loopback address"));
    }
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() || text.contains('*') {
        return Err(refuse("must have no fragment, user or wildcard"));
    }
    // A redirect sends the parsed URL, which can be longer: the parser percent-encodes characters such as `"`.
    if text.len().max(url.as_str().len()) > 2000 {
        return Err(refuse("must have at most 2000 characters"));
    }
    Ok(text)
}

/// Scheme, host and port, for the `Content-Security-Policy`. `None` for a host that would end the policy's directive: an
/// earlier release registered `https://a;sandbox/`.
pub fn origin(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    let has_fit_host = match url.host()? {
        Host::Domain(domain) => has_host_characters(domain),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    Some(url.origin().ascii_serialization()).filter(|origin| has_fit_host && origin != "null")
}

/// The host, to show to the person.
pub fn host(redirect_uri: &str) -> Option<String> {
    Url::parse(redirect_uri).ok()?.host_str().map(str::to_owned)
}

/// Adds query parameters to a URL.
pub fn with_parameters(redirect_uri: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let mut url = Url::parse(redirect_uri).ok()?;
    url.query_pairs_mut().extend_pairs(parameters);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_address_is_accepted() {
        let registered = ["https://rp.example/callback".to_owned()];
        assert!(is_registered("https://rp.example/callback", &registered));
        for wrong in [
            "https://rp.example/callback/",
            "https://rp.example/callback?x=1",
            "https://RP.example/callback",
            "http://rp.example/callback",
            "https://rp.example:444/callback",
            "https://rp.example/callback/../evil",
            "",
        ] {
            assert!(!is_registered(wrong, &registered), "{wrong}");
        }
    }

    #[test]
    fn a_loopback_address_without_a_port_means_any_port() {
        let any = ["http://127.0.0.1/cb".to_owned()];
        assert!(is_registered("http://127.0.0.1:51004/cb", &any));
        for wrong in [
            "http://127.0.0.1:51004/other",
            "http://localhost:51004/cb",
            "https://127.0.0.1:51004/cb",
            "http://127.0.0.2:1/cb",
        ] {
            assert!(!is_registered(wrong, &any), "{wrong}");
        }
        assert!(!is_registered("http://localhost:1/cb", &["http://localhost/cb".to_owned()]), "no IP address");
        let six = ["http://[::1]?a=b".to_owned()];
        assert!(is_registered("http://[::1]:51004?a=b", &six) && !is_registered("http://[::1]:51004/?a=b", &six));
    }

    #[test]
    fn a_registered_port_is_part_of_the_address() {
        for registered in ["http://127.0.0.1:80/cb", "http://127.0.0.1:9999/cb", "http://[::1]:80/cb"] {
            assert!(is_registered(registered, &[registered.to_owned()]));
            for wrong in ["http://127.0.0.1:51004/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "http://[::1]:1/cb"] {
                assert!(!is_registered(wrong, &[registered.to_owned()]), "{wrong} for {registered}");
            }
        }
    }

    #[test]
    fn loopback_addresses_are_compared_as_text() {
        let any = ["http://127.0.0.1/cb".to_owned(), "http://127.0.0.1".to_owned()];
        assert!(is_registered("http://127.0.0.1:51004", &any));
        for wrong in [
            "http://127.0.0.1:51004/x/../cb",
            "http://127.0.0.1:51004/./cb",
            "http://127.0.0.1:51004/%63b",
            "http://127.0.0.1:51004\\cb",
            "http:/127.0.0.1:51004/cb",
            "HTTP://127.0.0.1:51004/cb",
            "http://0x7f.1:51004/cb",
            "http://127.1:51004/cb",
            "http://127.0.0.1:51004/c\tb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:+80/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1:80.evil.example/cb",
            "http://u@127.0.0.1:80/cb",
        ] {
            assert!(!is_registered(wrong, &any), "{wrong}");
        }
        assert!(!is_registered("http://0x7f.1:51004/cb", &["http://0x7f.1/cb".to_owned()]), "an unusual form");
    }

    #[test]
    fn an_internationalized_host_has_one_form() {
        let canonical = "https://xn---x-9t1io77k.example:8443/cb?x=1";
        for text in [canonical, "https://한강-x.example:8443/cb?x=1", "https://한강-x。example:8443/cb?x=1"] {
            assert_eq!(with_ascii_host(text), canonical, "{text}");
            assert_eq!(registrable("redirect_uris", text).as_deref(), Ok(canonical), "{text}");
        }
        for unchanged in
            ["https://RP.example/%63b/../x", "https://rp.example/콜백", "https://한 강.example/", "/cb", ""]
        {
            assert_eq!(with_ascii_host(unchanged), unchanged);
        }
        assert!(registrable("redirect_uris", "https://한 강.example/").is_err());
    }

    #[test]
    fn an_origin_cannot_end_a_directive() {
        for (redirect_uri, expected) in [
            ("https://rp.example:8443/cb", Some("https://rp.example:8443")),
            ("http://[::1]:9/cb", Some("http://[::1]:9")),
            ("https://a;sandbox/cb", None),
            ("https://a,b/cb", None),
            ("com.example.app:/cb", None),
        ] {
            assert_eq!(origin(redirect_uri).as_deref(), expected, "{redirect_uri}");
        }
    }

    #[test]
    fn redirect_urls_are_https_or_loopback() {
        for good in ["https://rp.example/cb", "http://127.0.0.1/cb", "http://localhost:3000/cb", "http://[::1]/cb"] {
            assert!(registrable("redirect_uris", good).is_ok(), "{good}");
        }
        for wrong in [
            "http://rp.example/cb",
            "javascript:alert(1)",
            "https://rp.example/cb#x",
            "https://rp.example/\0",
            "https://rp.example/\r\ncb",
            " https://rp.example/cb",
            "https://rp.example/콜백",
            "https://u@rp.example/",
            "/cb",
            "https://*.example/cb",
            "https://a;sandbox/cb",
            "https://a,b/cb",
            "https://a'b/cb",
            "https://%61.example/cb",
            "https:rp.example/cb",
            "https:/rp.example/cb",
            "https:///rp.example/cb",
            "https://\\rp.example/cb",
            "https://rp.example\\@evil.example/",
            "https://rp.example/\\cb",
            "https:\\\\rp.example/cb",
            &format!("https://{}.example/cb", "a".repeat(64)),
            &format!("https://{}.example/cb", ('가'..).take(70).collect::<String>()),
            "https://rp..example/cb",
            &format!("https://rp.example/{}", "\"".repeat(700)),
        ] {
            assert!(registrable("redirect_uris", wrong).is_err(), "{wrong}");
        }
    }
}
