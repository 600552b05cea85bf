//! Draws `latency.svg`: the latencies, one panel per product, with the phases behind them.

use plotters::{
    coord::{Shift, types::RangedCoordf64},
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use rollout::{
    kinds::ALL_STEADY,
    sample::{Sample, Total},
};

use crate::{phases::Phase, product::PRODUCTS};

const SIZE: (u32, u32) = (1400, 960);
const FONT: &str = "Helvetica, Arial, sans-serif";
const INK: RGBColor = RGBColor(31, 41, 55);
const FAINT: RGBColor = RGBColor(107, 114, 128);
const P50: RGBColor = RGBColor(37, 99, 235);
const P99: RGBColor = RGBColor(234, 88, 12);
const FAILED: RGBColor = RGBColor(220, 38, 38);
/// Lowest value drawn: a logarithmic scale has no zero.
const FLOOR: f64 = 0.5;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, LogCoord<f64>>>;

/// Draws the chart, with a background so that it is readable on light and dark pages.
pub(crate) fn draw(samples: &[Sample], phases: &[Phase]) -> String {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        paint(&area, samples, phases).expect("writing to a string cannot fail");
        area.present().expect("writing to a string cannot fail");
    }
    text
}

fn paint(area: &Area<'_>, samples: &[Sample], phases: &[Phase]) -> Result<(), Box<dyn std::error::Error>> {
    area.fill(&WHITE)?;
    let all_steady: Vec<&Sample> = samples.iter().filter(|it| it.total.kind == ALL_STEADY).collect();
    let first = all_steady.iter().map(|it| it.second).min().unwrap_or_default();
    let last = all_steady.iter().map(|it| it.second).max().unwrap_or(first + 1000);
    let slowest = all_steady.iter().map(|it| it.total.max_ms).fold(10.0, f64::max);
    let minutes = |at: i64| (at - first) as f64 / 60_000.0;

    let title = ("Latency under load while each product is changed", 24);
    let area = area.titled(title.0, (FONT, title.1).into_font().color(&INK))?;
    let (legend, area) = area.split_vertically(26);
    paint_legend(&legend)?;
    for (panel, product) in area.split_evenly((PRODUCTS.len(), 1)).iter().zip(PRODUCTS) {
        let mut chart = ChartBuilder::on(panel)
            .margin_right(20)
            .margin_top(8)
            .x_label_area_size(34)
            .y_label_area_size(86)
            .build_cartesian_2d(0.0..minutes(last), (FLOOR..slowest * 1.5).log_scale())?;
        for phase in phases {
            band(&mut chart, phase, phase.product == product, minutes, slowest)?;
        }
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.mix(0.25))
            .axis_style(FAINT)
            .label_style((FONT, 15).into_font().color(&INK))
            .x_label_formatter(&|at| format!("{}:{:02}", *at as u64, (*at * 60.0).round() as u64 % 60))
            .y_label_formatter(&|ms| if *ms < 1.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") })
            .y_desc(product)
            .axis_desc_style((FONT, 18).into_font().color(&INK))
            .draw()?;
        let own = || all_steady.iter().filter(|it| it.total.product == product);
        let line = |of: fn(&Total) -> f64| own().map(move |it| (minutes(it.second), of(&it.total).max(FLOOR)));
        chart.draw_series(LineSeries::new(line(|it| it.p99_ms), P99.stroke_width(1)))?;
        chart.draw_series(LineSeries::new(line(|it| it.p50_ms), P50.stroke_width(2)))?;
        let failed = samples.iter().filter(|it| it.total.product == product && it.total.failed > 0);
        chart.draw_series(failed.map(|it| Circle::new((minutes(it.second), it.total.max_ms), 5, FAILED.filled())))?;
    }
    Ok(())
}

fn paint_legend(area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let style = (FONT, 16).into_font().color(&INK);
    let entries = [("p50 of a second", P50), ("p99 of a second", P99), ("a second with a failure", FAILED)];
    for (place, (name, color)) in entries.into_iter().enumerate() {
        let x = 80 + place as i32 * 190;
        area.draw(&Rectangle::new([(x, 9), (x + 16, 15)], color.filled()))?;
        area.draw(&Text::new(name, (x + 24, 4), style.clone()))?;
    }
    Ok(())
}

/// Draws a phase as a band: with a label in the product's panel, in a lighter colour in the other panels.
fn band(
    chart: &mut Chart<'_, '_>,
    phase: &Phase,
    own: bool,
    minutes: impl Fn(i64) -> f64,
    slowest: f64,
) -> Result<(), Box<dyn std::error::Error>> {
    let (from, to) = (minutes(phase.began), minutes(phase.ended));
    let color = match phase.what {
        "upgrade" => RGBColor(34, 197, 94),
        "roll back" => RGBColor(168, 85, 247),
        "evict" => RGBColor(234, 179, 8),
        _ => RGBColor(14, 165, 233),
    };
    let color = color.mix(if own { 0.28 } else { 0.07 });
    chart.draw_series([Rectangle::new([(from, FLOOR), (to, slowest * 1.5)], color.filled())])?;
    if own {
        let middle = Pos::new(HPos::Center, VPos::Top);
        let style = (FONT, 15).into_font().color(&INK).pos(middle);
        chart.draw_series([Text::new(phase.what, ((from + to) / 2.0, slowest * 1.35), style)])?;
    }
    Ok(())
}

#[test]
fn it_draws_each_product_and_each_phase() {
    let (mut samples, mut phases) = (vec![], vec![]);
    for second in 0..600_i64 {
        for (place, product) in PRODUCTS.iter().enumerate() {
            let wave = 1.0 + (second as f64 / 17.0 + place as f64).sin().abs() * 4.0;
            let total = Total {
                product: (*product).into(),
                kind: ALL_STEADY.into(),
                ok: 20,
                retried: 0,
                failed: u64::from(second == 200 && place == 1),
                incomplete: 0,
                p50_ms: wave,
                p99_ms: wave * 12.0,
                max_ms: wave * 20.0,
            };
            samples.push(Sample { second: second * 1000, total });
        }
    }
    let all = ["upgrade", "roll back", "evict", "delete"];
    for (number, (product, what)) in PRODUCTS.iter().flat_map(|product| all.map(|what| (*product, what))).enumerate() {
        let began = 30_000 + number as i64 * 45_000;
        phases.push(Phase { product, what, began, ended: began + 40_000 });
    }
    let drawing = draw(&samples, &phases);
    for text in PRODUCTS.iter().chain(&all) {
        assert!(drawing.contains(text), "{text}");
    }
    let folder = e2e::system::root().join("target/rollout");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("example.svg"), drawing).expect("written");
    println!("{}", crate::sparkline::lines(&samples, &phases, 96));
}
