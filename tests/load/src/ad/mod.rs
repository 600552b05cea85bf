//! Measures ad: selections compared with empty calls of the same size, the index at up to 100,000 campaigns, and charged clicks
//! compared with pgbench.

mod click;
mod empty;
mod growth;
mod options;
mod pgbench;
mod selections;
mod server;
mod statements;
mod upkeep;
mod world;

use anyhow::Result;
use chassis::clock::Clock;

pub(crate) use self::{empty::SameSize, options::Options};
use self::{options::Measurement, world::World};
use crate::{figure, text};

/// Measures ad and prints the report.
pub(crate) async fn run(options: &Options) -> Result<Vec<String>> {
    let (mut figures, mut tables) = (vec![], vec![]);
    for measurement in options.measurements() {
        eprintln!("bench: {}", measurement.title());
        // Each with a new process, so that none finds what another one has left in memory.
        let world = World::start(&options.setup).await?;
        match measurement {
            Measurement::Select => figures.extend(selections::measure(&world, options.calls).await?),
            Measurement::Click => figures.extend(click::measure(&world, options.clicks).await?),
            Measurement::Index => {
                let (table, of_index) = growth::measure(&world).await?;
                tables.push(table);
                figures.extend(of_index);
                figures.extend(upkeep::measure(&world).await?);
            }
        }
    }
    let machine = text::machine("ad", Clock::system().now());
    tables.splice(0..0, [machine, figure::markdown(&figures)]);
    println!("{}", tables.join("\n\n"));
    if let Some(file) = &options.json {
        figure::write(file, &figures)?;
    }
    Ok(vec![])
}
