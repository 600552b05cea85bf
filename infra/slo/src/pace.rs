//! Durations of rules, optionally divided by a factor for tests. Thresholds do not change.

use anyhow::{Context, Result, ensure};

/// The shortest evaluation interval, at any pace.
const SHORTEST_INTERVAL_MS: u64 = 200;

/// The divisor of durations.
#[derive(Debug, Clone, Copy)]
pub struct Pace(u32);

impl Pace {
    /// The pace of production: durations do not change.
    pub const REAL: Self = Self(1);

    /// Divides durations by `factor`.
    ///
    /// # Errors
    /// When the factor is not between 1 and 1000: a window must contain some scrapes.
    pub fn faster(factor: u32) -> Result<Self> {
        ensure!((1..=1000).contains(&factor), "--faster must be from 1 to 1000");
        Ok(Self(factor))
    }

    /// Converts a duration such as `5m` to this pace.
    ///
    /// # Errors
    /// When `duration` is not a duration of Prometheus.
    pub fn text(self, duration: &str) -> Result<String> {
        Ok(self.show(milliseconds(duration)?))
    }

    /// As [`Pace::text`], for the evaluation interval of a group.
    pub(crate) fn interval(self, duration: &str) -> Result<String> {
        Ok(self.show(self.evaluated(duration)?))
    }

    /// As [`Pace::interval`], in seconds.
    #[expect(clippy::cast_precision_loss, reason = "the values are small")]
    pub(crate) fn interval_seconds(self, duration: &str) -> Result<f64> {
        Ok(self.evaluated(duration)? as f64 / 1000.0 / f64::from(self.0))
    }

    fn evaluated(self, duration: &str) -> Result<u64> {
        Ok(milliseconds(duration)?.max(SHORTEST_INTERVAL_MS * u64::from(self.0)))
    }

    /// Converts the ranges of a PromQL expression to this pace.
    ///
    /// # Errors
    /// When a `[` has no `]`.
    pub fn expression(self, expression: &str) -> Result<String> {
        let mut parts = expression.split('[');
        let mut converted = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (range, rest) =
                part.split_once(']').with_context(|| format!("a range is not closed in {expression}"))?;
            // A character set in a regular expression is not a range.
            let range = self.text(range).unwrap_or_else(|_| range.to_owned());
            converted += &format!("[{range}]{rest}");
        }
        Ok(converted)
    }

    fn show(self, milliseconds: u64) -> String {
        let shorter = (milliseconds / u64::from(self.0)).max(1);
        let unit = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
        match unit.into_iter().find(|(_, unit)| shorter.is_multiple_of(*unit)) {
            Some((name, unit)) => format!("{}{name}", shorter / unit),
            None => format!("{shorter}ms"),
        }
    }
}

fn milliseconds(duration: &str) -> Result<u64> {
    let number = duration.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let unit = match &duration[number.len()..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        unit => anyhow::bail!("`{duration}`: the unit `{unit}` is not supported"),
    };
    Ok(number.parse::<u64>().with_context(|| format!("`{duration}` is not a duration"))? * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_durations_are_divided() {
        let expression = r#"sum(rate(a{topic=~"login[.].+"}[15m])) > 300 and sum_over_time(b[3d]) > 0"#;
        assert_eq!(Pace::REAL.expression(expression).expect("PromQL"), expression);
        let shorter = Pace::faster(300).expect("a factor").expression(expression).expect("PromQL");
        assert_eq!(shorter, r#"sum(rate(a{topic=~"login[.].+"}[3s])) > 300 and sum_over_time(b[864s]) > 0"#);
    }

    #[test]
    fn durations_keep_the_longest_unit() {
        assert_eq!(Pace::REAL.text("28d").expect("a duration"), "28d");
        assert_eq!(Pace::REAL.text("24h").expect("a duration"), "1d");
        assert_eq!(Pace::faster(600).expect("a factor").text("5m").expect("a duration"), "500ms");
        assert!(Pace::REAL.text("5 minutes").is_err() && Pace::REAL.text("m").is_err() && Pace::faster(0).is_err());
    }

    #[test]
    fn the_evaluation_interval_has_a_minimum() {
        assert_eq!(Pace::faster(600).expect("a factor").interval("30s").expect("a duration"), "200ms");
        assert_eq!(Pace::REAL.interval("30s").expect("a duration"), "30s");
    }
}
