//! The report, printed and written to `target/rollout/report.md`.

use std::{fmt::Write as _, fs, path::Path};

use rollout::{
    kinds::{ALL, ALL_STEADY},
    sample::{Sample, Summary, Total},
};

use crate::{chart, comparison::Entry, phases::Phase, pod::LoadLog, sparkline};

pub(crate) struct Report<'a> {
    pub(crate) log: &'a LoadLog,
    pub(crate) summary: &'a Summary,
    pub(crate) phases: &'a [Phase],
    pub(crate) comparison: &'a [Entry],
    /// Events of the next builds.
    pub(crate) next: &'a [String],
}

impl Report<'_> {
    /// Prints the report, and writes it with the chart.
    pub(crate) fn publish(&self) {
        let folder = e2e::system::root().join("target/rollout");
        fs::create_dir_all(&folder).expect("a folder");
        let text = self.markdown();
        print!("\n{text}\n{}", sparkline::lines(&self.log.samples, self.phases, 96));
        write(&folder.join("report.md"), &text);
        write(&folder.join("latency.svg"), &chart::draw(&self.log.samples, self.phases));
    }

    fn markdown(&self) -> String {
        let mut text = String::from("# Rollouts under load\n\n![latency over time](latency.svg)\n\n## Calls\n\n");
        text += "| product | call | ok | retried | failed | incomplete | p50 ms | p99 ms | max ms |\n";
        text += "|---|---|--:|--:|--:|--:|--:|--:|--:|\n";
        for kind in ALL {
            let is_it = |total: &&Total| total.product == kind.product && total.kind == kind.name;
            let Some(total) = self.summary.totals.iter().find(is_it) else { continue };
            let Total { product, kind, ok, retried, failed, incomplete, p50_ms, p99_ms, max_ms } = total;
            line(&mut text, &[product, kind, ok, retried, failed, incomplete, p50_ms, p99_ms, max_ms]);
        }
        text += "\n## Changes\n\n| product | change | s | calls | retried | failed | slowest p99 ms |\n";
        text += "|---|---|--:|--:|--:|--:|--:|\n";
        for phase in self.phases {
            let within: Vec<&Sample> = self.log.samples.iter().filter(|it| phase.has(it.second)).collect();
            let sum = |count: fn(&Total) -> u64| -> u64 {
                within.iter().filter(|it| it.total.kind != ALL_STEADY).map(|it| count(&it.total)).sum()
            };
            let p99 =
                within.iter().filter(|it| it.total.kind == ALL_STEADY).map(|it| it.total.p99_ms).fold(0.0, f64::max);
            let (calls, retried, failed) = (sum(|it| it.ok + it.failed), sum(|it| it.retried), sum(|it| it.failed));
            line(&mut text, &[&phase.product, &phase.what, &phase.seconds(), &calls, &retried, &failed, &p99]);
        }
        text += "\n## Comparison with the stores\n\n| what | load | stores | source | |\n|---|--:|--:|---|---|\n";
        for entry in self.comparison {
            let equal = if entry.equal { "equal" } else { "**different**" };
            line(&mut text, &[&entry.what, &entry.load, &entry.stored, &entry.source, &equal]);
        }
        text += "\n## The next builds\n\n";
        for seen in self.next {
            writeln!(text, "- {seen}").expect("writing to a string cannot fail");
        }
        let failures = self.log.failures.iter().take(20);
        for (number, failure) in failures.enumerate() {
            if number == 0 {
                text += "\n## Failed calls\n\n";
            }
            writeln!(text, "- {} {} {}: {}", failure.at, failure.product, failure.kind, failure.text)
                .expect("writing to a string cannot fail");
        }
        text
    }
}

fn line(text: &mut String, cells: &[&dyn std::fmt::Display]) {
    for cell in cells {
        write!(text, "| {cell} ").expect("writing to a string cannot fail");
    }
    *text += "|\n";
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    println!("{}", file.display());
}
