//! One devstack a data folder.

use std::fs::{File, TryLockError};

use anyhow::{Context, Result};

use crate::layout::Layout;

/// Held while a devstack runs; the system lets go of it however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it; `None` when another devstack has it.
    pub fn take(layout: &Layout) -> Result<Option<Self>> {
        let path = layout.lock();
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(|| format!("can't open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("can't lock the data folder"),
        }
    }
}
