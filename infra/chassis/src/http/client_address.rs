use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{HeaderName, request::Parts};

use crate::{config::Networks, problem::Problem};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The IP address of the client.
///
/// It is the address of the connection, unless that is a trusted proxy. Then `X-Forwarded-For` is read from its end up to
/// the first address that is not a trusted proxy. Entries before it can be forged by the client.
///
/// # Errors
/// 500 when the server was started without connection information.
pub fn client_address(parts: &Parts, trusted: &Networks) -> Result<IpAddr, Problem> {
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return Err(Problem::internal(&std::io::Error::other("the server has no connection information")));
    };
    let mut client = peer.ip().to_canonical();
    let lines = parts.headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','));
    for hop in hops {
        // Stops at an invalid entry: the last valid address counts.
        match parse(hop.trim()) {
            Some(address) if trusted.contains(client) => client = address,
            _ => break,
        }
    }
    Ok(client)
}

/// Parses an entry with or without a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().or_else(|_| hop.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn from(peer: &str, trusted: &str, headers: &[&str]) -> String {
        let mut request = Request::builder();
        for header in headers {
            request = request.header(FORWARDED_FOR, *header);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4321)));
        client_address(&parts, &trusted.parse().expect("networks")).expect("an address").to_string()
    }

    #[test]
    fn an_untrusted_peer_cannot_forge_its_address() {
        assert_eq!(from("203.0.113.9", "", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", "10.0.0.0/8", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn trusted_proxies_are_skipped_from_the_end() {
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["1.1.1.1, 198.51.100.1, 10.2.3.4"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["1.1.1.1", "198.51.100.1:52000"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["1.1.1.1, nonsense"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["10.9.9.9"]), "10.9.9.9", "the client is inside as well");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &[]), "10.0.0.1");
    }

    #[test]
    fn an_ipv4_mapped_address_is_an_ipv4_address() {
        assert_eq!(from("::ffff:10.0.0.1", "10.0.0.0/8", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn missing_connection_information_is_an_internal_problem() {
        let (parts, ()) = Request::builder().body(()).expect("a request").into_parts();
        assert_eq!(client_address(&parts, &Networks::default()).expect_err("none").status(), 500);
    }
}
