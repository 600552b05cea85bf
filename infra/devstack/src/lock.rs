//! The lock of a data folder: only one devstack runs on it at a time.

use std::fs::{File, TryLockError};

use anyhow::{Context, Result};

use crate::layout::Layout;

/// A held lock. The operating system releases it when the process ends, even after a kill.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; `None` when another devstack holds it.
    pub fn take(layout: &Layout) -> Result<Option<Self>> {
        let path = layout.lock();
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
        }
    }
}
