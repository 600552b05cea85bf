//! Fuzz tests: parsers of untrusted input never panic, and their results keep their invariants. Seed inputs are in
//! `tests/corpus/`. `FUZZ_RUNS=10000000 FUZZ_SEED=7 cargo test -p login --lib fuzz` searches longer.

use std::path::Path;

use axum_extra::extract::CookieJar;
use chassis::config::PublicUrl;
use http::{HeaderMap, HeaderValue, header};
use support::Fuzz;
use url::{Host, Url};

use super::{Parameters, client_auth::basic};
use crate::{
    domain::{prompt::Prompt, redirect, resource, scope},
    http::{cookie, oidc::authorize::request_in},
};

const RUNS: usize = 20_000;

fn corpus(target: &str, words: &'static [&'static str]) -> Fuzz {
    Fuzz::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target), words, RUNS)
}

/// Headers with these bytes, if they are a valid header value.
fn headers(name: header::HeaderName, value: &[u8]) -> Option<HeaderMap> {
    Some(HeaderMap::from_iter([(name, HeaderValue::from_bytes(value).ok()?)]))
}

#[test]
fn parameters_survive_a_round_trip() {
    let words = &["&", "=", "%", "%00", "%ED%95%9C", "+", "resource=", "state=", "prompt=none", "/authorize?", "%26"];
    corpus("parameters", words).check(|input| {
        let text = String::from_utf8_lossy(input);
        drop(request_in(&text));
        let Ok(parameters) = Parameters::parse(&text) else { return };
        let query = parameters.to_query();
        let again = Parameters::parse(&query).expect("our own query");
        assert_eq!(again.to_query(), query);
        if let Ok(prompt) = Prompt::parse(parameters.value("prompt")) {
            assert!(!(prompt.none && (prompt.login || prompt.consent || prompt.select_account)));
        }
    });
}

/// The first line is the registered address, the second the requested one.
#[test]
fn an_address_matches_exactly_except_for_a_loopback_port() {
    let words = &[
        "https://",
        "http://",
        "127.0.0.1",
        "[::1]",
        "localhost",
        ":80",
        ":65536",
        "//",
        "/..",
        "@",
        "#",
        "?",
        "\\",
        "\n",
        "%2e",
        "0x7f.1",
        "xn--",
        ".evil.example",
        "\t",
    ];
    corpus("redirect", words).check(|input| {
        let text = String::from_utf8_lossy(input);
        let (registered, requested) = text.split_once('\n').unwrap_or((&text, &text));
        let may_register = redirect::registrable("redirect_uris", registered).is_ok();
        if may_register && redirect::is_registered(requested, &[registered.to_owned()]) && requested != registered {
            let (one, other) =
                (Url::parse(registered).expect("an address"), Url::parse(requested).expect("an address"));
            let is_loopback = |url: &Url| match url.host() {
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                _ => false,
            };
            assert!(is_loopback(&one) && registered.starts_with("http://") && other.port_or_known_default().is_some());
            let scheme = "http://".len();
            let host = if requested.starts_with("http://[") { "]:" } else { ":" };
            let colon = scheme + requested[scheme..].find(host).expect("a port") + host.len() - 1;
            let digits = requested[colon + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let without_port = format!("{}{}", &requested[..colon], &requested[colon + 1 + digits..]);
            assert_eq!(without_port, registered, "the same text");
            assert_eq!((one.host(), one.path(), one.query()), (other.host(), other.path(), other.query()));
            assert_eq!((one.scheme(), other.username(), other.password()), (other.scheme(), "", None));
        }
        if may_register {
            let sent = redirect::with_parameters(registered, &[("code", "c&x=y#z"), ("iss", "https://login.example")]);
            let sent = Url::parse(&sent.expect("an address")).expect("an address");
            assert_eq!(Some(sent.origin().ascii_serialization()), redirect::origin(registered), "same origin");
            assert!(HeaderValue::from_str(sent.as_str()).is_ok());
        }
        if resource::registrable("resources", registered, ["https://login.example"]).is_ok() {
            assert_ne!(redirect::origin(registered).as_deref(), Some("https://login.example"));
        }
    });
}

#[test]
fn scopes_never_widen() {
    corpus("scope", &[" ", "openid", "internal", "api", "offline_access", "\u{a0}", "\0", "\t"]).check(|input| {
        let text = String::from_utf8_lossy(input);
        let all = scope::all();
        for granted in
            [scope::for_person(Some(&text), &all), scope::of_tenants_client(&text), scope::united(&text, &text)]
        {
            assert!(scope::is_within(&granted, &all), "{granted}");
            assert!(
                granted.split(' ').all(|scope| scope.is_empty() || scope::has(&text, scope) || text.trim().is_empty())
            );
        }
        let narrowed = scope::narrowed(Some(&text), &all).unwrap_or_default();
        assert!(
            scope::is_within(&narrowed, &all)
                && narrowed.split(' ').all(|scope| scope.is_empty() || all.contains(scope))
        );
        assert!(!scope::has(&scope::for_client(Some(&text), "api openid"), "internal"));
    });
}

#[test]
fn a_basic_header_is_parsed_or_rejected() {
    corpus("basic", &["Basic ", "basic", "Og==", "=", "%", "//8=", ":", " "]).check(|input| {
        if let Some(headers) = headers(header::AUTHORIZATION, input) {
            drop(basic(&headers));
        }
    });
}

#[test]
fn a_session_cookie_is_never_empty_and_host_bound_over_tls() {
    let issuers: [PublicUrl; 2] =
        ["http://login.test", "https://login.test"].map(|url| url.parse().expect("an address"));
    corpus("cookie", &["login_session=", "__Host-", ";", "=", "\"", "%00", ", "]).check(|input| {
        let Some(headers) = headers(header::COOKIE, input) else { return };
        let jar = CookieJar::from_headers(&headers);
        for issuer in &issuers {
            assert!(cookie::token(&jar, issuer).is_none_or(|token| !token.is_empty()));
        }
        if !String::from_utf8_lossy(input).contains("__Host-") {
            assert_eq!(cookie::token(&jar, &issuers[1]), None, "over TLS only the __Host- cookie counts");
        }
    });
}
