use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// A TCP proxy in the test process. Dropping it cuts all connections and ends it.
#[derive(Debug)]
pub struct Proxy {
    connections: Arc<Mutex<JoinSet<()>>>,
    _accepting: JoinSet<()>,
}

impl Proxy {
    /// Starts a proxy at `address`, which connects each client to `target`.
    pub(crate) async fn start(address: &str, target: String) -> Self {
        let listener =
            TcpListener::bind(address).await.unwrap_or_else(|error| panic!("cannot listen on {address}: {error}"));
        let connections = Arc::new(Mutex::new(JoinSet::new()));
        let (mut accepting, accepted) = (JoinSet::new(), Arc::clone(&connections));
        accepting.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                lock(&accepted).spawn(forward(client, target.clone()));
            }
        });
        Self { connections, _accepting: accepting }
    }

    /// Cuts all connections. Clients can connect again at once. Returns how many were open.
    pub fn cut(&self) -> usize {
        let mut connections = lock(&self.connections);
        while connections.try_join_next().is_some() {}
        let open = connections.len();
        *connections = JoinSet::new();
        open
    }
}

fn lock(connections: &Mutex<JoinSet<()>>) -> std::sync::MutexGuard<'_, JoinSet<()>> {
    connections.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn forward(mut client: TcpStream, target: String) {
    if let Ok(mut server) = TcpStream::connect(target).await {
        // An error ends the connection, as it would without a proxy.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
