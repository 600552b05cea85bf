//! The expected click-through rate (CTR) of a creative: clicks for each impression.
//!
//! The rate is unknown at first, and few counts say little. So it is the mean of a Beta distribution, in two steps:
//! 1. A **campaign** starts as if it had [`PRIOR`]: 2 clicks in 200 impressions, a rate of 1 %. The counts of all its creatives
//!    are added, those of removed ones too, so that an edit does not make a bad rate forgotten.
//! 2. A **creative** starts as if it had 200 impressions with the rate of its campaign. Its own counts are added.
//!
//! Of several creatives, most serves show the one with the highest rate. [`EXPLORED_PERCENT`] of them show any of the creatives,
//! each as often, so that each is counted. In auctions, a campaign has the mean rate of what it shows.

/// A rate in clicks for a million impressions.
pub type Ppm = i64;

const MILLION: i64 = 1_000_000;

/// Impressions and clicks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub impressions: i64,
    pub clicks: i64,
}

/// What a campaign starts with.
pub const PRIOR: Counts = Counts { impressions: 200, clicks: 2 };

/// The percentage of serves that show any of the creatives.
pub const EXPLORED_PERCENT: u32 = 10;

/// Estimates the rate of a campaign from the counts of all its creatives.
pub fn of_campaign(all: Counts) -> Ppm {
    mean(PRIOR.clicks * MILLION, all)
}

/// Estimates the rate of a creative from the rate of its campaign and its own counts.
pub fn of_creative(campaign: Ppm, own: Counts) -> Ppm {
    mean(PRIOR.impressions * campaign, own)
}

/// A browser that loads no images has clicks without impressions. A rate is at most one all the same.
fn mean(prior_clicks: i64, counts: Counts) -> Ppm {
    let rate = (prior_clicks + counts.clicks * MILLION) / (PRIOR.impressions + counts.impressions);
    rate.clamp(1, MILLION)
}

/// Returns the mean rate of what a campaign with creatives of these rates shows.
pub fn expected(rates: impl ExactSizeIterator<Item = Ppm> + Clone) -> Ppm {
    let (explored, count) = (i64::from(EXPLORED_PERCENT), rates.len().max(1) as i64);
    let best = rates.clone().max().unwrap_or(0);
    (best * (100 - explored) + rates.sum::<Ppm>() * explored / count) / 100
}

/// Chooses one of the creatives with these rates by a random number. Of equal rates, the first one is best.
pub fn choose(rates: impl ExactSizeIterator<Item = Ppm>, number: u32) -> usize {
    let count = rates.len();
    if number % 100 < EXPLORED_PERCENT && count > 0 {
        return (number / 100) as usize % count;
    }
    rates.enumerate().max_by_key(|(index, rate)| (*rate, count - index)).map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(impressions: i64, clicks: i64) -> Counts {
        Counts { impressions, clicks }
    }

    #[test]
    fn a_rate_goes_from_the_prior_to_what_was_counted() {
        let rate = |impressions, clicks| of_campaign(counts(impressions, clicks));
        assert_eq!([rate(0, 0), rate(10, 1), rate(200, 10), rate(1_000_000, 50_000)], [10_000, 14_285, 30_000, 49_992]);
        assert_eq!((rate(0, 500), rate(1_000_000_000, 0)), (MILLION, 1), "more than none, at most one");
    }

    #[test]
    fn a_new_creative_has_the_rate_of_its_campaign() {
        let campaign = of_campaign(counts(200, 10));
        assert_eq!(of_creative(campaign, Counts::default()), campaign);
        assert_eq!(of_creative(campaign, counts(200, 0)), campaign / 2);
    }

    #[test]
    fn most_serves_show_the_best_creative_and_some_show_each() {
        let rates = [10_000, 30_000, 30_000, 20_000];
        let mut shown = [0; 4];
        for number in 0..40_000 {
            shown[choose(rates.into_iter(), number)] += 1;
        }
        assert_eq!(shown, [1_000, 37_000, 1_000, 1_000]);
        assert_eq!(expected(rates.into_iter()), 29_250);
        assert_eq!(choose([7].into_iter(), 3), 0);
    }

    proptest! {
        #[test]
        fn a_rate_is_between_the_prior_and_the_counts(campaign in 1..=MILLION, impressions in 1..100_000_i64, share in 0..=100_i64) {
            let own = counts(impressions, impressions * share / 100);
            let raw = own.clicks * MILLION / own.impressions;
            let rate = of_creative(campaign, own);
            prop_assert!(rate >= raw.min(campaign).max(1) - 1 && rate <= raw.max(campaign) + 1, "{rate}");
            prop_assert!(of_creative(campaign, counts(impressions, own.clicks + 1)) >= rate);
        }
    }
}
