//! The statements of a charged click, run by pgbench: what Postgres takes without ad.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result, bail};
use tokio::process::Command;
use url::Url;
use uuid::Uuid;

/// The statements of `usecase/record_delivery.rs` for a click, in order.
const SCRIPT: &str = include_str!("click.sql");

/// Campaigns that are charged, all of one tenant. Their ids are numbered from 1.
pub(super) struct Campaigns {
    pub(super) tenant: Uuid,
    pub(super) count: u32,
    pub(super) viewer: Uuid,
}

/// Returns the clicks a second that pgbench charges with as many connections. The serves of each are numbered after `first`.
pub(super) async fn clicks_a_second(
    folder: &Path,
    database: &Url,
    campaigns: &Campaigns,
    (first, clicks, at_once): (u32, u32, usize),
) -> Result<f64> {
    // pgbench's variables are numbers, so SQL makes the ids from them. The one script is prepared once a connection.
    let script = SCRIPT
        .replace("{campaign}", "('00000000-0000-7000-9000-' || lpad(:k::bigint::text, 12, '0'))::uuid")
        .replace("{serve}", "('00000000-0000-7000-8000-' || lpad(:n::bigint::text, 12, '0'))::uuid")
        .replace("{campaigns}", &campaigns.count.to_string())
        .replace("{tenant}", &campaigns.tenant.to_string())
        .replace("{viewer}", &campaigns.viewer.to_string());
    let file = folder.join("click.sql");
    fs::write(&file, script)?;
    let mut command = Command::new("pgbench");
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
        .arg(format!("--define=i={first}"))
        .arg(format!("--client={at_once}"))
        .arg(format!("--transactions={}", clicks.div_ceil(u32::try_from(at_once)?)))
        .arg(format!("--file={}", file.display()))
        .arg(database.as_str())
        .stdin(Stdio::null());
    let output = command.output().await.context("pgbench is missing: it comes with the client programs of Postgres")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let line = text.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench printed no tps")?;
    Ok(line.split(' ').next().unwrap_or_default().parse()?)
}
