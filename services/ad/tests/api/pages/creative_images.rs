//! Tests of the form of a creative's image.

use reqwest::Method;

use super::{
    campaigns::{FORM, create, hidden},
    *,
};
use crate::images::noise;

const BOUNDARY: &str = "the-boundary-of-a-form";

/// Sends the form of the campaign's only creative as a browser does. A file without content is one that was not chosen.
async fn send(browser: &Browser, path: &str, file: &[u8], fields: &[(&str, &str)]) -> Response {
    let detail = page(browser.get(path).await, 200).await;
    let action = detail.split("enctype=\"multipart/form-data\" action=\"").nth(1).expect("the form");
    let action = action.split('"').next().expect("an address").replace("&amp;", "&");
    assert!(action.contains("?page_session="), "{action}");
    let mut body = Vec::new();
    let revision = [("revision", hidden(&detail, "revision"))];
    for (name, value) in revision.iter().chain(fields) {
        let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    let file_head = "content-disposition: form-data; name=\"image\"; filename=\"x.png\"";
    body.extend(format!("--{BOUNDARY}\r\n{file_head}\r\ncontent-type: application/octet-stream\r\n\r\n").as_bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let request = browser.request(Method::POST, &action).header("origin", ORIGIN);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    browser.send(request.header("content-type", kind).body(body)).await
}

#[tokio::test]
async fn an_image_is_added_described_again_and_removed() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let added = send(&browser, &path, &noise(16, 1), &[("alt", "The sea")]).await;
    assert_eq!(location(&added), path);
    let shown = page(browser.get(&path).await, 200).await;
    let image = shown.split("class=\"ad-image\" src=\"").nth(1).and_then(|rest| rest.split('"').next());
    let image = image.expect("the preview has the image").to_owned();
    assert_eq!(browser.get(&image).await.headers()["content-type"], "image/png");
    assert!(shown.contains("value=\"The sea\""), "{shown}");

    // Without another file the image stays, also when the texts change.
    assert_eq!(location(&send(&browser, &path, b"", &[("alt", "The sea at dawn")]).await), path);
    let shown = page(browser.get(&path).await, 200).await;
    assert!(shown.contains(&image) && shown.contains("value=\"The sea at dawn\""), "{shown}");

    assert_eq!(location(&send(&browser, &path, b"", &[("alt", ""), ("remove", "yes")]).await), path);
    assert!(!page(browser.get(&path).await, 200).await.contains("ad-image"));
}

#[tokio::test]
async fn what_is_wrong_with_an_image_is_shown_beside_its_field() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    for (file, alt, expected) in [
        (&b""[..], "The sea", "Please fill in this field."),
        (b"GIF89a, which is not supported", "The sea", "Please choose a PNG, JPEG or WebP file."),
        (b"\x89PNG\r\n\x1a\nwithout an image", "The sea", "not a readable image"),
        (&vec![7; 1 << 21][..], "The sea", "The image is too large"),
        (&noise(16, 1)[..], "", "Please fill in this field."),
    ] {
        let refused = page(send(&browser, &path, file, &[("alt", alt)]).await, 422).await;
        let error = refused.split("<p class=\"error\">").nth(1).unwrap_or_default();
        assert!(error.starts_with(expected) || error.contains(expected), "{expected}: {error}");
        assert!(refused.contains("aria-invalid=\"true\""), "{expected}");
    }
    assert_eq!(pages.test.count("SELECT count(*) FROM creative WHERE removed_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn an_image_of_an_outdated_page_is_refused() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let path = create(&browser, &FORM).await;
    let late = send(&browser, &path, &noise(16, 1), &[("alt", "The sea"), ("revision", "17")]).await;
    assert_eq!(late.status(), 412);
}
