//! Draws latencies as a line of text.

use rollout::{kinds::ALL_STEADY, sample::Sample};

use crate::{phases::Phase, product::PRODUCTS};

const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws a line per product: the highest p99 of the seconds in each column, on a logarithmic scale. The last line shows the phases.
pub(crate) fn lines(samples: &[Sample], phases: &[Phase], width: usize) -> String {
    let all_steady: Vec<&Sample> = samples.iter().filter(|it| it.total.kind == ALL_STEADY).collect();
    let (Some(first), Some(last)) =
        (all_steady.iter().map(|it| it.second).min(), all_steady.iter().map(|it| it.second).max())
    else {
        return String::new();
    };
    let span = (last - first + 1000) as f64;
    let column = |at: i64| (((at - first) as f64 / span * width as f64) as usize).min(width - 1);
    let ends = all_steady
        .iter()
        .map(|it| it.total.p99_ms)
        .fold((f64::MAX, 1.0), |(least, most), p99| (p99.max(1.0).min(least), p99.max(most)));
    let mut text = String::new();
    for product in PRODUCTS {
        let mut columns = vec![0.0_f64; width];
        for sample in all_steady.iter().filter(|it| it.total.product == product) {
            let column = &mut columns[column(sample.second)];
            *column = column.max(sample.total.p99_ms);
        }
        // If there are more columns than seconds, a second fills the columns behind it.
        let line = columns.into_iter().scan(0.0, |shown, p99| {
            if p99 > 0.0 {
                *shown = p99;
            }
            Some(height(*shown, ends))
        });
        let line: String = line.collect();
        text += &format!("{product:<7} {line}\n");
    }
    let mut marks = vec!['·'; width];
    for phase in phases {
        let letter = phase.what.chars().next().unwrap_or(' ');
        let letter = if phase.product == "mypage" { letter.to_ascii_uppercase() } else { letter };
        marks[column(phase.began)..=column(phase.ended)].fill(letter);
    }
    let marks: String = marks.into_iter().collect();
    text += &format!(
        "        {marks}\n        p99 of a second, {:.0} to {:.0} ms; u upgrade, r roll back, e evict, d delete; capitals: mypage\n",
        ends.0, ends.1
    );
    text
}

fn height(p99: f64, (least, most): (f64, f64)) -> char {
    if p99 <= 0.0 {
        return ' ';
    }
    let part = (p99.max(least) / least).ln() / (most / least).max(1.1).ln();
    HEIGHTS[((part * 8.0) as usize).min(7)]
}
