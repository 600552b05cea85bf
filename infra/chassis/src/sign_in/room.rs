//! The cookies of sign-ins in progress: at most four, so that a browser's requests stay below the limits of proxies.
//!
//! The start of a sign-in's state names its cookie. There are four such starts, so tabs that begin to sign in at the same
//! moment overwrite each other's cookie and do not add more.

use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};

use super::{
    cookies::{Cookies, SetCookie},
    pending::Pending,
};
use crate::secret::{self, Sealer};

/// The starts of states. Each has the length of the state's part in the name of a cookie.
const SLOTS: [&str; 4] = ["000000000000", "000000000001", "000000000002", "000000000003"];

/// The number of cookies that one response removes: its headers are limited, too.
const MAX_REMOVED: usize = 20;

pub(super) struct Room {
    /// The start of the new state.
    pub(super) slot: &'static str,
    /// Removes the cookies that the new one does not replace.
    pub(super) removed: Vec<SetCookie>,
}

/// Chooses the cookie of a new sign-in. The oldest sign-ins in progress are given up.
pub(super) fn make_room(sealer: &Sealer, cookies: &Cookies, jar: &CookieJar, now: DateTime<Utc>) -> Room {
    let prefix = cookies.pending_name("");
    let mut found: Vec<(String, Option<DateTime<Utc>>)> = jar
        .iter()
        .filter(|cookie| cookie.name().starts_with(&prefix))
        .map(|cookie| (cookie.name().to_owned(), Pending::expires_at(sealer, cookie.value(), now)))
        .collect();
    // Cookies that are expired or unreadable come last.
    found.sort_by_key(|(_, expires_at)| std::cmp::Reverse(*expires_at));
    let kept = found.iter().take(SLOTS.len() - 1).take_while(|(_, expires_at)| expires_at.is_some()).count();
    let given_up = found.split_off(kept);
    let is_free = |slot: &&str| found.iter().all(|(name, _)| *name != cookies.pending_name(slot));
    let free: Vec<&'static str> = SLOTS.into_iter().filter(is_free).collect();
    let slot = free[usize::from(secret::random::<1>()[0]) % free.len()];
    let new = cookies.pending_name(slot);
    let old = given_up.iter().map(|(name, _)| name).filter(|name| **name != new);
    Room { slot, removed: old.take(MAX_REMOVED).map(|name| cookies.clear(name)).collect() }
}
