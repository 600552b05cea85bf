//! Hashes passwords by Argon2id, a few at a time. During a storm of sign-ins, other passwords wait in a bounded queue,
//! so that other requests stay fast.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use chassis::telemetry::{attribute, counter, observable_gauge};
use opentelemetry::metrics::Counter;
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use self::argon2id::Memory;
use crate::{
    domain::password::{NewPassword, forms},
    error::Error,
};

mod argon2id;

/// Queue length per worker: one or two seconds of work.
const QUEUED_PER_WORKER: usize = 50;

/// Maximum time in the queue, on a machine of any speed.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// A hashed password.
pub struct PasswordHashed(String);

impl PasswordHashed {
    /// Argon2id with its parameters, as a PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A permit for the queue, held until the password is checked.
#[derive(Debug)]
pub struct InLine(#[expect(dead_code, reason = "held until dropped")] OwnedSemaphorePermit);

pub enum Verdict {
    Wrong,
    Right {
        /// The old and the new hash, when the old one has outdated parameters or is not of the password in NFC.
        rehashed: Option<(String, PasswordHashed)>,
    },
}

/// Hashes and checks passwords. Clones share the queue.
#[derive(Clone)]
pub struct Passwords {
    /// Reused working memories: one per concurrent hash, at the highest concurrency so far.
    memories: Arc<Mutex<Vec<Memory>>>,
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    max_wait: Duration,
    /// The hash to check for an unknown account, so that the response takes the same time.
    dummy_hash: Arc<str>,
    requested: Counter<u64>,
    runs: Arc<AtomicU64>,
}

impl Passwords {
    /// Leaves one core to other requests.
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self::with_workers(cores.saturating_sub(1).max(1))
    }

    /// Hashes up to `workers` passwords at the same time.
    pub fn with_workers(workers: usize) -> Self {
        let mut memory = Memory::default();
        let dummy_hash = argon2id::hash(chassis::secret::random_token().as_bytes(), &mut memory);
        let capacity = workers * (1 + QUEUED_PER_WORKER);
        let waiting = Arc::new(Semaphore::new(capacity));
        observe(capacity, Arc::clone(&waiting));
        Self {
            memories: Arc::new(Mutex::new(vec![memory])),
            working: Arc::new(Semaphore::new(workers)),
            waiting,
            max_wait: MAX_WAIT,
            dummy_hash: dummy_hash.into(),
            requested: counter("login.passwords.asked", "Passwords to hash, by outcome"),
            runs: Arc::default(),
        }
    }

    /// Changes the maximum time in the queue.
    #[must_use]
    pub fn waiting_at_most(self, max_wait: Duration) -> Self {
        Self { max_wait, ..self }
    }

    /// Hashes a new password. Call it before a transaction begins, so that no connection waits in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full or the wait is too long.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHashed, Error> {
        let password = password.into_secret();
        let runs = Arc::clone(&self.runs);
        let hash = move |memory: &mut Memory| {
            runs.fetch_add(1, Ordering::Relaxed);
            PasswordHashed(argon2id::hash(password.expose_secret().as_bytes(), memory))
        };
        self.run(self.enqueue()?, hash).await
    }

    /// Takes a permit for the queue. Call it before any other work for a password, to stop a storm early.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub fn enqueue(&self) -> Result<InLine, Error> {
        let permit = Arc::clone(&self.waiting).try_acquire_owned();
        if permit.is_err() {
            self.count("refused");
        }
        permit.map(InLine).map_err(|_| Error::Busy)
    }

    /// Checks a password against a hash. Without a hash it does the same work and answers `Wrong`. A password that is not
    /// in NFC is also checked as typed, so the work depends only on what was typed. With `rehash`, it also replaces an
    /// outdated hash, or one of another form than NFC.
    ///
    /// # Errors
    /// [`Error::Busy`] when the wait is too long.
    pub async fn check(
        &self,
        in_line: InLine,
        password: SecretString,
        hash: Option<String>,
        rehash: bool,
    ) -> Result<Verdict, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy_hash.to_string());
        let runs = Arc::clone(&self.runs);
        let check = move |memory: &mut Memory| {
            let forms = forms(password);
            let right = forms.iter().position(|form| {
                runs.fetch_add(1, Ordering::Relaxed);
                argon2id::verify(form.expose_secret().as_bytes(), &hash, memory)
            });
            let Some(right) = right.filter(|_| known) else { return Verdict::Wrong };
            let is_old = right > 0 || argon2id::is_outdated(&hash);
            let rehashed = (rehash && is_old).then(|| {
                runs.fetch_add(1, Ordering::Relaxed);
                let new = PasswordHashed(argon2id::hash(forms[0].expose_secret().as_bytes(), memory));
                (hash, new)
            });
            Verdict::Right { rehashed }
        };
        self.run(in_line, check).await
    }

    /// The number of runs of Argon2.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        _in_line: InLine,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = timeout(self.max_wait, Arc::clone(&self.working).acquire_owned()).await.ok().and_then(Result::ok);
        self.count(if permit.is_some() { "accepted" } else { "refused" });
        let permit = permit.ok_or(Error::Busy)?;
        let memories = Arc::clone(&self.memories);
        let work = move || {
            // The permit is released when the work ends, even if the caller was cancelled.
            let _permit = permit;
            let mut memory = memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let answer = work(&mut memory);
            memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            answer
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Busy)
    }

    fn count(&self, outcome: &'static str) {
        self.requested.add(1, &[attribute("outcome", outcome)]);
    }
}

/// Observes the queue. Passwords that are being hashed count as waiting.
fn observe(capacity: usize, waiting: Arc<Semaphore>) {
    #[expect(clippy::cast_precision_loss, reason = "at most a few hundred")]
    let number = |capacity: usize| capacity as f64;
    let capacity = number(capacity);
    observable_gauge("login.passwords.capacity", "Capacity of the password queue", move || [(capacity, vec![])]);
    observable_gauge("login.passwords.waiting", "Passwords in the queue, including those being hashed", move || {
        [(capacity - number(waiting.available_permits()), vec![])]
    });
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check_in(passwords: &Passwords, password: &str, hash: Option<String>) -> Result<Verdict, Error> {
        passwords.check(passwords.enqueue()?, password.into(), hash, true).await
    }

    #[tokio::test]
    async fn a_password_matches_only_its_own_hash() {
        let passwords = Passwords::with_workers(1);
        let right = || SecretString::from("one-product-one-team");
        let new = NewPassword::parse("password", &right()).expect("good");
        let hash = passwords.hash(new).await.expect("a hash").0;
        let check = async |password: &str, hash: Option<&String>| {
            let verdict = check_in(&passwords, password, hash.cloned()).await.expect("an answer");
            matches!(verdict, Verdict::Right { rehashed: None })
        };
        assert!(check("one-product-one-team", Some(&hash)).await);
        assert!(!check("another", Some(&hash)).await);
        assert!(!check("one-product-one-team", None).await);
        assert_eq!(passwords.runs(), 4, "each check takes the same work");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let passwords = Passwords::with_workers(1);
        let _all = passwords.waiting.acquire_many(51).await.expect("open");
        assert!(matches!(passwords.enqueue(), Err(Error::Busy)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_refused_and_releases_the_permit() {
        let passwords = Passwords::with_workers(1);
        let permit = passwords.working.acquire().await.expect("open");
        assert!(matches!(check_in(&passwords, "x", None).await, Err(Error::Busy)));
        assert_eq!(passwords.waiting.available_permits(), 51);
        drop(permit);
        assert!(check_in(&passwords, "x", None).await.is_ok());
    }
}
