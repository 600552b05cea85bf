//! BareArgon2 Argon2id: the lower bound of a sign-in's duration.

use std::{
    hint::black_box,
    num::NonZero,
    sync::{Arc, Mutex, PoisonError},
    thread::available_parallelism,
};

use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc::PasswordHash};
use sqlx::{Connection, PgConnection};
use tokio::sync::Semaphore;

use super::person::PASSWORD;
use crate::product::Product;

const SALT: &[u8] = b"sixteen bytes it";

/// Hashes with login's concurrency and with the parameters of a hash that login stored.
#[derive(Debug)]
pub(super) struct BareArgon2 {
    params: Params,
    workers: usize,
    working: Arc<Semaphore>,
    /// Memory for reuse, as in login.
    memories: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl BareArgon2 {
    /// Reads the parameters from a hash in login's database.
    pub(super) async fn like_login(login: &Product) -> Result<Self> {
        let mut connection = PgConnection::connect(login.database.as_str()).await?;
        let query = sqlx::query_scalar("SELECT password_hash FROM credential ORDER BY changed_at DESC LIMIT 1");
        let stored: String = query.fetch_one(&mut connection).await?;
        connection.close().await?;
        let hash = PasswordHash::new(&stored).context("cannot parse the stored password hash")?;
        // login leaves one core free for other work.
        let cores = available_parallelism().map_or(1, NonZero::get);
        Ok(Self::new(Params::try_from(&hash)?, cores.saturating_sub(1).max(1)))
    }

    fn new(params: Params, workers: usize) -> Self {
        Self { params, workers, working: Arc::new(Semaphore::new(workers)), memories: Arc::default() }
    }

    /// Formats parameters and concurrency for the report.
    pub(super) fn describe(&self) -> String {
        let Self { params, workers, .. } = self;
        let (memory, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
        let workers = if *workers == 1 { "one at a time".to_owned() } else { format!("{workers} at a time") };
        format!("m={memory},t={passes},p={lanes}, {workers}")
    }

    /// Hashes once a permit is free.
    pub(super) async fn hash(&self) -> Result<()> {
        let permit = Arc::clone(&self.working).acquire_owned().await?;
        let (params, memories) = (self.params.clone(), Arc::clone(&self.memories));
        let work = move || {
            let _permit = permit;
            let mut memory = memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            memory.resize(params.block_count(), Block::new());
            let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let password = black_box(PASSWORD.as_bytes());
            let hashed = argon2.hash_password_into_with_memory(password, SALT, &mut output, &mut memory);
            black_box(output);
            memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            hashed
        };
        Ok(tokio::task::spawn_blocking(work).await??)
    }
}
