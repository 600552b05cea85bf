//! The people who sign in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt};

use super::{person::Person, sign_up::sign_up};
use crate::product::Product;

/// Concurrency of the set-up.
const AT_ONCE: usize = 2;

/// People with accounts, used in rotation.
#[derive(Debug)]
pub(super) struct People {
    all: Vec<Arc<Person>>,
    next: AtomicUsize,
}

impl People {
    /// Signs up this many people, and signs each in once, so that first-time costs are not measured.
    pub(super) async fn sign_up(login: &Product, count: usize) -> Result<Self> {
        let person = async |number| {
            let person = Person::new(login, number)?;
            sign_up(&person).await.with_context(|| person.email.clone())?;
            person.sign_in().await?;
            anyhow::Ok(Arc::new(person))
        };
        let all = futures::stream::iter(0..count).map(person).buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(Self { all, next: AtomicUsize::default() })
    }

    pub(super) fn all(&self) -> &[Arc<Person>] {
        &self.all
    }

    /// Returns the next person in rotation.
    pub(super) fn next(&self) -> &Person {
        &self.all[self.next.fetch_add(1, Ordering::Relaxed) % self.all.len()]
    }
}
