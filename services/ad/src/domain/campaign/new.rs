//! New campaigns: the request, and the rules for its fields.

use chassis::{
    host,
    id::TenantId,
    problem::FieldError,
    text::{Locale, single_line},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::{
    Campaign, CampaignId, Status,
    limits::{LANDING_URL_BYTES, bid, daily_budget},
    page_language,
};
use crate::domain::{
    interest::Interest,
    money::{Amount, Currency},
};

const NAME_CHARS: usize = 100;
const HEADLINE_CHARS: usize = 60;
const BODY_CHARS: usize = 140;

/// A request for a new campaign.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCampaign {
    /// Name for your own use; viewers do not see it.
    #[schema(example = "Jeju in spring")]
    pub name: String,
    /// The headline of the ad, at most 60 characters.
    #[schema(example = "제주의 봄, 2박 3일")]
    pub headline: String,
    /// The text below the headline, at most 140 characters.
    #[schema(example = "바다가 보이는 숙소와 렌터카를 한 번에.")]
    pub body: String,
    /// Where a click redirects: an https or http URL, at most 2000 bytes after percent-encoding.
    #[schema(example = "https://travel.example/jeju")]
    pub landing_url: String,
    /// The language of the ad, "ko" or "en". Only pages in that language show it.
    #[schema(example = "ko")]
    pub locale: String,
    /// The interests that the campaign targets; empty for everyone.
    #[serde(default)]
    #[schema(example = json!(["travel"]))]
    pub interests: Vec<String>,
    /// The highest price of a click.
    pub bid: Amount,
    /// Maximum spending per day, in your tenant's time zone.
    pub daily_budget: Amount,
    /// Whether the ad is also served to people of other tenants.
    #[serde(default)]
    pub open_to_all: bool,
}

impl Campaign {
    /// Makes version 1 of a campaign in the tenant's currency, or returns an error for every invalid field.
    pub fn new(
        campaign_id: CampaignId,
        tenant_id: TenantId,
        currency: Currency,
        new: &NewCampaign,
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = ok(&mut errors, single_line("name", &new.name, NAME_CHARS));
        let headline = ok(&mut errors, single_line("headline", &new.headline, HEADLINE_CHARS));
        let body = ok(&mut errors, single_line("body", &new.body, BODY_CHARS));
        let landing_url = ok(&mut errors, landing_url(&new.landing_url));
        let locale = ok(&mut errors, language(&new.locale));
        let interests = ok(&mut errors, interests(&new.interests));
        let bid = ok(&mut errors, bid(&new.bid, currency));
        let daily_budget = ok(&mut errors, daily_budget(&new.daily_budget, currency, bid));
        // `None` if a field is invalid: then `errors` has its error.
        let campaign = || {
            Some(Self {
                campaign_id,
                tenant_id,
                name: name?,
                headline: headline?,
                body: body?,
                landing_url: landing_url?.into(),
                locale: locale?,
                interests: interests?,
                bid: bid?,
                daily_budget: daily_budget?,
                open_to_all: new.open_to_all,
                status: Status::Active,
                version: 1,
                created_at: now,
                updated_at: now,
            })
        };
        campaign().ok_or(errors)
    }
}

