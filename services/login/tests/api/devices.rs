use chrono::Duration;
use login::usecase::sweep::sweep;
use reqwest::header;

use crate::harness::{ISSUER, PASSWORD, TestApp};

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";

const FIREFOX: &str = "Firefox/140.0 (X11; Linux)";

/// Signs in on a device with `cookies`. Returns its cookies afterwards.
async fn sign_in_on(login: &TestApp, user_agent: &str, cookies: &str, email: &str) -> String {
    let request = login.http.post(login.url("/sign-in")).form(&[("email", email), ("password", PASSWORD)]);
    let request = request.header(header::ORIGIN, ISSUER).header(header::USER_AGENT, user_agent);
    let answer = request.header(header::COOKIE, cookies).send().await.expect("response");
    assert_eq!(answer.status(), 303);
    let set = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let set: Vec<_> = set.map(|cookie| cookie.split(';').next().expect("a cookie")).collect();
    let name = |cookie: &str| cookie.split('=').next().map(str::to_owned);
    let unchanged = cookies.split("; ").filter(|old| !set.iter().any(|new| name(new) == name(old)));
    unchanged.chain(set.iter().copied()).collect::<Vec<_>>().join("; ")
}

async fn notices(login: &TestApp, email: &str) -> Vec<String> {
    let mails = login.mails(email).await;
    let notices = mails.iter().filter(|mail| mail["subject"] == "Sign-in from a new device");
    notices.map(|mail| mail["text"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn a_new_device_sends_a_notice_except_the_first_one() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let own = sign_in_on(&login, FIREFOX, "", &acme.admin_email).await;
    sign_in_on(&login, FIREFOX, &own, &acme.admin_email).await;
    assert!(notices(&login, &acme.admin_email).await.is_empty(), "no notice right after joining");
    let phone = sign_in_on(&login, IPHONE, "", &acme.admin_email).await;
    sign_in_on(&login, IPHONE, &phone, &acme.admin_email).await;
    let [notice] = notices(&login, &acme.admin_email).await.try_into().expect("one notice");
    assert!(notice.contains("Safari on iPhone, at 2026-05-04 03:02 UTC"), "{notice}");
    sign_in_on(&login, FIREFOX, &own, &acme.admin_email).await;
    assert_eq!(notices(&login, &acme.admin_email).await.len(), 1, "the first is still known");
    sign_in_on(&login, FIREFOX, "", &acme.admin_email).await;
    assert_eq!(notices(&login, &acme.admin_email).await.len(), 2, "the same browser without the cookie is new");
}

#[tokio::test]
async fn a_device_shared_by_two_people_sends_no_notice() {
    let login = TestApp::start().await;
    let (amy, mina) = (login.tenant("acme").await.admin_email, login.tenant("hangang").await.admin_email);
    let mut cookies = String::new();
    for email in [&amy, &mina, &amy, &mina] {
        cookies = sign_in_on(&login, FIREFOX, &cookies, email).await;
    }
    for email in [&amy, &mina] {
        assert!(notices(&login, email).await.is_empty(), "{email}");
    }
}

#[tokio::test]
async fn a_device_unused_for_ninety_days_sends_a_notice_again() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookies = sign_in_on(&login, FIREFOX, "", &acme.admin_email).await;
    login.clock.advance(Duration::days(29));
    login.visit("/", &cookies).await;
    login.clock.advance(Duration::days(89));
    let cookies = sign_in_on(&login, FIREFOX, &cookies, &acme.admin_email).await;
    assert!(
        notices(&login, &acme.admin_email).await.is_empty(),
        "it was used 89 days ago, though signed in 118 days ago"
    );
    login.clock.advance(Duration::days(90));
    sign_in_on(&login, FIREFOX, &cookies, &acme.admin_email).await;
    assert_eq!(notices(&login, &acme.admin_email).await.len(), 1);
}

/// A device that an attacker made known with the old password becomes unknown.
#[tokio::test]
async fn a_new_password_resets_known_devices() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let email = acme.admin_email.as_str();
    let stolen = sign_in_on(&login, FIREFOX, "", email).await;
    login.clock.advance(Duration::minutes(1));
    login.form("/forgot-password", "", &[("email", email)]).await;
    login.send_mails().await;
    let link = format!("/reset-password/{}", login.mailed_token(email, "/reset-password/").await);
    assert_eq!(login.form(&link, "", &[("password", "a river that sings at night")]).await.status(), 303);

    let wrong = [("email", email), ("password", "a wrong password")];
    for _ in 0..10 {
        assert_eq!(login.form("/sign-in", "", &wrong).await.status(), 401);
    }
    assert_eq!(login.form("/sign-in", &stolen, &wrong).await.status(), 429, "the device has no separate attempts");
    login.clock.advance(Duration::minutes(15));
    let right = [("email", email), ("password", "a river that sings at night")];
    assert_eq!(login.form("/sign-in", &stolen, &right).await.status(), 303);
    assert_eq!(notices(&login, email).await.len(), 1);
}

#[tokio::test]
async fn a_device_is_known_for_half_a_year_from_the_last_sign_in() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let mut cookies = sign_in_on(&login, FIREFOX, "", &acme.admin_email).await;
    for _ in 0..4 {
        login.clock.advance(Duration::days(80));
        cookies = sign_in_on(&login, FIREFOX, &cookies, &acme.admin_email).await;
    }
    assert!(notices(&login, &acme.admin_email).await.is_empty(), "renewed at each sign-in");
}

/// An account without recent sign-ins must not look like a new account.
#[tokio::test]
async fn the_last_known_device_is_not_deleted() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    sign_in_on(&login, FIREFOX, "", &acme.admin_email).await;
    login.clock.advance(Duration::days(1));
    sign_in_on(&login, IPHONE, "", &acme.admin_email).await;
    login.clock.advance(Duration::days(401));
    sweep(&login.app).await.expect("swept");
    let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM known_device");
    assert_eq!(count.fetch_one(&login.superuser().await).await.expect("a count"), 1);
    sign_in_on(&login, "EvilBrowser/1.0", "", &acme.admin_email).await;
    let sent = notices(&login, &acme.admin_email).await;
    assert!(sent.iter().any(|text| text.contains("EvilBrowser")), "{sent:?}");
}

#[tokio::test]
async fn a_wrong_password_sends_no_notice() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    login.sign_in(&acme.admin_email).await;
    let fields = [("email", acme.admin_email.as_str()), ("password", "a wrong password")];
    let request = login.http.post(login.url("/sign-in")).form(&fields).header(header::ORIGIN, ISSUER);
    request.header(header::USER_AGENT, IPHONE).send().await.expect("response");
    assert!(notices(&login, &acme.admin_email).await.is_empty());
}
