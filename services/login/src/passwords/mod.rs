//! Hashes passwords by Argon2id, a few at a time: a storm of sign-ins waits here, up to a point, and everything else
//! keeps its pace.

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
use crate::{domain::password::NewPassword, error::Error};

mod argon2id;

/// How many may wait for each that is hashed at the same time: a second or two.
const WAITING_EACH: usize = 50;

/// Nobody waits longer for their turn, however slow the machine is.
const MOST_WAIT: Duration = Duration::from_secs(5);

/// What is kept of a password.
pub struct PasswordHashed(String);

impl PasswordHashed {
    /// Argon2id with its parameters, as a PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place in the queue.
#[derive(Debug)]
pub struct InLine(#[expect(dead_code, reason = "held until it falls")] OwnedSemaphorePermit);

/// What came of checking a password.
pub enum Verdict {
    /// It is another, or there is none.
    Wrong,
    /// It is the one.
    Right {
        /// The hash that was found and the one to keep instead, when it was not made as passwords are hashed now.
        rehashed: Option<(String, PasswordHashed)>,
    },
}

/// Hashes and checks passwords. Clones share the queue.
#[derive(Clone)]
pub struct Passwords {
    /// As many as ever worked at the same time.
    memories: Arc<Mutex<Vec<Memory>>>,
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    most_wait: Duration,
    /// What a password is checked against when nobody has the address: as much work as a real one.
    nobody: Arc<str>,
    asked: Counter<u64>,
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
        let places = workers * (1 + WAITING_EACH);
        let waiting = Arc::new(Semaphore::new(places));
        observe(places, Arc::clone(&waiting));
        Self {
            memories: Arc::new(Mutex::new(vec![memory])),
            working: Arc::new(Semaphore::new(workers)),
            waiting,
            most_wait: MOST_WAIT,
            nobody: nobody.into(),
            asked: counter("login.passwords.asked", "Passwords to hash, by what became of them"),
            runs: Arc::default(),
        }
    }

    /// The same, where nobody waits longer than that for their turn.
    #[must_use]
    pub fn waiting_at_most(self, most_wait: Duration) -> Self {
        Self { most_wait, ..self }
    }

    /// The hash to keep. Made before a transaction begins, so that no connection waits in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already, or the turn does not come in time.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHashed, Error> {
        let password = password.into_secret();
        let runs = Arc::clone(&self.runs);
        let hash = move |memory: &mut Memory| {
            runs.fetch_add(1, Ordering::Relaxed);
            PasswordHashed(argon2id::hash(password.expose_secret().as_bytes(), memory))
        };
        self.run(self.line_up()?, hash).await
    }

    /// Takes a place in the queue, before anything else is asked for the sake of a password: a storm stops here.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub fn line_up(&self) -> Result<InLine, Error> {
        let place = Arc::clone(&self.waiting).try_acquire_owned();
        if place.is_err() {
            self.count("refused");
        }
        place.map(InLine).map_err(|_| Error::Busy)
    }

    /// Whether the password is the one that was hashed; never, but after the same work, when there is no hash. With
    /// `rehash`, a hash that was made another way than now is made anew in the same turn.
    ///
    /// # Errors
    /// [`Error::Busy`] when the turn does not come in time.
    pub async fn check(
        &self,
        in_line: InLine,
        password: SecretString,
        hash: Option<String>,
        rehash: bool,
    ) -> Result<Verdict, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let runs = Arc::clone(&self.runs);
        let check = move |memory: &mut Memory| {
            let password = password.expose_secret().as_bytes();
            runs.fetch_add(1, Ordering::Relaxed);
            if !argon2id::verify(password, &hash, memory) || !known {
                return Verdict::Wrong;
            }
            let rehashed = (rehash && argon2id::is_outdated(&hash)).then(|| {
                runs.fetch_add(1, Ordering::Relaxed);
                let new = PasswordHashed(argon2id::hash(password, memory));
                (hash, new)
            });
            Verdict::Right { rehashed }
        };
        self.run(in_line, check).await
    }

    /// How often Argon2 was run to hash or to check.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        _in_line: InLine,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = timeout(self.most_wait, Arc::clone(&self.working).acquire_owned()).await.ok().and_then(Result::ok);
        self.count(if turn.is_some() { "accepted" } else { "refused" });
        let turn = turn.ok_or(Error::Busy)?;
        let memories = Arc::clone(&self.memories);
        let work = move || {
            // The turn ends with the work, even when nobody waits for its answer any more.
            let _turn = turn;
            let mut memory = memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let answer = work(&mut memory);
            memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            answer
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Busy)
    }

    fn count(&self, outcome: &'static str) {
        self.asked.add(1, &[attribute("outcome", outcome)]);
    }
}

/// How full the queue is: those whose turn it is count as waiting too.
fn observe(places: usize, waiting: Arc<Semaphore>) {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let number = |places: usize| places as f64;
    let capacity = number(places);
    observable_gauge("login.passwords.capacity", "Places in the queue of passwords", move || [(capacity, vec![])]);
    observable_gauge("login.passwords.waiting", "Passwords in the queue, those being hashed too", move || {
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
        passwords.check(passwords.line_up()?, password.into(), hash, true).await
    }

    #[tokio::test]
    async fn a_password_is_known_again() {
        let passwords = Passwords::with_workers(1);
        let right = || SecretString::from("one-product-one-team");
        let new = NewPassword::parse("password", right()).expect("good");
        let hash = passwords.hash(new).await.expect("a hash").0;
        let check = async |password: &str, hash: Option<&String>| {
            let verdict = check_in(&passwords, password, hash.cloned()).await.expect("an answer");
            matches!(verdict, Verdict::Right { rehashed: None })
        };
        assert!(check("one-product-one-team", Some(&hash)).await);
        assert!(!check("another", Some(&hash)).await);
        assert!(!check("one-product-one-team", None).await);
        assert_eq!(passwords.runs(), 4, "each is as much work as the others");
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_at_once() {
        let passwords = Passwords::with_workers(1);
        let _all = passwords.waiting.acquire_many(51).await.expect("open");
        assert!(matches!(passwords.line_up(), Err(Error::Busy)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_told_so_and_gives_the_place_back() {
        let passwords = Passwords::with_workers(1);
        let turn = passwords.working.acquire().await.expect("open");
        assert!(matches!(check_in(&passwords, "x", None).await, Err(Error::Busy)));
        assert_eq!(passwords.waiting.available_permits(), 51);
        drop(turn);
        assert!(check_in(&passwords, "x", None).await.is_ok());
    }
}
