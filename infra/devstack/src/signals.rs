//! Signals: the first requests a graceful stop, the second kills.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The tokens that signals cancel.
#[derive(Debug, Clone)]
pub struct Signals {
    /// Cancelled by the first signal.
    pub stop: CancellationToken,
    /// Cancelled by the second signal.
    pub kill: CancellationToken,
}

impl Signals {
    /// Listens to SIGINT (Ctrl-C), SIGTERM, and SIGHUP (the terminal was closed).
    pub fn listen() -> Result<Self> {
        let signals = Self { stop: CancellationToken::new(), kill: CancellationToken::new() };
        let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let mut stream = signal(kind).context("cannot listen to signals")?;
            let sender = sender.clone();
            tokio::spawn(async move { while stream.recv().await.is_some() && sender.send(()).is_ok() {} });
        }
        let tokens = signals.clone();
        tokio::spawn(async move {
            received.recv().await;
            tokens.stop.cancel();
            received.recv().await;
            tokens.kill.cancel();
        });
        Ok(signals)
    }
}
