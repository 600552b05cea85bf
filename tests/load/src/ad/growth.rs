//! Selections and memory as the campaigns grow from 100 to 100,000.

use anyhow::Result;

use super::{
    server::memory,
    world::{VIEWERS, World},
};
use crate::{figure::Figure, latency::Latency, rounds::Rounds, text};

const SIZES: [u32; 4] = [100, 1000, 10_000, 100_000];
const CALLS: usize = 3000;

/// Returns a table of all sizes, and the memory at the largest.
pub(super) async fn measure(world: &World) -> Result<(String, Vec<Figure>)> {
    let ad = world.caller().await?;
    let (mut rows, mut last) = (vec![], (0.0, 0.0));
    for size in SIZES {
        world.campaigns(size).await?;
        Rounds::default().add(VIEWERS, 16, || ad.call()).await?;
        let mut rounds = Rounds::default();
        rounds.add(CALLS, 1, || ad.call()).await?;
        let (latency, memory) = (Latency::of(&rounds.took), memory(&world.ad)?);
        let first = if rows.is_empty() { memory } else { last.1 };
        rows.push([
            size.to_string(),
            text::time(latency.p50_ms),
            text::time(latency.p99_ms),
            format!("{} MiB", text::three_digits(memory)),
        ]);
        last = (memory, first);
    }
    let table = text::table(&["campaigns", "a selection, p50", "p99", "memory of ad"], &rows);
    let (memory, first) = last;
    let of = "ad with the fewest campaigns of the table";
    Ok((table, vec![Figure::new("index.memory_100k_mib", (memory, "MiB"), memory / first, of)]))
}
