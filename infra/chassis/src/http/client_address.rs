use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{HeaderName, request::Parts};

use crate::{config::Networks, problem::Problem};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request comes from: the peer's, unless the peer is one of our own proxies. Then
/// `X-Forwarded-For` is read from its end, where our proxies write, up to the first address that is none of theirs:
/// what stands before that, anyone may have made up.
///
/// # Errors
/// A problem of ours when the server does not tell who its peers are.
pub fn client_address(parts: &Parts, trusted: &Networks) -> Result<IpAddr, Problem> {
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return Err(Problem::internal(&std::io::Error::other("the server does not tell who its peers are")));
    };
    let mut client = peer.ip().to_canonical();
    let lines = parts.headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','));
    for hop in hops {
        // A hop that can't be read ends the search: the last address that was vouched for stands.
        match read(hop.trim()) {
            Some(address) if trusted.contains(client) => client = address,
            _ => break,
        }
    }
    Ok(client)
}

/// Some proxies write the port too.
fn read(hop: &str) -> Option<IpAddr> {
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
    fn a_stranger_says_what_it_likes_and_is_not_believed() {
        assert_eq!(from("203.0.113.9", "", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", "10.0.0.0/8", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn our_proxies_are_believed_as_far_as_they_go() {
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["1.1.1.1, 198.51.100.1, 10.2.3.4"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["1.1.1.1", "198.51.100.1:52000"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["1.1.1.1, nonsense"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &["10.9.9.9"]), "10.9.9.9", "the client is inside as well");
        assert_eq!(from("10.0.0.1", "10.0.0.0/8", &[]), "10.0.0.1");
    }

    #[test]
    fn an_ipv4_address_within_ipv6_is_the_same_address() {
        assert_eq!(from("::ffff:10.0.0.1", "10.0.0.0/8", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn a_server_that_does_not_tell_is_a_fault_of_ours() {
        let (parts, ()) = Request::builder().body(()).expect("a request").into_parts();
        assert_eq!(client_address(&parts, &Networks::default()).expect_err("none").status(), 500);
    }
}
