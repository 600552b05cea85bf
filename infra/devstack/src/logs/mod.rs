//! `devstack logs`: reads and follows the log files, and finds the lines of one trace.

mod files;
mod line;
mod trace;

use std::{
    io::{self, ErrorKind::BrokenPipe, Read, Seek, SeekFrom},
    time::Duration,
};

use anyhow::{Result, bail};

pub use files::{Source, sources};
pub use line::Line;
pub use trace::related;

use crate::{layout::Layout, report::try_say};

const POLL: Duration = Duration::from_millis(200);

/// Number of lines shown before the new ones when following.
const FOLLOWED: usize = 20;

/// The lines to show.
#[derive(Debug, Clone)]
pub struct Query {
    /// Name of a product, a process, `postgres` or `kafka`; `None` shows all.
    pub name: Option<String>,
    /// Keep showing new lines until Ctrl-C.
    pub follow: bool,
    /// Show the lines as they are in the files.
    pub raw: bool,
    /// Number of the last lines to show; `None` shows all, or the last 20 when following.
    pub last: Option<usize>,
    /// Show only this trace and those linked with it.
    pub trace: Option<String>,
}

/// Prints the lines that `query` selects.
pub async fn run(layout: &Layout, query: &Query) -> Result<()> {
    match show(layout, query).await {
        // The reader has closed the pipe, as in `scripts/logs | head`.
        Err(error) if error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == BrokenPipe) => Ok(()),
        outcome => outcome,
    }
}

async fn show(layout: &Layout, query: &Query) -> Result<()> {
    let sources = sources(&layout.logs(), query.name.as_deref())?;
    if sources.is_empty() {
        let known: Vec<String> = files::sources(&layout.logs(), None)?.into_iter().map(|source| source.name).collect();
        match &query.name {
            Some(name) if !known.is_empty() => bail!("no log of `{name}`: choose one of {}", known.join(", ")),
            _ => bail!("no logs yet: start the system with scripts/up"),
        }
    }
    let (lines, positions) = files::read(&sources)?;
    match &query.trace {
        Some(id) => show_trace(lines, id, query.raw),
        None => {
            let last = query.last.or(query.follow.then_some(FOLLOWED));
            let skipped = last.map_or(0, |last| lines.len().saturating_sub(last));
            lines[skipped..].iter().try_for_each(|line| try_say(line.show(query.raw)))?;
            if query.follow { follow(&sources, positions, query.raw).await } else { Ok(()) }
        }
    }
}

fn show_trace(lines: Vec<Line>, id: &str, raw: bool) -> Result<()> {
    let traces = related(&lines, id);
    let shown: Vec<Line> =
        lines.into_iter().filter(|line| line.trace().is_some_and(|trace| traces.contains(trace))).collect();
    if shown.is_empty() {
        bail!("no log line has the trace {id}");
    }
    shown.iter().try_for_each(|line| try_say(line.show(raw)))?;
    if traces.len() > 1 && !raw {
        try_say(format_args!("{} linked traces: {}", traces.len(), traces.into_iter().collect::<Vec<_>>().join(", ")))?;
    }
    Ok(())
}

async fn follow(sources: &[Source], mut positions: Vec<u64>, raw: bool) -> Result<()> {
    loop {
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
        for (source, position) in sources.iter().zip(&mut positions) {
            for line in added(source, position)? {
                try_say(line.show(raw))?;
            }
        }
    }
}

/// Reads the complete lines after `position`, and moves it behind them.
fn added(source: &Source, position: &mut u64) -> Result<Vec<Line>> {
    let size = source.size();
    if size < *position {
        // A new run has renamed the old file.
        *position = 0;
    }
    if size == *position {
        return Ok(Vec::new());
    }
    let mut file = std::fs::File::open(&source.file)?;
    file.seek(SeekFrom::Start(*position))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let complete = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    *position += complete as u64;
    let text = String::from_utf8_lossy(&bytes[..complete]).into_owned();
    Ok(text.lines().map(|text| Line::parse(&source.name, text)).collect())
}
