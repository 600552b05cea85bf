//! Tests of the forms that change a campaign.

use super::{
    campaigns::{FORM, create, hidden, status, with},
    *,
};

#[tokio::test]
async fn a_draft_is_edited_started_paused_and_ended() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &with(&[("status", "draft")])).await;
    assert_eq!(status(&pages).await, "draft");

    let form = page(browser.get(&format!("{path}/edit")).await, 200).await;
    assert!(form.contains("value=\"30000\"") && !form.contains("id=\"preview-new\""), "{form}");
    let revision = hidden(&form, "revision").to_owned();
    let changes = [("name", "Jeju in summer"), ("total_budget", "90000"), ("hours", "9"), ("revision", &revision)];
    assert_eq!(location(&browser.post(&path, &with(&changes)).await), path);
    let detail = page(browser.get(&path).await, 200).await;
    assert!(
        detail.contains("Jeju in summer") && detail.contains("₩90,000") && detail.contains("<dd>09</dd>"),
        "{detail}"
    );

    for (to, shown) in [("active", "Running"), ("paused", "Paused"), ("active", "Running"), ("ended", "Ended")] {
        let detail = page(browser.get(&path).await, 200).await;
        let form = [("status", to), ("revision", hidden(&detail, "revision"))];
        assert_eq!(location(&browser.post(&format!("{path}/status"), &form).await), path);
        assert!(page(browser.get(&path).await, 200).await.contains(&format!(">{shown}</span>")), "{to}");
    }
    let ended = page(browser.get(&path).await, 200).await;
    assert!(!ended.contains("/edit\"") && !ended.contains("/status\"") && ended.contains("/duplicate\""), "{ended}");
}

#[tokio::test]
async fn a_change_of_an_outdated_form_is_refused() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let form = page(browser.get(&format!("{path}/edit")).await, 200).await;
    let revision = hidden(&form, "revision").to_owned();
    let first = [("name", "First"), ("revision", &revision)];
    assert_eq!(location(&browser.post(&path, &with(&first)).await), path);
    let second = [("name", "Second"), ("revision", &revision)];
    let refused = page(browser.post(&path, &with(&second)).await, 412).await;
    assert!(refused.contains("Changed in the meantime"), "{refused}");
    let pause = [("status", "paused"), ("revision", &*revision)];
    assert_eq!(browser.post(&format!("{path}/status"), &pause).await.status(), 412);
    assert_eq!(browser.post(&format!("{path}/status"), &[("status", "paused"), ("revision", "x")]).await.status(), 412);
    assert!(page(browser.get(&path).await, 200).await.contains("First"));
}

#[tokio::test]
async fn a_wrong_change_is_shown_beside_its_field() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let form = page(browser.get(&format!("{path}/edit")).await, 200).await;
    let revision = hidden(&form, "revision").to_owned();
    let text = page(browser.post(&path, &with(&[("bid", "40000"), ("revision", &revision)])).await, 422).await;
    assert!(text.contains("value=\"40000\"") && text.contains("class=\"error\""), "{text}");
    let unread = page(browser.post(&path, &with(&[("bid", "x"), ("revision", &revision)])).await, 422).await;
    assert!(unread.contains("Please enter a number"), "{unread}");
    let status = [("status", "draft"), ("revision", &*revision)];
    let text = page(browser.post(&format!("{path}/status"), &status).await, 422).await;
    assert!(text.contains("The campaign cannot change to this state."), "{text}");
}

#[tokio::test]
async fn a_copy_is_a_draft() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let copy = location(&browser.post(&format!("{path}/duplicate"), &[]).await);
    assert!(copy.ends_with("/edit") && !copy.starts_with(&path), "{copy}");
    assert!(page(browser.get(&copy).await, 200).await.contains("Jeju in spring"));
    assert_eq!(status(&pages).await, "draft");
}

#[tokio::test]
async fn creatives_are_added_replaced_and_removed() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let revision = async || hidden(&page(browser.get(&path).await, 200).await, "revision").to_owned();
    let creative = |headline: &'static str, revision: String| {
        let url = "https://travel.example/two".to_owned();
        [("headline", headline.to_owned()), ("body", "Two".to_owned()), ("landing_url", url), ("revision", revision)]
    };
    let post = async |to: String, form: [(&'static str, String); 4]| {
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&to, &form).await
    };
    let added = post(format!("{path}/creatives"), creative("Second", revision().await)).await;
    assert_eq!(location(&added), path);
    let detail = page(browser.get(&path).await, 200).await;
    assert!(detail.contains("Second") && detail.contains("/remove?"), "{detail}");

    let wrong = page(post(format!("{path}/creatives"), creative("", revision().await)).await, 422).await;
    assert!(wrong.contains("id=\"headline-new-text\"><p class=\"error\">Please fill in this field."), "{wrong}");
    let one = detail.split("/creatives/").nth(1).and_then(|rest| rest.split('?').next()).expect("an id").to_owned();
    let to = format!("{path}/creatives/{one}");
    let wrong = page(post(to.clone(), creative("", revision().await)).await, 422).await;
    assert!(wrong.contains(&format!("id=\"headline-{one}-text\"><p class=\"error\">")), "{wrong}");
    assert_eq!(location(&post(to.clone(), creative("Changed", revision().await)).await), path);
    let detail = page(browser.get(&path).await, 200).await;
    assert!(detail.contains("Changed") && detail.contains("Second"), "{detail}");

    let one = detail.split("/creatives/").nth(1).and_then(|rest| rest.split('?').next()).expect("an id").to_owned();
    let remove = [("revision", revision().await)];
    let removed = browser.post(&format!("{path}/creatives/{one}/remove"), &[("revision", remove[0].1.as_str())]).await;
    assert_eq!(location(&removed), path);
    assert!(!page(browser.get(&path).await, 200).await.contains("/remove?"), "the last one stays");
}
