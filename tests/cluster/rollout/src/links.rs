//! Links of ads that were shown: first seen, then followed, each counted once however often it is asked for.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// More are shown than can be followed: the oldest are forgotten.
const WAITING: usize = 300;

/// One of so many links is asked for twice.
const TWICE: u64 = 10;

/// Links that wait for their turn, and how many had it.
#[derive(Debug, Default)]
pub struct Links {
    shown: Mutex<VecDeque<Shown>>,
    seen: Mutex<VecDeque<String>>,
    impressions: AtomicU64,
    clicks: AtomicU64,
}

/// An ad that was shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The image that counts the showing.
    pub impression: String,
    /// The link that counts a click.
    pub click: String,
}

impl Links {
    /// An ad was shown.
    pub fn add(&self, shown: Shown) {
        let mut waiting = lock(&self.shown);
        waiting.push_back(shown);
        if waiting.len() > WAITING {
            waiting.pop_front();
        }
    }

    /// An ad whose image is to be loaded.
    pub fn next_shown(&self) -> Option<Shown> {
        lock(&self.shown).pop_front()
    }

    /// A link to be followed.
    pub fn next_seen(&self) -> Option<String> {
        lock(&self.seen).pop_front()
    }

    /// The image was loaded. Says whether it is to be loaded once more.
    pub fn was_seen(&self, click: String) -> bool {
        let mut waiting = lock(&self.seen);
        waiting.push_back(click);
        if waiting.len() > WAITING {
            waiting.pop_front();
        }
        (self.impressions.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TWICE)
    }

    /// The link was followed. Says whether it is to be followed once more.
    pub fn was_followed(&self) -> bool {
        (self.clicks.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TWICE)
    }

    /// Images that were loaded, and links that were followed; each counted once.
    pub fn counted(&self) -> (u64, u64) {
        (self.impressions.load(Ordering::Relaxed), self.clicks.load(Ordering::Relaxed))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_can_be_followed_and_some_of_it_comes_twice() {
        let links = Links::default();
        assert!(links.next_shown().is_none());
        links.add(Shown { impression: "i".into(), click: "c".into() });
        let shown = links.next_shown().expect("one");
        assert!(links.next_shown().is_none() && links.next_seen().is_none());
        links.was_seen(shown.click);
        assert_eq!(links.next_seen().as_deref(), Some("c"));
        let again: Vec<_> = (0..20).filter(|_| links.was_followed()).collect();
        assert_eq!((again.len(), links.counted()), (2, (1, 20)));
    }
}
