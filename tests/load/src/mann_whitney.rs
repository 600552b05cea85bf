//! The Mann–Whitney U test: whether values of one group tend to be larger than those of another, for any distribution.

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MannWhitney {
    /// Number of pairs with the larger value in the first group; a tie counts as half.
    pub(crate) u: f64,
    /// Two-sided p-value of `u`.
    pub(crate) p: f64,
}

/// Tests with the normal approximation, corrected for ties and continuity; it is good from about 20 values per group.
/// If a group is empty or all values are equal, p is 1.
pub(crate) fn mann_whitney(first: &[f64], second: &[f64]) -> MannWhitney {
    let (n1, n2) = (first.len() as f64, second.len() as f64);
    let mut all: Vec<(f64, bool)> = first.iter().map(|&value| (value, true)).collect();
    all.extend(second.iter().map(|&value| (value, false)));
    all.sort_by(|(one, _), (other, _)| one.total_cmp(other));

    let (mut rank_sum, mut ties, mut before) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|(one, _), (other, _)| one == other) {
        let count = equal.len() as f64;
        let rank = before + (count + 1.0) / 2.0;
        rank_sum += rank * equal.iter().filter(|(_, is_first)| *is_first).count() as f64;
        ties += count.powi(3) - count;
        before += count;
    }
    let u = rank_sum - n1 * (n1 + 1.0) / 2.0;
    let variance = n1 * n2 / 12.0 * (before + 1.0 - ties / (before * (before - 1.0)));
    let distance = ((u - n1 * n2 / 2.0).abs() - 0.5).max(0.0);
    // Both tails of the normal distribution beyond z are erfc(z / √2).
    let p = if variance > 0.0 { libm::erfc(distance / (2.0 * variance).sqrt()) } else { 1.0 };
    MannWhitney { u, p }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with scipy 1.17: `mannwhitneyu(first, second, method="asymptotic")`.
    fn check(first: &[f64], second: &[f64], u: f64, p: f64) {
        let ours = mann_whitney(first, second);
        assert_eq!(ours.u, u);
        assert!((ours.p - p).abs() < 1e-12, "{} is not {p}", ours.p);
    }

    #[test]
    fn agrees_with_scipy_without_ties() {
        check(&[19.0, 22.0, 16.0, 29.0, 24.0], &[20.0, 11.0, 17.0, 12.0], 17.0, 0.111_346_886_533_140_41);
    }

    #[test]
    fn agrees_with_scipy_with_ties() {
        let first = [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0];
        let second = [2.0, 3.0, 4.0, 4.0, 4.0, 5.0, 5.0, 6.0];
        check(&first, &second, 9.0, 0.028_494_495_121_329_018);
    }

    #[test]
    fn agrees_with_scipy_on_many_in_either_order() {
        let first: Vec<f64> = (0..60).map(|i| f64::from(i * i * 7 % 101)).collect();
        let second: Vec<f64> = (0..50).map(|i| f64::from((i * i * 5 + 3) % 97 + 8)).collect();
        check(&first, &second, 1143.0, 0.032_331_546_351_933_846);
        check(&second, &first, 1857.0, 0.032_331_546_351_933_846);
    }

    #[test]
    fn equal_groups_are_not_distinguished() {
        assert_eq!(mann_whitney(&[5.0; 30], &[5.0; 30]).p, 1.0);
        assert_eq!(mann_whitney(&[], &[1.0]).p, 1.0);
        assert_eq!(mann_whitney(&[1.0], &[]).p, 1.0);
    }

    #[test]
    fn a_shift_is_found() {
        let first: Vec<f64> = (0..200).map(f64::from).collect();
        let second: Vec<f64> = first.iter().map(|value| value + 40.0).collect();
        assert!(mann_whitney(&first, &second).p < 0.001);
    }
}
