//! Tests mypage with a real Postgres and fakes of login and ad.

use support::web as browser;

mod api;
mod bounds;
mod callers;
mod consume;
mod error_pages;
mod events;
mod fake;
mod harness;
mod isolation;
mod live;
mod order;
mod page;
mod page_session;
mod preferences;
mod refresh;
mod rights;
mod schemathesis;
mod sign_in;
mod sign_in_progress;
mod sources;
mod sweep;
mod tabs;
mod texts;
mod tombstones;
mod usage;
mod watch;
