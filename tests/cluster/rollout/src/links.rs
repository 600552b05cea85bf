//! Links of served ads: the image is loaded first, then the link is clicked. Each counts once, even if requested twice.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use markup::AdLinks;

/// Maximum queue length. More ads are served than clicked, so the oldest links are dropped.
const WAITING: usize = 300;

/// One link of this many is requested twice.
const TWICE: u64 = 10;

/// Queues of links, and counts of the requested ones.
#[derive(Debug, Default)]
pub struct Links {
    served: Mutex<VecDeque<AdLinks>>,
    loaded: Mutex<VecDeque<String>>,
    impressions: AtomicU64,
    clicks: AtomicU64,
}

impl Links {
    /// Queues a served ad.
    pub fn add(&self, served: AdLinks) {
        let mut waiting = lock(&self.served);
        waiting.push_back(served);
        if waiting.len() > WAITING {
            waiting.pop_front();
        }
    }

    /// Takes the next ad to load its image.
    pub fn next_impression(&self) -> Option<AdLinks> {
        lock(&self.served).pop_front()
    }

    /// Takes the next link to be clicked.
    pub fn next_click(&self) -> Option<String> {
        lock(&self.loaded).pop_front()
    }

    /// Counts an impression and queues the click. Returns whether to load the image again.
    pub fn impression_loaded(&self, click: String) -> bool {
        let mut waiting = lock(&self.loaded);
        waiting.push_back(click);
        if waiting.len() > WAITING {
            waiting.pop_front();
        }
        (self.impressions.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TWICE)
    }

    /// Counts a click. Returns whether to click again.
    pub fn clicked(&self) -> bool {
        (self.clicks.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TWICE)
    }

    /// Returns the number of impressions and of clicks, each link counted once.
    pub fn counts(&self) -> (u64, u64) {
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
    fn loaded_ads_can_be_clicked_and_some_are_requested_twice() {
        let links = Links::default();
        assert!(links.next_impression().is_none());
        links.add(AdLinks { impression: "i".into(), click: "c".into() });
        let served = links.next_impression().expect("one");
        assert!(links.next_impression().is_none() && links.next_click().is_none());
        links.impression_loaded(served.click);
        assert_eq!(links.next_click().as_deref(), Some("c"));
        let again: Vec<_> = (0..20).filter(|_| links.clicked()).collect();
        assert_eq!((again.len(), links.counts()), (2, (1, 20)));
    }
}
