//! What a server process tells of itself: its metrics, its log, its CPU time and its memory.

use std::{
    fs,
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::empty::Empty;
use crate::product::Product;

/// Indexing 100,000 campaigns takes seconds.
const WITHIN: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(100);

/// A server of `SelectAds`.
pub(super) enum Server<'a> {
    Ad(&'a Product),
    Empty(&'a Empty),
}

impl Server<'_> {
    pub(super) const fn port(&self) -> u16 {
        match self {
            Self::Ad(ad) => ad.ports.grpc,
            Self::Empty(empty) => empty.port,
        }
    }

    fn log(&self) -> &Path {
        match self {
            Self::Ad(ad) => &ad.log,
            Self::Empty(empty) => &empty.log,
        }
    }

    /// The CPU time that its process has used.
    pub(super) fn cpu(&self) -> Result<Duration> {
        cpu(match self {
            Self::Ad(ad) => ad.pid()?,
            Self::Empty(empty) => empty.pid()?,
        })
    }

    /// The present size of its log.
    pub(super) fn log_size(&self) -> Result<u64> {
        Ok(fs::metadata(self.log())?.len())
    }

    /// How long the server worked at each call that it logged since.
    pub(super) fn calls_since(&self, log_size: u64) -> Result<Vec<Duration>> {
        let mut file = fs::File::open(self.log())?;
        file.seek(SeekFrom::Start(log_size))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let lines = text.lines().filter(|line| line.contains("ad.v1.Ads/SelectAds"));
        let times = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()?["milliseconds"].as_f64());
        Ok(times.map(|milliseconds| Duration::from_secs_f64(milliseconds / 1000.0)).collect())
    }
}

/// Waits until a metric of the product has this value.
pub(super) async fn until_metric(product: &Product, name: &str, value: f64) -> Result<()> {
    let started = Instant::now();
    loop {
        let present = metric(product, name).await?;
        if present == Some(value) {
            return Ok(());
        }
        if started.elapsed() > WITHIN {
            bail!("{name} is {present:?} instead of {value}");
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Reads a metric of the product; `None` if it was not recorded yet.
pub(super) async fn metric(product: &Product, name: &str) -> Result<Option<f64>> {
    let text = reqwest::get(format!("http://127.0.0.1:{}/metrics", product.ports.ops)).await?.text().await?;
    let line = text.lines().find(|line| line.starts_with(name) && line[name.len()..].starts_with([' ', '{']));
    Ok(line.and_then(|line| line.rsplit(' ').next()?.parse().ok()))
}

/// The CPU time that a process has used.
pub(super) fn cpu(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program, in parentheses, may have spaces.
    let (_, fields) = stat.rsplit_once(')').context("no name in /proc/PID/stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    // Linux reports the times of a process in hundredths of a second.
    Ok(Duration::from_millis(ticks * 10))
}

/// The resident memory of the process, in MiB.
pub(super) fn memory(product: &Product) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", product.pid()?))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in /proc/PID/status")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
