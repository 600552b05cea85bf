//! Images of creatives.

use contracts::ad::v1::Ad;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::path_of,
};

/// A PNG with so much noise that it takes `side` × `side` × 3 bytes.
pub(crate) fn noise(side: u32, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let image = RgbImage::from_fn(side, side, |_, _| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [red, green, blue, ..] = state.rotate_left(20).to_be_bytes();
        Rgb([red, green, blue])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).expect("encoded");
    bytes.into_inner()
}

async fn upload(test: &TestApp, token: &str, bytes: Vec<u8>) -> (u16, Value) {
    let request = test.request(Method::POST, "/v1/images", token).header("content-type", "application/octet-stream");
    let answer = request.body(bytes).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

async fn ad(test: &TestApp, tenant: &Tenant) -> Ad {
    test.select(&tenant.member_token, "ko").await.ads.remove(0)
}

#[tokio::test]
async fn an_image_is_uploaded_served_and_shown_with_its_creative() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let (status, image) = upload(&test, &tenant.admin_token, noise(16, 1)).await;
    assert_eq!((status, &image["media_type"], &image["width"]), (201, &json!("image/png"), &json!(16)), "{image}");
    assert_eq!(upload(&test, &tenant.admin_token, noise(16, 1)).await, (201, image.clone()), "the same again");
    assert_eq!(test.count("SELECT count(*) FROM image").await, 1);

    let path = image["path"].as_str().expect("a path");
    let served = test.browse(path).await;
    assert_eq!((served.status().as_u16(), header(&served, "content-type")), (200, "image/png"));
    assert_eq!(header(&served, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&served, "x-content-type-options"), "nosniff");
    assert!(header(&served, "content-security-policy").starts_with("default-src 'none'"));
    assert!(served.bytes().await.expect("bytes").starts_with(b"\x89PNG"));

    let with_image = json!({ "image": { "image_id": image["image_id"], "alt": "객실 창밖의 바다" } });
    let campaign = format!("/v1/campaigns/{}", test.campaign(&tenant, with_image).await);
    let (_, campaign) = test.get(&campaign, &tenant.admin_token).await;
    assert_eq!(campaign["creatives"][0]["image"]["path"], image["path"]);
    let ad = ad(&test, &tenant).await;
    assert_eq!((path_of(&ad.image_url), ad.image_alt.as_str()), (path, "객실 창밖의 바다"));
    assert_eq!((ad.image_width, ad.image_height), (16, 16));
}

#[tokio::test]
async fn an_ad_without_an_image_has_no_address_of_one() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({})).await;
    let ad = ad(&test, &tenant).await;
    assert_eq!((ad.image_url.as_str(), ad.image_alt.as_str(), ad.image_width), ("", "", 0));
}

#[tokio::test]
async fn what_is_no_image_is_refused() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let png = noise(16, 1);
    for (bytes, code) in [
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "unsupported"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "unsupported"),
        (vec![], "unsupported"),
        (png[..png.len() / 2].to_vec(), "malformed"),
    ] {
        let (status, problem) = upload(&test, &tenant.admin_token, bytes).await;
        let error = &problem["errors"][0];
        assert_eq!((status, &error["field"], &error["code"]), (422, &json!("image"), &json!(code)), "{problem}");
    }
    let (status, problem) = upload(&test, &tenant.admin_token, vec![0; (1 << 20) + 1]).await;
    assert_eq!((status, &problem["code"]), (413, &json!("too_large")));
    assert_eq!(upload(&test, &tenant.member_token, png).await.0, 403);
    assert_eq!(test.count("SELECT count(*) FROM image").await, 0);
}

#[tokio::test]
async fn a_creative_has_an_image_of_its_own_tenant_with_a_text() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let (_, image) = upload(&test, &acme.admin_token, noise(16, 1)).await;
    let creatives = format!("/v1/campaigns/{}/creatives", test.campaign(&hangang, json!({})).await);
    let (id, zeros) = (image["image_id"].as_str().expect("an id"), "0".repeat(64));
    for (id, alt, field) in [
        (id, "바다", "image.image_id"),
        ("x", "바다", "image.image_id"),
        (id, " ", "image.alt"),
        (zeros.as_str(), "바다", "image.image_id"),
    ] {
        let body = json!({
            "headline": "제목", "body": "글", "landing_url": "https://travel.example/",
            "image": { "image_id": id, "alt": alt },
        });
        let (status, problem) = test.send(Method::POST, &creatives, &hangang.admin_token, &body).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{id} {alt}");
    }
    let path = image["path"].as_str().expect("a path");
    for path in [path.replace(&acme.id.to_string(), &hangang.id.to_string()), "/images/x/y".into(), path[..60].into()] {
        assert_eq!(test.browse(&path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn images_that_are_not_used_make_room_after_two_days() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let (_, used) = upload(&test, &tenant.admin_token, noise(16, 1)).await;
    let image = json!({ "image_id": used["image_id"], "alt": "바다" });
    test.campaign(&tenant, json!({ "image": image })).await;
    let fill = "INSERT INTO image SELECT tenant_id, sha256(n::text::bytea), media_type, width, height,
            decode(repeat('00', 1048576), 'hex'), $1 FROM image, generate_series(1, 20) n";
    let old = test.clock.now() - chrono::Duration::hours(48);
    sqlx::query(fill).bind(old).execute(&test.superuser).await.expect("20 MiB");
    let (status, problem) = upload(&test, &tenant.admin_token, noise(16, 2)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("image_quota_exceeded")), "not yet");
    test.clock.advance(chrono::Duration::seconds(1));
    assert_eq!(upload(&test, &tenant.admin_token, noise(16, 2)).await.0, 201);
    assert_eq!(test.count("SELECT count(*) FROM image").await, 2, "the used and the new one");
    assert_eq!(test.browse(used["path"].as_str().expect("a path")).await.status(), 200);
}
