//! Tests of the image in the forms of creatives.

use reqwest::Method;

use super::{
    campaigns::{FORM, hidden, with},
    *,
};
use crate::images::noise;

/// Sends a form with a file, as a browser does.
async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Response {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(b"--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n");
    body.extend([file, b"\r\n--x--\r\n"].concat());
    let request = browser.request(Method::POST, path).header("origin", ORIGIN);
    browser.send(request.header("content-type", "multipart/form-data; boundary=x").body(body)).await
}

/// The path of the image of the page's only ad.
fn image(page: &str) -> Option<&str> {
    page.split("class=\"ad-image\" src=\"").nth(1)?.split('"').next()
}

#[tokio::test]
async fn an_image_is_added_kept_changed_and_removed_without_scripts() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let form = with(&[("image_alt", "객실 창밖의 바다")]);
    let path = location(&send(&browser, "/campaigns", &form, &noise(16, 1)).await);
    let detail = page(browser.get(&path).await, 200).await;
    let first = image(&detail).expect("an image").to_owned();
    assert!(detail.contains("alt=\"객실 창밖의 바다\""), "{detail}");
    assert_eq!(pages.test.browse(&first).await.status(), 200);

    let one = |page: &str| {
        let id = page.split("/creatives/").nth(1).and_then(|rest| rest.split('?').next()).expect("an id");
        format!("{path}/creatives/{id}")
    };
    let fields = |page: &str| {
        let kept = ["image_id", "revision"].map(|name| (name, hidden(page, name).to_owned()));
        let texts = [("body", "글"), ("landing_url", "https://travel.example/"), ("image_alt", "바다")];
        texts.map(|(name, value)| (name, value.to_owned())).into_iter().chain(kept).collect::<Vec<_>>()
    };
    let save = async |page: &str, more: &[(&'static str, &str)], file: &[u8]| {
        let fields = fields(page);
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied());
        send(&browser, &one(page), &fields.collect::<Vec<_>>(), file).await
    };
    assert_eq!(location(&save(&detail, &[("headline", "같은 이미지")], b"").await), path);
    let detail = page(browser.get(&path).await, 200).await;
    assert!(image(&detail) == Some(&*first) && detail.contains("같은 이미지"), "{detail}");

    // A form of an earlier version has no field for the image.
    let old = fields(&detail);
    let old = old.iter().filter(|(name, _)| !name.starts_with("image"));
    let old: Vec<_> = old.map(|(name, value)| (*name, value.as_str())).chain([("headline", "이전 버전")]).collect();
    assert_eq!(location(&browser.post(&one(&detail), &old).await), path);
    let detail = page(browser.get(&path).await, 200).await;
    assert!(image(&detail) == Some(&*first) && detail.contains("이전 버전"), "{detail}");

    assert_eq!(location(&save(&detail, &[("headline", "다른 이미지")], &noise(16, 2)).await), path);
    let detail = page(browser.get(&path).await, 200).await;
    assert_ne!(image(&detail), Some(&*first));
    assert_eq!(location(&save(&detail, &[("headline", "글만"), ("remove_image", "yes")], b"").await), path);
    assert_eq!(image(&page(browser.get(&path).await, 200).await), None);
}

#[tokio::test]
async fn what_is_wrong_with_an_image_is_beside_its_field() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let described = with(&[("image_alt", "바다")]);
    let png = noise(16, 1);
    for (file, error) in [
        (&b"%PDF-1.7"[..], "Please choose a PNG, JPEG or WebP image."),
        (&png[..png.len() / 2], "This image cannot be read."),
        (&vec![0; (1 << 20) + 1], "This image is too large"),
    ] {
        let text = page(send(&browser, "/campaigns", &described, file).await, 422).await;
        let beside = text.split("id=\"image-new-text\">").nth(1).expect("the texts of the field");
        assert!(beside.starts_with(&format!("<p class=\"error\">{error}")), "{error}: {}", &beside[..200]);
        assert!(text.contains("value=\"제주의 봄\""), "nothing is lost");
    }
    // The image is stored, and the form has it when it is shown again.
    let text = page(send(&browser, "/campaigns", &FORM, &png).await, 422).await;
    assert!(text.contains("id=\"image_alt-new-text\"><p class=\"error\">Please fill in this field."), "{text}");
    let id = hidden(&text, "image_id").to_owned();
    assert!(image(&text).is_some_and(|path| path.ends_with(&id)), "{text}");
    let corrected = with(&[("image_id", &id), ("image_alt", "바다")]);
    location(&send(&browser, "/campaigns", &corrected, b"").await);
    assert_eq!(pages.test.count("SELECT count(*) FROM campaign").await, 1);

    let fill = "INSERT INTO image SELECT tenant_id, sha256(n::text::bytea), media_type, width, height,
            decode(repeat('00', 1048576), 'hex'), created_at FROM image, generate_series(1, 20) n";
    sqlx::query(fill).execute(&pages.test.superuser).await.expect("20 MiB");
    let text = page(send(&browser, "/campaigns", &described, &noise(16, 2)).await, 422).await;
    assert!(text.contains("images take all of their 20 MB"), "{text}");
    let zeros = "0".repeat(64);
    let gone = with(&[("image_id", &zeros), ("image_alt", "바다")]);
    let text = page(send(&browser, "/campaigns", &gone, b"").await, 422).await;
    assert!(text.contains("This image is no longer stored."), "{text}");
    let large = "a".repeat((1 << 20) + 1);
    let text = send(&browser, "/campaigns", &with(&[("headline", &large)]), b"").await;
    assert_eq!(text.status(), 413);
}

#[tokio::test]
async fn the_preview_shows_an_image_as_soon_as_it_is_chosen() {
    let pages = Pages::start().await;
    let browser = pages.admin().await;
    let form = with(&[("part", "new"), ("image_alt", "바다")]);
    let part = page(send(&browser, "/campaigns/preview", &form, &noise(16, 1)).await, 200).await;
    assert!(part.contains("id=\"preview-new\"") && part.contains("id=\"image-new\" hx-swap-oob=true"), "{part}");
    let id = hidden(&part, "image_id").to_owned();
    assert!(image(&part).is_some_and(|path| path.ends_with(&id)) && part.contains("alt=\"바다\""), "{part}");

    let typed = with(&[("part", "new"), ("image_id", &id)]);
    let part = page(browser.post("/campaigns/preview", &typed).await, 200).await;
    assert!(image(&part).is_some() && !part.contains("hx-swap-oob"), "{part}");
    let removed = with(&[("part", "new"), ("image_id", &id), ("remove_image", "yes")]);
    let part = page(browser.post("/campaigns/preview", &removed).await, 200).await;
    assert!(image(&part).is_none() && hidden(&part, "image_id").is_empty(), "{part}");
    let wrong = page(send(&browser, "/campaigns/preview", &typed, b"GIF89a").await, 200).await;
    assert!(wrong.contains("Please choose a PNG, JPEG or WebP image.") && image(&wrong).is_some(), "{wrong}");
}
