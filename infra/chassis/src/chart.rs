//! Bar charts as SVG, made on the server. Their colours come from the style sheet, so that they fit a dark page, too.
//!
//! To show a chart: 1. describe it by [`Bars`]; 2. write the text of [`svg`] into a `figure.chart` of the page, unescaped.

use std::fmt::Write as _;

use plotters::prelude::*;

const SIZE: (u32, u32) = (640, 220);

/// The end of the axis. A hundred times more would overflow where plotters chooses the labels.
const HIGHEST: i64 = 1_000_000_000_000_000_000;

/// The content of a chart.
#[derive(Clone, Copy)]
pub struct Bars<'a> {
    /// Unique in its page.
    pub id: &'a str,
    /// Its name for assistive technology.
    pub title: &'a str,
    /// The chart in a sentence, for those who do not see it.
    pub description: &'a str,
    /// A label for each bar, of which about 16 are shown.
    pub labels: &'a [String],
    /// The height of each bar.
    pub values: &'a [i64],
    /// Writes a value of the axis.
    pub format: &'a dyn Fn(i64) -> String,
    /// The least height of the axis, so that a chart without any value has readable labels.
    pub least: i64,
}

/// Draws the chart; an empty text if it cannot be drawn, which is logged. All texts are escaped.
pub fn svg(bars: &Bars<'_>) -> String {
    draw(bars).map(|svg| named(&svg, bars)).unwrap_or_else(|error| {
        tracing::warn!(%error, "chart not drawn");
        String::new()
    })
}

fn draw(bars: &Bars<'_>) -> Result<String, Box<dyn std::error::Error>> {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        let highest = bars.values.iter().copied().max().unwrap_or_default().clamp(0, HIGHEST);
        // Some room above the highest bar, for the label above it.
        let highest = (highest + (highest / 10).max(1)).max(bars.least);
        let lowest = bars.values.iter().copied().min().unwrap_or_default().clamp(-HIGHEST, 0);
        let mut chart = ChartBuilder::on(&root)
            .margin(8)
            .x_label_area_size(28)
            .y_label_area_size(72)
            .build_cartesian_2d((0..bars.values.len()).into_segmented(), lowest..highest)?;
        let label = |value: &SegmentValue<usize>| match value {
            SegmentValue::CenterOf(index) => bars.labels.get(*index).cloned().unwrap_or_default(),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .x_labels(bars.labels.len().clamp(1, 16))
            .y_labels(5)
            .x_label_formatter(&label)
            .y_label_formatter(&|value| (bars.format)(*value))
            .label_style(("sans-serif", 13))
            .draw()?;
        let bar = |(index, value): (usize, &i64)| {
            let height = (*value).clamp(lowest, highest);
            let corners = [(SegmentValue::Exact(index), 0), (SegmentValue::Exact(index + 1), height)];
            let mut bar = Rectangle::new(corners, BLACK.filled());
            bar.set_margin(0, 0, 2, 2);
            bar
        };
        chart.draw_series(bars.values.iter().enumerate().map(bar))?;
        root.present()?;
    }
    Ok(text)
}

/// Names the chart for assistive technology.
fn named(svg: &str, bars: &Bars<'_>) -> String {
    let (id, rest) = (bars.id, svg.split_once('>').map_or("", |(_, rest)| rest));
    let (width, height) = SIZE;
    let mut text = String::with_capacity(svg.len() + 400);
    write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-text\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-text\">{}</desc>{rest}",
        escaped(bars.title),
        escaped(bars.description),
    )
    .expect("writing to a string does not fail");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[i64]) -> String {
        let labels: Vec<_> = (1..=values.len()).map(|day| day.to_string()).collect();
        svg(&Bars {
            id: "clicks",
            title: "Clicks <b>",
            description: "From 1 & on",
            labels: &labels,
            values,
            format: &|value| format!("{value} x"),
            least: 1,
        })
    }

    #[test]
    fn a_chart_has_a_bar_for_each_value_and_a_name() {
        let svg = chart(&[1, 5, 0, 2]);
        assert_eq!(svg.matches("<rect").count(), 4, "{svg}");
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert!(svg.contains("<title id=\"clicks-title\">Clicks &lt;b&gt;</title>"), "{svg}");
        assert!(svg.contains("<desc id=\"clicks-text\">From 1 &amp; on</desc>"), "{svg}");
        assert!(!svg.contains("style="), "the policy of pages forbids inline styles: {svg}");
    }

    #[test]
    fn a_chart_of_any_values_is_drawn() {
        for values in [&[0; 24][..], &[], &[1], &[i64::MAX, i64::MIN], &[-5, 3]] {
            assert!(chart(values).contains("</svg>"), "{values:?}");
        }
    }
}
