//! Durations, and the same rules in a hurry: every duration shorter by one factor, every threshold as it is.

use anyhow::{Context, Result, ensure};

/// Rules are evaluated no more often than this, in a hurry too.
const SHORTEST_INTERVAL_MS: u64 = 200;

/// How many times shorter durations are.
#[derive(Debug, Clone, Copy)]
pub struct Pace(u32);

impl Pace {
    /// As it is in production.
    pub const REAL: Self = Self(1);

    /// So many times shorter.
    ///
    /// # Errors
    /// When it is not between 1 and 1000: a window has to hold some scrapes.
    pub fn faster(factor: u32) -> Result<Self> {
        ensure!((1..=1000).contains(&factor), "--faster takes 1 to 1000");
        Ok(Self(factor))
    }

    /// Such as `5m`, at this pace.
    ///
    /// # Errors
    /// When it is no duration.
    pub fn text(self, duration: &str) -> Result<String> {
        Ok(self.show(milliseconds(duration)?))
    }

    /// As [`Pace::text`], for how often a group is evaluated.
    pub(crate) fn interval(self, duration: &str) -> Result<String> {
        Ok(self.show(self.evaluated(duration)?))
    }

    /// As [`Pace::interval`], in seconds.
    #[expect(clippy::cast_precision_loss, reason = "some days")]
    pub(crate) fn interval_seconds(self, duration: &str) -> Result<f64> {
        Ok(self.evaluated(duration)? as f64 / 1000.0 / f64::from(self.0))
    }

    fn evaluated(self, duration: &str) -> Result<u64> {
        Ok(milliseconds(duration)?.max(SHORTEST_INTERVAL_MS * u64::from(self.0)))
    }

    /// PromQL, with the ranges at this pace.
    ///
    /// # Errors
    /// When a range is no duration.
    pub fn expression(self, expression: &str) -> Result<String> {
        let mut parts = expression.split('[');
        let mut made = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (range, rest) = part.split_once(']').with_context(|| format!("no end of the range in {expression}"))?;
            // A set of letters in a matcher's regular expression is none.
            let range = self.text(range).unwrap_or_else(|_| range.to_owned());
            made += &format!("[{range}]{rest}");
        }
        Ok(made)
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
        unit => anyhow::bail!("“{unit}” of “{duration}” is no unit"),
    };
    Ok(number.parse::<u64>().with_context(|| format!("“{duration}” is no duration"))? * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_durations_get_shorter() {
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
    fn groups_are_not_evaluated_all_the_time() {
        assert_eq!(Pace::faster(600).expect("a factor").interval("30s").expect("a duration"), "200ms");
        assert_eq!(Pace::REAL.interval("30s").expect("a duration"), "30s");
    }
}
