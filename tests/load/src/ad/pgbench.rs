//! The statements of a charged click, run by pgbench: what Postgres takes without ad.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result, bail};
use tokio::process::Command;
use url::Url;
use uuid::Uuid;

/// The statements of `usecase/record_delivery.rs` for a click, in order.
const SCRIPT: &str = include_str!("click.sql");

/// Campaigns that are charged, all of one tenant.
pub(super) struct Campaigns<'a> {
    pub(super) tenant: Uuid,
    pub(super) ids: &'a [Uuid],
    pub(super) viewer: Uuid,
    pub(super) viewer_tenant: Uuid,
}

/// Returns the clicks a second that pgbench charges with as many connections.
pub(super) async fn clicks_a_second(
    folder: &Path,
    database: &Url,
    campaigns: &Campaigns<'_>,
    (clicks, at_once): (u32, usize),
) -> Result<f64> {
    let mut files = vec![];
    // A script a campaign: pgbench chooses one of them at random. Its variables are numbers.
    for (number, campaign) in campaigns.ids.iter().enumerate() {
        let script = SCRIPT
            .replace("{campaign}", &campaign.to_string())
            .replace("{tenant}", &campaigns.tenant.to_string())
            .replace("{viewer}", &campaigns.viewer.to_string())
            .replace("{viewer_tenant}", &campaigns.viewer_tenant.to_string());
        let file = folder.join(format!("click-{number}.sql"));
        fs::write(&file, script)?;
        files.push(format!("--file={}", file.display()));
    }
    let mut command = Command::new("pgbench");
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--define=i=0"])
        .arg(format!("--client={at_once}"))
        .arg(format!("--transactions={}", clicks.div_ceil(u32::try_from(at_once)?)))
        .args(files)
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
