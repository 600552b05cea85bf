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

/// Returns a port that is free at the moment.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot find a free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

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
