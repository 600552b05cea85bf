//! A PostgreSQL server started by devstack: on loopback, with password authentication only.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use devstack::layout::Layout;
//! use devstack::postgres::{Binaries, Cluster};
//!
//! let layout = Layout::open("/tmp/data", None)?;
//! let binaries = Binaries::find_or_fetch(&layout.cache(), None, |line| println!("{line}")).await?;
//! let cluster = Cluster::throw_away(binaries, &layout.run())?;
//! cluster.prepare().await?;
//! let mut server = cluster.spec().spawn()?;
//! cluster.wait_ready(&mut server).await?;
//! println!("{}", cluster.url("postgres"));
//! # Ok(()) }
//! ```

mod cluster;
mod fetch;
mod find;
mod provision;

pub use cluster::Cluster;
pub use find::Binaries;
pub use provision::{Databases, as_admin, close_to_public, provision};
