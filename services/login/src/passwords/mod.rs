//! Hashes passwords by Argon2id, a few at a time: a storm of sign-ins waits here, up to a point, and everything else
//! keeps its pace.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use self::argon2id::Memory;
use crate::{domain::password::NewPassword, error::Error};

mod argon2id;

/// How many may wait for each that is hashed at the same time: a second or two.
const WAITING_EACH: usize = 50;

/// What is kept of a password.
pub struct PasswordHashed(String);

impl PasswordHashed {
    /// One that was made and kept before.
    pub(crate) fn kept(hash: String) -> Self {
        Self(hash)
    }

    /// Argon2id with its parameters, as a PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hashes and checks passwords. Clones share the queue.
#[derive(Clone)]
pub struct Passwords {
    /// As many as ever worked at the same time.
    memories: Arc<Mutex<Vec<Memory>>>,
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What a password is checked against when nobody has the address: as much work as a real one.
    nobody: Arc<str>,
    runs: Arc<AtomicU64>,
}

impl Passwords {
    /// One core is left to everything else.
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self::with_workers(cores.saturating_sub(1).max(1))
    }

    /// Hashes up to `workers` passwords at the same time.
    pub fn with_workers(workers: usize) -> Self {
        let mut memory = Memory::default();
        let nobody = argon2id::hash(chassis::secret::random_token().as_bytes(), &mut memory);
        Self {
            memories: Arc::new(Mutex::new(vec![memory])),
            working: Arc::new(Semaphore::new(workers)),
            waiting: Arc::new(Semaphore::new(workers * (1 + WAITING_EACH))),
            nobody: nobody.into(),
            runs: Arc::default(),
        }
    }

    /// The hash to keep. Made before a transaction begins, so that no connection waits in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHashed, Error> {
        let password = password.into_secret();
        self.run(move |memory| PasswordHashed(argon2id::hash(password.expose_secret().as_bytes(), memory))).await
    }

    /// Whether the password is the one that was hashed; never, but after the same work, when there is no hash.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let verify = move |memory: &mut Memory| {
            let right = argon2id::verify(password.expose_secret().as_bytes(), &hash, memory);
            right && known
        };
        self.run(verify).await
    }

    /// How many passwords were hashed or checked so far.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T, Error> {
        let _place = self.waiting.try_acquire().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.working).acquire_owned().await.map_err(|_| Error::Busy)?;
        let (memories, runs) = (Arc::clone(&self.memories), Arc::clone(&self.runs));
        let work = move || {
            // The turn ends with the work, even when nobody waits for its answer any more.
            let _turn = turn;
            runs.fetch_add(1, Ordering::Relaxed);
            let mut memory = memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let answer = work(&mut memory);
            memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            answer
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Busy)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again() {
        let passwords = Passwords::with_workers(1);
        let right = || SecretString::from("one-product-one-team");
        let new = NewPassword::parse("password", right()).expect("good");
        let hash = passwords.hash(new).await.expect("a hash").0;
        assert!(passwords.verify(right(), Some(hash.clone())).await.expect("an answer"));
        assert!(!passwords.verify("another".into(), Some(hash)).await.expect("an answer"));
        assert!(!passwords.verify(right(), None).await.expect("an answer"));
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_at_once() {
        let passwords = Passwords::with_workers(1);
        let _all = passwords.waiting.acquire_many(51).await.expect("open");
        assert!(matches!(passwords.verify("x".into(), None).await, Err(Error::Busy)));
    }
}
