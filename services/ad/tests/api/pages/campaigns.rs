//! Tests of the form of a new campaign.

use super::*;

/// A complete form of a new campaign.
pub(super) const FORM: [(&str, &str); 10] = [
    ("name", "Jeju in spring"),
    ("headline", "제주의 봄"),
    ("body", "바다가 보이는 숙소"),
    ("landing_url", "https://travel.example/jeju"),
    ("locale", "ko"),
    ("interests", "travel"),
    ("audience", "all"),
    ("bid", "300"),
    ("daily_budget", "30,000"),
    ("status", "active"),
];

/// The form with some fields replaced.
pub(super) fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FORM.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

/// The value of a hidden field of the page's first form with it.
pub(super) fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).expect("a hidden field")
}

/// Creates a campaign by the form, and returns its path.
pub(super) async fn create(browser: &Browser, form: &[(&str, &str)]) -> String {
    location(&browser.post("/campaigns", form).await)
}

pub(super) async fn status(pages: &Pages) -> String {
    let status = sqlx::query_scalar("SELECT status FROM campaign ORDER BY campaign_id DESC LIMIT 1");
    status.fetch_one(&pages.test.superuser).await.expect("a campaign")
}

#[tokio::test]
async fn the_first_campaign_is_created_by_a_form_and_runs() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let empty = page(browser.get("/campaigns").await, 200).await;
    assert!(empty.contains("href=\"/campaigns/new\""), "{empty}");
    let form = page(browser.get("/campaigns/new").await, 200).await;
    assert!(form.contains("id=\"preview-new\"") && form.contains("Your headline"), "{form}");

    let path = create(&browser, &FORM).await;
    let detail = page(browser.get(&path).await, 200).await;
    for expected in
        ["Jeju in spring", "Running", "제주의 봄", "lang=\"ko\"", "₩300", "Travel", "People of all companies"]
    {
        assert!(detail.contains(expected), "{expected}: {detail}");
    }
    assert_eq!(status(&pages).await, "active");
    let list = page(browser.get("/campaigns").await, 200).await;
    assert!(list.contains(&format!("href=\"{path}\"")), "{list}");
}

#[tokio::test]
async fn every_wrong_field_has_its_error_beside_it_and_nothing_is_lost() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let wrong = [
        ("headline", ""),
        ("landing_url", "javascript:alert(1)"),
        ("bid", "much"),
        ("daily_budget", "0.5"),
        ("starts_on", "2026-12-24"),
        ("ends_on", "2026-12-01"),
        ("frequency_cap", "1000"),
        ("name", "<script>"),
    ];
    let text = page(browser.post("/campaigns", &with(&wrong)).await, 422).await;
    for (field, error) in [
        ("headline-new", "Please fill in this field."),
        ("landing_url-new", "Please enter a complete web address"),
        ("bid", "Please enter a number"),
        ("daily_budget", "The budget must be enough"),
        ("ends_on", "The last day must not be before the first day."),
        ("frequency_cap", "Please enter a number from 1 to 100."),
    ] {
        let beside = text.split(&format!("id=\"{field}-text\">")).nth(1).expect("the texts of the field");
        assert!(beside.starts_with(&format!("<p class=\"error\">{error}")), "{field}: {}", &beside[..200]);
    }
    assert!(text.contains("value=\"&#60;script&#62;\"") && text.contains("value=\"much\""), "{text}");
    assert_eq!(pages.test.count("SELECT count(*) FROM campaign").await, 0);
}

#[tokio::test]
async fn the_preview_is_in_the_language_of_the_ad() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let form = [("headline", "<b>봄</b>"), ("locale", "ko")];
    let part = page(browser.post("/campaigns/preview", &form).await, 200).await;
    assert!(
        part.contains("lang=\"ko\"") && part.contains("&#60;b&#62;봄") && part.contains("Hangang의 광고"),
        "{part}"
    );
    assert!(part.contains("문구를 입력하세요") && !part.contains("<html"), "{part}");
}
