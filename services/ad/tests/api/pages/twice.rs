//! Tests of forms that are sent twice: by a double press, or by loading the answer again.

use super::{
    campaigns::{FORM, create, hidden, with},
    *,
};

#[tokio::test]
async fn a_new_campaign_that_is_sent_twice_is_one() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let opened = page(browser.get("/campaigns/new").await, 200).await;
    let key = hidden(&opened, "form_key").to_owned();
    let wrong = with(&[("bid", "much"), ("form_key", &key)]);
    let refused = page(browser.post("/campaigns", &wrong).await, 422).await;
    assert_eq!(hidden(&refused, "form_key"), key, "the corrected form has the same key");

    let form = with(&[("form_key", &key)]);
    let (first, second) = tokio::join!(create(&browser, &form), create(&browser, &form));
    assert_eq!(first, second);
    assert_eq!(create(&browser, &form).await, first);
    assert_eq!(pages.test.count("SELECT count(*) FROM campaign").await, 1);

    let other = with(&[("form_key", &key), ("name", "Jeju in summer")]);
    let refused = page(browser.post("/campaigns", &other).await, 422).await;
    assert!(refused.contains("Sent already"), "{refused}");
    let key = hidden(&page(browser.get("/campaigns/new").await, 200).await, "form_key").to_owned();
    assert_ne!(create(&browser, &with(&[("form_key", &key)])).await, first, "another form");
    assert_eq!(pages.test.count("SELECT count(*) FROM campaign").await, 2);
}

#[tokio::test]
async fn a_copy_and_a_creative_that_are_sent_twice_are_one() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let detail = page(browser.get(&path).await, 200).await;
    let (key, revision) = (hidden(&detail, "form_key"), hidden(&detail, "revision"));
    let form = [("form_key", key)];
    let copies = [
        browser.post(&format!("{path}/duplicate"), &form).await,
        browser.post(&format!("{path}/duplicate"), &form).await,
    ];
    let [first, second] = copies.map(|copy| location(&copy));
    assert!(first == second && first.ends_with("/edit"), "{first} {second}");
    assert_eq!(pages.test.count("SELECT count(*) FROM campaign").await, 2);

    let key = hidden(detail.split("/creatives?page_session").nth(1).expect("a form"), "form_key");
    let url = "https://travel.example/two";
    let creative =
        [("headline", "Two"), ("body", "Two"), ("landing_url", url), ("revision", revision), ("form_key", key)];
    for _ in 0..2 {
        assert_eq!(location(&browser.post(&format!("{path}/creatives"), &creative).await), path);
    }
    assert_eq!(page(browser.get(&path).await, 200).await.matches("<li class=\"creative\">").count(), 2);
}
