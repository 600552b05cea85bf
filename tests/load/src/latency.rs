//! Latency quantiles.

use std::time::Duration;

/// Quantiles of the durations of calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Latency {
    /// Number of calls.
    pub(crate) calls: usize,
    /// Median.
    pub(crate) p50_ms: f64,
    /// 99th percentile.
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

impl Latency {
    /// Computes the quantiles by nearest rank.
    pub(crate) fn of(took: &[Duration]) -> Self {
        let mut sorted = took.to_vec();
        sorted.sort_unstable();
        let quantile = |part: f64| {
            let rank = (part * sorted.len() as f64).ceil() as usize;
            sorted.get(rank.saturating_sub(1)).map_or(0.0, |took| milliseconds(*took))
        };
        Self { calls: sorted.len(), p50_ms: quantile(0.5), p99_ms: quantile(0.99), max_ms: quantile(1.0) }
    }

    /// Divides the quantiles by those of `other`.
    pub(crate) fn ratio_to(&self, other: &Self) -> Ratio {
        Ratio { p50: self.p50_ms / other.p50_ms, p99: self.p99_ms / other.p99_ms }
    }
}

/// A latency as a multiple of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ratio {
    /// Ratio of the medians.
    pub(crate) p50: f64,
    /// Ratio of the 99th percentiles.
    pub(crate) p99: f64,
}

pub(crate) fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latency(milliseconds: impl IntoIterator<Item = u64>) -> Latency {
        Latency::of(&milliseconds.into_iter().map(Duration::from_millis).collect::<Vec<_>>())
    }

    #[test]
    fn quantiles_are_by_nearest_rank() {
        let hundred = latency((1..=100).rev());
        assert_eq!(hundred, Latency { calls: 100, p50_ms: 50.0, p99_ms: 99.0, max_ms: 100.0 });
        let three = latency([7, 1, 3]);
        assert_eq!((three.p50_ms, three.p99_ms, three.max_ms), (3.0, 7.0, 7.0));
        assert_eq!(latency([]), Latency { calls: 0, p50_ms: 0.0, p99_ms: 0.0, max_ms: 0.0 });
    }

    #[test]
    fn a_ratio_compares_the_same_quantile() {
        let ratio = latency([4, 4, 9]).ratio_to(&latency([2, 2, 3]));
        assert_eq!(ratio, Ratio { p50: 2.0, p99: 3.0 });
    }
}
