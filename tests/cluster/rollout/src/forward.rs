//! Forwards ports of localhost in the pod to Services, byte by byte, one connection each. So the load can use browser URLs
//! such as `http://localhost:8080`, with cookies and redirects, as a browser does.

use std::{
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream, lookup_host};

/// A port of localhost and its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    pub port: u16,
    /// `host:port` of a Service. Its IP address must not change.
    pub target: String,
}

impl FromStr for Forward {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not PORT=HOST:PORT");
        let (port, target) = text.split_once('=').ok_or_else(wrong)?;
        let there = target.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        let port = port.parse().ok().filter(|_| there).ok_or_else(wrong)?;
        Ok(Self { port, target: target.to_owned() })
    }
}

impl Forward {
    /// Starts listening, until the process ends.
    ///
    /// # Errors
    /// If the port is in use or the host name cannot be resolved.
    pub async fn open(&self) -> Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .with_context(|| format!("cannot listen on localhost:{} for {}", self.port, self.target))?;
        let known = lookup_host(&self.target).await.with_context(|| format!("cannot resolve {}", self.target))?.next();
        let target = known.with_context(|| format!("{} has no address", self.target))?;
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((near, _)) => drop(tokio::spawn(join(near, target))),
                    // Out of file descriptors for a moment; try the next connection.
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        });
        Ok(())
    }
}

// If the target is unreachable or a connection breaks, closes the other connection too, as without the forward.
async fn join(mut near: TcpStream, target: SocketAddr) {
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    for stream in [&near, &far] {
        let _delayed = stream.set_nodelay(true);
    }
    let _ended = tokio::io::copy_bidirectional(&mut near, &mut far).await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn bytes_and_the_end_of_a_connection_are_forwarded() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let target = server.local_addr().expect("bound").to_string();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        Forward { port, target }.open().await.expect("listens");
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("connected");
        client.write_all(b"ping").await.expect("sent");
        let (mut connection, _) = server.accept().await.expect("a connection");
        let mut four = [0; 4];
        connection.read_exact(&mut four).await.expect("read");
        connection.write_all(b"pong!").await.expect("sent");
        drop(connection);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("read");
        assert_eq!((&four, answer.as_str()), (b"ping", "pong!"));
    }

    #[test]
    fn a_forward_is_a_port_and_an_address() {
        let good: Forward = "8180=login.login.svc:8080".parse().expect("good");
        assert_eq!((good.port, good.target.as_str()), (8180, "login.login.svc:8080"));
        for wrong in ["", "8180", "x=a:1", "8180=a", "8180=:1", "8180=a:b"] {
            assert!(wrong.parse::<Forward>().is_err(), "{wrong}");
        }
    }
}
