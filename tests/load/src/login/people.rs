//! Everybody who signs in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt};

use super::{person::Person, sign_up::sign_up};
use crate::product::Product;

/// At work at the same time in the set-up.
const AT_ONCE: usize = 2;

/// People with accounts, whose turn comes one after the other.
#[derive(Debug)]
pub(super) struct People {
    all: Vec<Arc<Person>>,
    next: AtomicUsize,
}

impl People {
    /// Signs so many up, and each in once: what a first time costs is no part of what is measured.
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

    /// Everybody.
    pub(super) fn all(&self) -> &[Arc<Person>] {
        &self.all
    }

    /// Whose turn it is.
    pub(super) fn next(&self) -> &Person {
        &self.all[self.next.fetch_add(1, Ordering::Relaxed) % self.all.len()]
    }
}
