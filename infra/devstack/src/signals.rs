//! Ctrl-C and its kin: the first asks everything to stop, the second kills.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What the signals so far ask for.
#[derive(Debug, Clone)]
pub struct Signals {
    /// Cancelled by the first.
    pub stop: CancellationToken,
    /// Cancelled by the second.
    pub kill: CancellationToken,
}

impl Signals {
    /// Listens to Ctrl-C, SIGTERM, and the closing of the terminal.
    pub fn listen() -> Result<Self> {
        let signals = Self { stop: CancellationToken::new(), kill: CancellationToken::new() };
        let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let mut stream = signal(kind).context("listening to signals")?;
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
