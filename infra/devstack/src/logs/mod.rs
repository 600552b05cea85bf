//! The log files of a data folder: read, followed, and searched for one trace.

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

/// How many of the last lines are shown before what is added.
const FOLLOWED: usize = 20;

/// What to show.
#[derive(Debug, Clone)]
pub struct Query {
    /// A product, a process or a store; all of them when `None`.
    pub name: Option<String>,
    /// Show what is added, until Ctrl-C.
    pub follow: bool,
    /// Lines as they are in the files.
    pub raw: bool,
    /// How many of the last lines; when `None` all of them, or a screenful before following.
    pub last: Option<usize>,
    /// Only this trace and those linked with it.
    pub trace: Option<String>,
}

/// Shows logs.
pub async fn run(layout: &Layout, query: &Query) -> Result<()> {
    match show(layout, query).await {
        // `scripts/logs | head` has seen enough.
        Err(error) if error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == BrokenPipe) => Ok(()),
        outcome => outcome,
    }
}

async fn show(layout: &Layout, query: &Query) -> Result<()> {
    let sources = sources(&layout.logs(), query.name.as_deref())?;
    if sources.is_empty() {
        let known: Vec<String> = files::sources(&layout.logs(), None)?.into_iter().map(|source| source.name).collect();
        match &query.name {
            Some(name) if !known.is_empty() => bail!("there is no log of `{name}`: there are {}", known.join(", ")),
            _ => bail!("there are no logs yet: start with scripts/up"),
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
        try_say(format_args!(
            "{} traces, linked: {}",
            traces.len(),
            traces.into_iter().collect::<Vec<_>>().join(", ")
        ))?;
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

/// The whole lines added since `position`, which moves behind them.
fn added(source: &Source, position: &mut u64) -> Result<Vec<Line>> {
    let size = source.size();
    if size < *position {
        // The next run has put the old file aside.
        *position = 0;
    }
    if size == *position {
        return Ok(Vec::new());
    }
    let mut file = std::fs::File::open(&source.file)?;
    file.seek(SeekFrom::Start(*position))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    *position += whole as u64;
    let text = String::from_utf8_lossy(&bytes[..whole]).into_owned();
    Ok(text.lines().map(|text| Line::parse(&source.name, text)).collect())
}
