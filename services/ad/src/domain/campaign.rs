//! Campaigns: what an advertiser may ask for, and what it must look like. What can be changed later is in [`super::terms`].

use chassis::problem::FieldError;
use chassis::text::{Locale, single_line};
use url::Url;

use super::interest::Interest;
use super::money::{Currency, Money};
use super::terms::{Amount, bid, budget};

chassis::typed_id! {
    /// A campaign.
    pub struct CampaignId;
}

const NAME_CHARS: usize = 100;
const HEADLINE_CHARS: usize = 60;
const BODY_CHARS: usize = 140;
const URL_BYTES: usize = 2_000;

/// A campaign as it was asked for.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What the advertiser calls it.
    pub name: String,
    /// What the ad says first.
    pub headline: String,
    /// What it says then.
    pub body: String,
    /// Where a click leads.
    pub landing_url: String,
    /// The language it is in, and of the pages it is shown on.
    pub locale: String,
    /// What it aims at; empty for anyone.
    pub interests: Vec<String>,
    /// The most it pays for a click.
    pub bid: Amount,
    /// The most it pays in a day.
    pub daily_budget: Amount,
    /// Whether people of other tenants see it.
    pub open_to_all: bool,
}

/// A campaign that may be made.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// What the advertiser calls it.
    pub name: String,
    /// What the ad says first.
    pub headline: String,
    /// What it says then.
    pub body: String,
    /// Where a click leads.
    pub landing_url: Url,
    /// The language it is in, and of the pages it is shown on.
    pub locale: Locale,
    /// What it aims at, each once; empty for anyone.
    pub interests: Vec<Interest>,
    /// The most it pays for a click.
    pub bid: Money,
    /// The most it pays in a day; never less than the bid.
    pub daily_budget: Money,
    /// Whether people of other tenants see it.
    pub open_to_all: bool,
}

impl Draft {
    /// The campaign of this draft, in the currency of its tenant; or all that is wrong with it.
    ///
    /// # Errors
    /// One for each field that can't be as it is.
    pub fn check(self, currency: Currency) -> Result<NewCampaign, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let name = keep(&mut wrong, single_line("name", &self.name, NAME_CHARS));
        let headline = keep(&mut wrong, single_line("headline", &self.headline, HEADLINE_CHARS));
        let body = keep(&mut wrong, single_line("body", &self.body, BODY_CHARS));
        let landing_url = keep(&mut wrong, landing_url(&self.landing_url));
        let locale = keep(&mut wrong, language(&self.locale));
        let interests = keep(&mut wrong, interests(&self.interests));
        let bid = keep(&mut wrong, bid(&self.bid, currency));
        let daily_budget = keep(&mut wrong, budget(&self.daily_budget, currency, bid));
        match (name, headline, body, landing_url, locale, interests, bid, daily_budget) {
            (
                Some(name),
                Some(headline),
                Some(body),
                Some(landing_url),
                Some(locale),
                Some(interests),
                Some(bid),
                Some(daily_budget),
            ) => Ok(NewCampaign {
                name,
                headline,
                body,
                landing_url,
                locale,
                interests,
                bid,
                daily_budget,
                open_to_all: self.open_to_all,
            }),
            _ => Err(wrong),
        }
    }
}

/// The language of a page or a campaign, from its BCP 47 tag: "ko-KR" is Korean.
#[must_use]
pub fn page_language(tag: &str) -> Option<Locale> {
    tag.parse().ok()
}

fn landing_url(value: &str) -> Result<Url, FieldError> {
    let wrong = |detail: &str| FieldError::new("landing_url", "malformed", detail);
    if value.len() > URL_BYTES {
        return Err(FieldError::new("landing_url", "too_long", format!("must be at most {URL_BYTES} bytes")));
    }
    let url = Url::parse(value.trim()).map_err(|_| wrong("must be an absolute URL"))?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(wrong("must be an https or http URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user name or password"));
    }
    Ok(url)
}

fn language(tag: &str) -> Result<Locale, FieldError> {
    page_language(tag)
        .filter(|locale| locale.as_str() == tag)
        .ok_or_else(|| FieldError::new("locale", "unknown", "must be ko or en"))
}

fn interests(names: &[String]) -> Result<Vec<Interest>, FieldError> {
    let mut interests = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let interest = Interest::parse(name).ok_or_else(|| {
            let known = Interest::names(&Interest::ALL).join(", ");
            FieldError::new(format!("interests[{index}]"), "unknown", format!("must be one of {known}"))
        })?;
        interests.push(interest);
    }
    interests.sort_unstable();
    interests.dedup();
    Ok(interests)
}

fn keep<T>(wrong: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|error| wrong.push(error)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let amount = |micros| Amount { micros, currency_code: "KRW".into() };
        Draft {
            name: "Spring".into(),
            headline: "제주 3일".into(),
            body: "바다가 보이는 숙소".into(),
            landing_url: "https://trips.example/jeju".into(),
            locale: "ko".into(),
            interests: vec!["travel".into(), "music".into(), "travel".into()],
            bid: amount(300_000_000),
            daily_budget: amount(30_000_000_000),
            open_to_all: true,
        }
    }

    fn fields(draft: Draft) -> Vec<String> {
        let wrong = draft.check(Currency::Krw).expect_err("a wrong draft");
        wrong.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_good_draft_is_a_campaign() {
        let campaign = draft().check(Currency::Krw).expect("a campaign");
        assert_eq!(campaign.interests, [Interest::Music, Interest::Travel]);
        assert_eq!(campaign.bid, Money::new(300_000_000, Currency::Krw));
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let wrong = Draft {
            name: "  ".into(),
            headline: "x".repeat(61),
            body: "two\nlines".into(),
            landing_url: "javascript:alert(1)".into(),
            locale: "fr".into(),
            interests: vec!["travel".into(), "space".into()],
            bid: Amount { micros: 1, currency_code: "KRW".into() },
            daily_budget: Amount { micros: 1, currency_code: "USD".into() },
            ..draft()
        };
        assert_eq!(
            fields(wrong),
            [
                "name",
                "headline",
                "body",
                "landing_url",
                "locale",
                "interests[1]",
                "bid.micros",
                "daily_budget.currency_code"
            ]
        );
    }

    #[test]
    fn what_an_ad_says_reads_as_it_is_written() {
        for unreadable in ["\u{202e}sdA", "\u{200b}", "\u{3164}"] {
            let text = || unreadable.to_owned();
            let wrong = Draft { name: text(), headline: text(), body: text(), ..draft() };
            assert_eq!(fields(wrong), ["name", "headline", "body"], "{unreadable:?}");
        }
    }

    #[test]
    fn a_budget_holds_at_least_one_bid() {
        let mut wrong = draft();
        wrong.daily_budget.micros = wrong.bid.micros - 1;
        assert_eq!(fields(wrong), ["daily_budget.micros"]);
    }

    #[test]
    fn a_landing_url_is_a_web_page_and_keeps_no_password() {
        for url in ["ftp://a.example/", "//a.example/", "/page", "https://me:secret@a.example/", "data:text/html,x"] {
            assert_eq!(fields(Draft { landing_url: url.into(), ..draft() }), ["landing_url"], "{url}");
        }
    }

    #[test]
    fn a_page_language_is_the_first_part_of_its_tag() {
        assert_eq!(page_language("ko-KR"), Some(Locale::Ko));
        assert_eq!(page_language("en"), Some(Locale::En));
        assert_eq!(page_language("kok"), None);
        assert_eq!(page_language(""), None);
    }
}
