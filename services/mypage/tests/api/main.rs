//! mypage against a real Postgres, with login and ad played by this process.

mod api;
mod browser;
mod consumers;
mod events;
mod fake;
mod harness;
mod isolation;
mod live;
mod page;
mod preferences;
mod refresh;
mod sign_in;
mod sweep;
mod texts;
mod usage;
mod watch;
