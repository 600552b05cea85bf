use std::{fmt, net::Ipv6Addr, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use crate::host;

/// An absolute http or https URL without a trailing slash, so that it can be compared and joined with a path.
///
/// Scheme, host and port are in canonical form: in lower case, the host with A-labels (UTS 46), the port without zeros in
/// front. The path is as written, and so is a port that is the scheme's default, because the URL may be the `iss` of
/// tokens, which other programs compare as text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Appends `path`, which starts with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Whether the scheme is https: cookies are `Secure` then.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Scheme, host and port, as browsers send them in `Origin`.
    pub fn origin(&self) -> String {
        Url::parse(&self.0).expect("validated when it was parsed").origin().ascii_serialization()
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|error| format!("{error}: write it as http://host:port"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err("must start with http:// or https:// and name a host".into());
        }
        if !host::is_possible(&url) {
            return Err(host::RULE.into());
        }
        let rest = text.get(url.scheme().len()..).and_then(|rest| rest.strip_prefix("://")).unwrap_or_default();
        let is_repaired = |c: char| c == '\\' || c.is_whitespace() || c.is_control();
        if rest.is_empty() || rest.starts_with('/') || rest.contains(is_repaired) {
            return Err("must be written as http://host:port, with two slashes, without spaces and backslashes".into());
        }
        if rest.contains(['@', '?', '#']) {
            return Err("must have no user, query or fragment".into());
        }
        if text.ends_with('/') {
            return Err("must not end with a slash".into());
        }
        let host = url.host_str().unwrap_or_default();
        if !host.starts_with('[') && host.contains(|c: char| !c.is_ascii_alphanumeric() && !"-._".contains(c)) {
            return Err("must have a host of letters, digits, hyphens and dots, or an IP address".into());
        }
        let (port, path) = after_host(rest);
        // An empty port is none.
        let port = port.parse::<u16>().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("{}://{host}{port}{path}", url.scheme())))
    }
}

/// The port, as written, and the path behind the host.
fn after_host(rest: &str) -> (&str, &str) {
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let literal = authority.find(']').unwrap_or_default();
    (authority[literal..].split_once(':').map_or("", |(_, port)| port), path)
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A 256-bit key, written as base64url. `Debug` does not print it.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// The bytes of the key.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for SecretKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for SecretKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        BASE64_URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| "must be 32 bytes in base64url, as `openssl rand -base64 32 | tr '+/' '-_'` prints".into())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey(…)")
    }
}

/// Validates the URL of a Postgres database. Errors do not repeat the URL, because it contains a password.
pub(crate) fn database_url(text: &str) -> Result<SecretString, String> {
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("must start with postgres://".into());
    }
    let options = PgConnectOptions::from_str(text);
    options
        .map(|_| text.into())
        .map_err(|_| "not valid: write it as postgres://user:password@host:port/database".into())
}

/// A list of `host:port`, separated by commas: the addresses of one peer. A host name may resolve to many addresses. An IPv6
/// address is in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addrs(Vec<String>);

impl Addrs {
    /// Iterates over the `host:port` pairs.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl FromStr for Addrs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let each = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let addresses: Vec<String> = each.map(host_and_port).collect::<Result<_, _>>()?;
        if addresses.is_empty() {
            return Err("must name at least one host:port".into());
        }
        Ok(Self(addresses))
    }
}

impl fmt::Display for Addrs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(","))
    }
}

fn host_and_port(text: &str) -> Result<String, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or_default();
    let is_port = port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    if is_host(host) && is_port {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` is not host:port; an IPv6 address is in brackets, such as [fd00::1]:9092"))
}

fn is_host(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !text.is_empty() && !text.contains([':', '[', ']']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_comparable() {
        assert!("http://localhost:8180".parse::<PublicUrl>().is_ok());
        for wrong in [
            "localhost:8180",
            "http://localhost:8180/",
            "ftp://x",
            "http://x?y",
            "http://u@x",
            "http://:p@x",
            "http:x",
            "http:/x",
            "http:///x",
            "https:////x/y",
            "http://:8080",
            "http://a;b",
            "http://a,b",
            "http://x:65536",
            "http:\\\\x",
            "http://x\\y",
            " http://x",
            "http://x\n",
            "http://a b",
            "",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn scheme_and_host_have_one_form() {
        for (text, expected) in [
            ("HTTPS://Login.Example", "https://login.example"),
            ("hTTps://login.example:443/A", "https://login.example:443/A"),
            ("HTTP://LOCALHOST:8180", "http://localhost:8180"),
            ("https://한강.example", "https://xn--939at69e.example"),
            ("https://XN--939AT69E.example", "https://xn--939at69e.example"),
            ("http://[::1]:8180", "http://[::1]:8180"),
            ("http://[0:0::1]/a:b", "http://[::1]/a:b"),
            ("http://0x7f.1:80", "http://127.0.0.1:80"),
            ("http://login.example:", "http://login.example"),
            ("http://login.example:/A", "http://login.example/A"),
            ("http://login.example:0080", "http://login.example:80"),
            ("http://login.example:08180/A:01", "http://login.example:8180/A:01"),
            ("http://[::1]:", "http://[::1]"),
        ] {
            let url: PublicUrl = text.parse().expect(text);
            assert_eq!(url.as_str(), expected, "{text}");
            assert_eq!(url.is_https(), expected.starts_with("https:"), "{text}");
        }
    }

    #[test]
    fn a_secret_key_has_256_bits() {
        assert!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".parse::<SecretKey>().is_ok());
        assert!("AAAA".parse::<SecretKey>().is_err());
    }

    #[test]
    fn an_invalid_database_url_is_not_repeated() {
        assert!(database_url("postgres://u:p@h:5432/d").is_ok());
        for wrong in ["foo-secret", "mysql://u:secret@h/d", "postgres://u:secret@h:port/d"] {
            let said = database_url(wrong).expect_err(wrong);
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn addresses_are_separated_by_commas() {
        let two: Addrs = "a:1, b:2".parse().expect("two addresses");
        assert_eq!(two.iter().collect::<Vec<_>>(), ["a:1", "b:2"]);
        for wrong in ["", "a", "a:", "a:0", ":1", "a:70000", "a:+1"] {
            assert!(wrong.parse::<Addrs>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_ipv6_address_is_in_brackets() {
        let two: Addrs = "[fd00::1]:9092,[::ffff:10.0.0.1]:9093".parse().expect("two addresses");
        assert_eq!(two.iter().collect::<Vec<_>>(), ["[fd00::1]:9092", "[::ffff:10.0.0.1]:9093"]);
        for wrong in ["fd00::1:9092", "fd00::1", "[fd00::1]", "[fd00::x]:9092", "[fd00::1:9092", "[]:9092", "[a]:1"] {
            let said = wrong.parse::<Addrs>().expect_err(wrong);
            assert!(said.contains(wrong) && said.contains("[fd00::1]:9092"), "{said}");
        }
        assert!(database_url("postgres://u:p@[fd00::1]:5432/d").is_ok());
    }
}
