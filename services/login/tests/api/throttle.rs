use chrono::Duration;
use reqwest::{StatusCode, header};

use crate::harness::{ISSUER, PASSWORD, TestApp};

/// Attempts a sign-in from a source address, as forwarded by a proxy.
async fn attempt(login: &TestApp, base: &str, from: &str, cookie: &str, email: &str, password: &str) -> (u16, String) {
    let request = login.http.post(format!("{base}/sign-in")).form(&[("email", email), ("password", password)]);
    let request = request.header(header::ORIGIN, ISSUER).header(header::COOKIE, cookie);
    let response = request.header("x-forwarded-for", from).send().await.expect("response");
    let wait = response.headers().get(header::RETRY_AFTER).map(|wait| wait.to_str().expect("text").to_owned());
    (response.status().as_u16(), wait.unwrap_or_default())
}

/// Signs in and returns the cookie of the known device.
async fn known_device(login: &TestApp, email: &str) -> String {
    let response = login.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await;
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let cookie =
        cookies.map(|cookie| cookie.to_str().expect("text")).find(|cookie| cookie.starts_with("login_device="));
    let cookie = cookie.expect("a new device");
    assert!(cookie.ends_with("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().expect("a cookie").to_owned()
}

#[tokio::test]
async fn an_attacker_cannot_lock_people_out_of_known_devices() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = known_device(&login, &acme.admin_email).await;
    for _ in 0..10 {
        let (status, _) = attempt(&login, &login.base, "203.0.113.9", "", &acme.admin_email, "a wrong password").await;
        assert_eq!(status, 401);
    }
    let (status, wait) = attempt(&login, &login.base, "198.51.100.1", "", &acme.admin_email, PASSWORD).await;
    assert_eq!((status, wait.as_str()), (429, "900"), "unknown devices are throttled from any address");
    let (status, _) = attempt(&login, &login.base, "198.51.100.1", &cookie, &acme.admin_email, PASSWORD).await;
    assert_eq!(status, 303, "a known device is not throttled");
    let (status, _) = attempt(&login, &login.base, "203.0.113.9", "", &acme.admin_email, PASSWORD).await;
    assert_eq!(status, 429, "the unknown device stays throttled");
    let (status, _) = attempt(&login, &login.base, "203.0.113.9", &cookie, "nobody@acme.example", PASSWORD).await;
    assert_eq!(status, 401, "the cookie is bound to one person");
}

#[tokio::test]
async fn a_known_device_has_its_own_limit() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = known_device(&login, &acme.admin_email).await;
    for expected in [[401; 10].as_slice(), &[429]].concat() {
        let (status, _) = attempt(&login, &login.base, "203.0.113.9", &cookie, &acme.admin_email, "a wrong one").await;
        assert_eq!(status, expected);
    }
    let (status, _) = attempt(&login, &login.base, "203.0.113.9", "", &acme.admin_email, PASSWORD).await;
    assert_eq!(status, 303, "attempts of unknown devices do not count");
}

#[tokio::test]
async fn failures_from_one_network_are_limited() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (other_replica, minute) = (login.replica().await, Duration::minutes(1));
    for number in 0..60 {
        let base = if number % 2 == 0 { &login.base } else { &other_replica };
        let email = format!("someone{number}@acme.example");
        // All addresses of an IPv6 /64 count together.
        let from = format!("2001:db8:0:1::{number:x}");
        assert_eq!(attempt(&login, base, &from, "", &email, "a wrong password").await.0, 401, "{number}");
        if number == 0 {
            login.clock.advance(minute);
        }
    }
    let answer = attempt(&login, &other_replica, "2001:db8:0:1::ffff", "", &acme.admin_email, PASSWORD).await;
    assert_eq!(answer, (429, "840".to_owned()));
    assert_eq!(attempt(&login, &login.base, "2001:db8:0:2::1", "", &acme.admin_email, PASSWORD).await.0, 303);
    login.clock.advance(Duration::seconds(839));
    assert_eq!(attempt(&login, &login.base, "2001:db8:0:1::1", "", &acme.admin_email, PASSWORD).await.0, 429);
    login.clock.advance(Duration::seconds(1));
    assert_eq!(attempt(&login, &login.base, "2001:db8:0:1::1", "", &acme.admin_email, PASSWORD).await.0, 303);
}

#[tokio::test]
async fn a_success_does_not_count_against_its_network() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for _ in 0..70 {
        assert_eq!(attempt(&login, &login.base, "203.0.113.9", "", &acme.admin_email, PASSWORD).await.0, 303);
    }
}

/// Two replicas with as many concurrent attempts as connections: the database counts them together.
#[tokio::test]
async fn replicas_share_the_counters() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (one, other) = (login.base.clone(), login.replica().await);
    let tries = (0..20).map(|number| {
        let base = if number % 2 == 0 { &one } else { &other };
        attempt(&login, base, "203.0.113.9", "", &acme.admin_email, "a wrong password")
    });
    let answers = futures::future::join_all(tries).await;
    let verified = answers.iter().filter(|(status, _)| *status == 401).count();
    assert_eq!(verified, 10, "{answers:?}");
    assert!(answers.iter().filter(|(status, _)| *status != 401).all(|answer| *answer == (429, "900".to_owned())));
}

#[tokio::test]
async fn source_addresses_are_not_stored() {
    let login = TestApp::start().await;
    attempt(&login, &login.base, "203.0.113.9", "", "nobody@acme.example", "a wrong password").await;
    let rows: Vec<String> = sqlx::query_scalar("SELECT row_to_json(sign_in_attempt)::text FROM sign_in_attempt")
        .fetch_all(&login.superuser().await)
        .await
        .expect("rows");
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    // As text, and as bytes in hexadecimal.
    assert!(row.contains(r#""failed":true"#) && !row.contains("203.0.113") && !row.contains("cb007109"), "{row}");
}

#[tokio::test]
async fn a_forged_forwarded_address_is_ignored() {
    let login = TestApp::start().await;
    // The test's address is a trusted proxy. The proxy adds the last entry; earlier entries can be forged.
    for number in 0..60 {
        let (email, made_up) = (format!("someone{number}@acme.example"), format!("198.51.100.{number}, 203.0.113.9"));
        assert_eq!(attempt(&login, &login.base, &made_up, "", &email, "a wrong password").await.0, 401);
    }
    let answer = attempt(&login, &login.base, "198.51.100.99, 203.0.113.9", "", "x@acme.example", "a wrong one").await;
    assert_eq!(answer.0, StatusCode::TOO_MANY_REQUESTS.as_u16());
}