fn landing_url(value: &str) -> Result<Url, FieldError> {
    let malformed = |detail: &str| FieldError::new("landing_url", "malformed", detail);
    let url = Url::parse(value.trim()).map_err(|_| malformed("must be an absolute URL"))?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(malformed("must be an https or http URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(malformed("must not contain a user name or password"));
    }
    if !host::is_possible(&url) {
        return Err(malformed(host::RULE));
    }
    // The parser has percent-encoded the path and written the host as A-labels: three bytes of Hangul become nine.
    let bytes = url.as_str().len();
    if bytes > LANDING_URL_BYTES {
        let detail = format!("must be at most {LANDING_URL_BYTES} bytes after percent-encoding, and has {bytes}");
        return Err(FieldError::new("landing_url", "too_long", detail));
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
        let interest = Interest::from_name(name).ok_or_else(|| {
            let known = Interest::names(&Interest::ALL).join(", ");
            FieldError::new(format!("interests[{index}]"), "unknown", format!("must be one of {known}"))
        })?;
        interests.push(interest);
    }
    interests.sort_unstable();
    interests.dedup();
    Ok(interests)
}

/// Returns the valid value, or moves the error into `errors`, so that the other fields are checked too.
fn ok<T>(errors: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::money::Money;

    fn new() -> NewCampaign {
        let amount = |micros| Amount { micros, currency_code: "KRW".into() };
        NewCampaign {
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

    fn check(new: &NewCampaign) -> Result<Campaign, Vec<FieldError>> {
        let (id, tenant) = (CampaignId::from(Uuid::nil()), TenantId::from(Uuid::nil()));
        Campaign::new(id, tenant, Currency::Krw, new, DateTime::UNIX_EPOCH)
    }

    /// Bids 300 won.
    pub(in crate::domain::campaign) fn campaign() -> Campaign {
        check(&new()).expect("a valid campaign")
    }

    fn invalid_fields(new: &NewCampaign) -> Vec<String> {
        check(new).expect_err("an invalid campaign").into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_valid_request_makes_a_campaign() {
        let campaign = campaign();
        assert_eq!(campaign.interests, [Interest::Music, Interest::Travel]);
        assert_eq!(campaign.bid, Money::new(300_000_000, Currency::Krw));
        assert_eq!((campaign.status, campaign.version), (Status::Active, 1));
    }

    #[test]
    fn every_invalid_field_is_named_at_once() {
        let invalid = NewCampaign {
            name: "  ".into(),
            headline: "x".repeat(61),
            body: "two\nlines".into(),
            landing_url: "javascript:alert(1)".into(),
            locale: "fr".into(),
            interests: vec!["travel".into(), "space".into()],
            bid: Amount { micros: 1, currency_code: "KRW".into() },
            daily_budget: Amount { micros: 1, currency_code: "USD".into() },
            ..new()
        };
        assert_eq!(
            invalid_fields(&invalid),
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
    fn invisible_and_reversed_text_is_refused() {
        for unreadable in ["\u{202e}sdA", "\u{200b}", "\u{3164}"] {
            let text = || unreadable.to_owned();
            let invalid = NewCampaign { name: text(), headline: text(), body: text(), ..new() };
            assert_eq!(invalid_fields(&invalid), ["name", "headline", "body"], "{unreadable:?}");
        }
    }

    #[test]
    fn an_amount_that_cannot_be_paid_is_refused() {
        let mut invalid = new();
        invalid.bid.micros = 20_300_000;
        invalid.daily_budget.micros = 30_000_500_000;
        let errors = check(&invalid).expect_err("an invalid campaign");
        let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(named, [("bid.micros", "not_payable"), ("daily_budget.micros", "not_payable")]);
    }

    #[test]
    fn a_budget_covers_at_least_one_bid() {
        let mut invalid = new();
        invalid.daily_budget.micros = invalid.bid.micros - 1;
        assert_eq!(invalid_fields(&invalid), ["daily_budget.micros"]);
    }

    #[test]
    fn the_limit_of_a_landing_url_is_for_what_is_stored() {
        let landing_url = |path: &str| NewCampaign { landing_url: format!(" https://trips.example/{path} "), ..new() };
        let longest = "x".repeat(LANDING_URL_BYTES - "https://trips.example/".len());
        let campaign = check(&landing_url(&longest)).expect("a valid campaign");
        assert_eq!(campaign.landing_url.len(), LANDING_URL_BYTES);
        for long in [format!("{longest}x"), "가".repeat(660), "\"".repeat(700)] {
            let errors = check(&landing_url(&long)).expect_err("an invalid campaign");
            assert_eq!((errors[0].field.as_str(), errors[0].code), ("landing_url", "too_long"), "{long}");
        }
    }

    #[test]
    fn a_landing_url_has_a_host_that_dns_can_have() {
        let hosts = ["가나다라마바사아자차".repeat(7), "a".repeat(64), "a..b".into()];
        for url in hosts.map(|host| format!("https://{host}.example/")) {
            let errors = check(&NewCampaign { landing_url: url.clone(), ..new() }).expect_err("an invalid campaign");
            assert_eq!((errors[0].field.as_str(), errors[0].code), ("landing_url", "malformed"), "{url}");
        }
    }

    #[test]
    fn a_landing_url_is_a_web_page_without_a_password() {
        for url in ["ftp://a.example/", "//a.example/", "/page", "https://me:secret@a.example/", "data:text/html,x"] {
            let invalid = NewCampaign { landing_url: url.into(), ..new() };
            assert_eq!(invalid_fields(&invalid), ["landing_url"], "{url}");
        }
    }
}
