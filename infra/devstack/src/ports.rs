//! TCP ports of this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context, Result, bail};

/// Fails when another program listens on the port; `what` names its purpose in the message.
pub fn check_free(port: u16, what: &str) -> Result<()> {
    // Both addresses are tried: a listener on all addresses does not always prevent one on loopback.
    for address in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
        match TcpListener::bind(SocketAddr::from((address, port))) {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
                "port {port} ({what}) is in use by another program: stop it (`lsof -i :{port}` names it) or move all ports with --port-offset"
            ),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot listen on port {port} ({what})"));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// Ports that browsers refuse: the "bad ports" of the Fetch standard (<https://fetch.spec.whatwg.org/#port-blocking>).
const REFUSED_BY_BROWSERS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Whether browsers refuse to open a page on this port.
#[must_use]
pub fn is_refused_by_browsers(port: u16) -> bool {
    REFUSED_BY_BROWSERS.binary_search(&port).is_ok()
}

/// Fails when browsers refuse one of these ports at the offset `chosen`. Names the next offset at which they refuse none.
///
/// `pages` are the names and ports of the pages, without the offset.
pub fn check_browsers(pages: &[(String, u16)], chosen: u16) -> Result<()> {
    let refused = |offset: u16| pages.iter().find(|(_, port)| is_refused_by_browsers(port.saturating_add(offset)));
    let Some((name, port)) = refused(chosen) else { return Ok(()) };
    let next = (chosen..u16::MAX).find(|offset| refused(*offset).is_none()).unwrap_or(0);
    bail!(
        "browsers refuse port {} ({name}), which the Fetch standard blocks: choose another offset, such as --port-offset {next}",
        port.saturating_add(chosen)
    )
}

/// Returns a port that is free at the moment.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot find a free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_that_browsers_refuse_is_named_with_the_next_one() {
        assert!(REFUSED_BY_BROWSERS.is_sorted());
        let pages = [("mypage http".to_owned(), 8080), ("mypage-1 http".to_owned(), 8081)];
        check_browsers(&pages, 0).unwrap();
        check_browsers(&pages, 2001).unwrap();
        let error = check_browsers(&pages, 2000).unwrap_err().to_string();
        assert!(error.contains("port 10080 (mypage http)") && error.ends_with("--port-offset 2001"), "{error}");
        let error = check_browsers(&pages, 1999).unwrap_err().to_string();
        assert!(error.contains("port 10080 (mypage-1 http)") && error.ends_with("--port-offset 2001"), "{error}");
        assert!(is_refused_by_browsers(6000) && is_refused_by_browsers(10080) && !is_refused_by_browsers(8080));
    }

    #[test]
    fn a_port_in_use_is_reported_with_its_purpose() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = check_free(port, "login http").unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("login http"), "{error}");
        assert!(!error.contains('\n'));
        drop(listener);
        check_free(port, "login http").unwrap();
    }
}
