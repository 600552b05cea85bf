use std::process::{Command as Process, Output};

use chrono::Duration;
use login::{
    admin::{Command, execute},
    domain::mail::{MAX_TRIES, SIGN_UP_LIFETIME},
    usecase::{mail_worker::work, sweep::sweep},
};
use reqwest::{StatusCode, header};

use crate::{
    harness::{TestApp, new_tenant},
    smtp::{Reply, SmtpServer},
};

async fn with_smtp() -> (TestApp, SmtpServer) {
    let smtp = SmtpServer::start().await;
    (TestApp::start_with(smtp.url.parse().expect("an address")).await, smtp)
}

async fn sign_up(login: &TestApp, slug: &str) {
    assert_eq!(login.post("/v1/tenants", None, &new_tenant(slug)).await.status(), StatusCode::ACCEPTED);
}

/// State, tries, and whether the text is still stored, of each e-mail.
async fn mails(login: &TestApp) -> Vec<(String, i32, bool)> {
    sqlx::query_as("SELECT state, tries, sealed IS NOT NULL FROM mail ORDER BY mail_id")
        .fetch_all(&login.superuser().await)
        .await
        .expect("mails")
}

async fn replay(login: &TestApp) -> String {
    execute(&login.app, Command::ReplayDeadLetters).await.expect("replayed")
}

/// The metric of the alert LoginMailFailed.
async fn given_up(login: &TestApp) -> i64 {
    let mut worker = login.app.db.worker().acquire().await.expect("a connection");
    login::store::mail::backlog(&mut worker).await.expect("read").failed
}

fn state(state: &str, tries: i32, there: bool) -> Vec<(String, i32, bool)> {
    vec![(state.to_owned(), tries, there)]
}

#[tokio::test]
async fn a_rejected_mail_is_retried_later_and_sent_once() {
    let (login, smtp) = with_smtp().await;
    smtp.is(Reply::Busy);
    sign_up(&login, "acme").await;
    login.send_mails().await;
    login.send_mails().await;
    assert_eq!(mails(&login).await, state("queued", 1, true), "not retried at once");

    smtp.is(Reply::Takes);
    login.clock.advance(Duration::minutes(1));
    login.send_mails().await;
    login.send_mails().await;
    let [mail] = smtp.taken().try_into().expect("one mail");
    for part in ["To: admin@acme.example", "From: no-reply@login.test", "Subject: Confirm your address", "/verify/"] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    assert_eq!(mails(&login).await, state("sent", 2, false), "its text is deleted");
}

#[tokio::test]
async fn a_mail_fails_after_all_retries_and_can_be_replayed() {
    let (login, smtp) = with_smtp().await;
    smtp.is(Reply::Busy);
    sign_up(&login, "acme").await;
    for _ in 0..MAX_TRIES {
        assert_eq!(mails(&login).await[0].0, "queued");
        login.send_mails().await;
        login.clock.advance(Duration::hours(2));
    }
    assert_eq!(mails(&login).await, state("failed", MAX_TRIES, true));
    smtp.is(Reply::Takes);
    login.send_mails().await;
    assert!(smtp.taken().is_empty(), "not retried");

    assert_eq!(replay(&login).await, "queued 1 failed mails again, deleted 0 with expired links");
    login.send_mails().await;
    assert_eq!((smtp.taken().len(), mails(&login).await), (1, state("sent", 1, false)));
    assert_eq!(replay(&login).await, "queued 0 failed mails again, deleted 0 with expired links");
}

/// The process was ended in the last attempt, or its result could not be stored.
#[tokio::test]
async fn a_mail_with_more_attempts_than_results_is_not_sent_for_ever() {
    let (login, smtp) = with_smtp().await;
    sign_up(&login, "acme").await;
    let tried = sqlx::query("UPDATE mail SET tries = $1").bind(MAX_TRIES);
    tried.execute(&login.superuser().await).await.expect("updated");
    login.send_mails().await;
    assert_eq!((smtp.taken().len(), mails(&login).await), (0, state("failed", MAX_TRIES + 1, true)));
    assert_eq!(replay(&login).await, "queued 1 failed mails again, deleted 0 with expired links");
    login.send_mails().await;
    assert_eq!(smtp.taken().len(), 1);
}

#[tokio::test]
async fn an_unknown_address_is_refused_without_retry_or_alert() {
    let (login, smtp) = with_smtp().await;
    smtp.is(Reply::Refuses);
    sign_up(&login, "acme").await;
    login.send_mails().await;
    assert_eq!(mails(&login).await, state("refused", 1, false));
    assert_eq!(given_up(&login).await, 0);
    assert_eq!(replay(&login).await, "queued 0 failed mails again, deleted 0 with expired links");
}

#[tokio::test]
async fn a_full_mailbox_is_refused_without_alert() {
    let (login, smtp) = with_smtp().await;
    smtp.is(Reply::Says("452 4.2.2 the mailbox is full\r\n"));
    sign_up(&login, "acme").await;
    for tries in 0..MAX_TRIES {
        assert_eq!(mails(&login).await, state("queued", tries, true));
        login.send_mails().await;
        login.clock.advance(Duration::hours(2));
    }
    assert_eq!((mails(&login).await, given_up(&login).await), (state("refused", MAX_TRIES, false), 0));
}

#[tokio::test]
async fn errors_of_our_settings_are_retried_until_the_mail_fails() {
    for reply in ["535 5.7.8 wrong password\r\n", "530 5.7.0 authenticate first\r\n", "550 5.7.1 relaying denied\r\n"] {
        let (login, smtp) = with_smtp().await;
        smtp.is(Reply::Says(reply));
        sign_up(&login, "acme").await;
        for tries in 0..MAX_TRIES {
            assert_eq!(mails(&login).await, state("queued", tries, true), "{reply}");
            login.send_mails().await;
            login.clock.advance(Duration::hours(2));
        }
        assert_eq!((mails(&login).await, given_up(&login).await), (state("failed", MAX_TRIES, true), 1), "{reply}");
    }
}

#[tokio::test]
async fn a_replay_drops_mails_whose_links_have_expired() {
    let (login, smtp) = with_smtp().await;
    let all_failed = "UPDATE mail SET state = 'failed', done_at = created_at";
    sign_up(&login, "early").await;
    login.clock.advance(Duration::seconds(1));
    sign_up(&login, "late").await;
    login.clock.advance(SIGN_UP_LIFETIME - Duration::seconds(1));
    sqlx::query(all_failed).execute(&login.superuser().await).await.expect("marked as failed");
    assert_eq!(replay(&login).await, "queued 1 failed mails again, deleted 1 with expired links");
    login.send_mails().await;
    let [mail] = smtp.taken().try_into().expect("one mail");
    assert!(mail.contains("To: admin@late.example"), "{mail}");
}

#[tokio::test]
async fn a_mail_expires_with_its_link() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    login.member(&admin, "amy").await;
    login.form("/forgot-password", "", &[("email", &acme.admin_email)]).await;
    login.send_mails().await;
    let hours = "SELECT (extract(epoch FROM expires_at - created_at) / 3600)::float8 FROM mail ORDER BY mail_id";
    let hours: Vec<Option<f64>> =
        sqlx::query_scalar(hours).fetch_all(&login.superuser().await).await.expect("lifetimes");
    assert_eq!(hours, [Some(24.0), Some(168.0), Some(0.5)], "sign-up, invitation, new password");
}

#[tokio::test]
async fn replicas_share_the_mail_queue() {
    let (login, smtp) = with_smtp().await;
    for slug in ["one", "two", "three"] {
        sign_up(&login, slug).await;
    }
    let (one, other) = tokio::join!(work(&login.app), work(&login.app));
    one.and(other).expect("worked");
    assert_eq!(smtp.taken().len(), 3);
}

#[tokio::test]
async fn there_is_no_mailbox_with_an_smtp_server() {
    let (login, _) = with_smtp().await;
    let mailbox = login.visit("/dev/mailbox", "").await;
    let nowhere = login.visit("/dev/nowhere", "").await;
    assert_eq!((mailbox.status(), nowhere.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(mailbox.text().await.expect("a problem"), nowhere.text().await.expect("a problem"));
}

#[tokio::test]
async fn the_mailbox_shows_mails_newest_first_with_links() {
    let login = TestApp::start().await;
    sign_up(&login, "acme").await;
    login.clock.advance(Duration::seconds(1));
    let mut korean = new_tenant("hangang");
    korean["locale"] = "ko".into();
    login.post("/v1/tenants", None, &korean).await;
    let all = login.http.get(login.url("/dev/mailbox")).header(header::ACCEPT, "application/json").send().await;
    let all: Vec<serde_json::Value> = all.expect("response").json().await.expect("a list");
    let subjects: Vec<_> = all.iter().map(|mail| mail["subject"].as_str().expect("a subject")).collect();
    assert_eq!(subjects, ["이메일 주소를 확인해 주세요", "Confirm your address"]);
    assert_eq!((&all[1]["to"], &all[1]["created_at"]), (&"admin@acme.example".into(), &"2026-05-04T03:02:01Z".into()));
    assert_eq!(login.mails(" ADMIN@acme.example").await, all[1..]);

    let token = login.mailed_token("admin@acme.example", "/verify/").await;
    let link = format!(r#"<a href="http://login.test/verify/{token}">"#);
    let page = login.visit("/dev/mailbox", "").await.text().await.expect("page text");
    assert!(page.contains(&link) && page.contains("이메일 주소를 확인해 주세요"), "{page}");
    let page = login.visit("/dev/mailbox?to=admin@hangang.example", "").await.text().await.expect("page text");
    assert!(!page.contains(&link), "only mails to the address");
}

#[tokio::test]
async fn the_mailbox_escapes_user_input() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    sqlx::query("UPDATE tenant SET name = '<script>alert(1)</script> x\"onclick=y'")
        .execute(&login.superuser().await)
        .await
        .expect("renamed");
    let admin = login.sign_in(&acme.admin_email).await;
    let fields = [("email", "amy@acme.example"), ("role", "member"), ("locale", "en")];
    assert_eq!(login.form("/invitations", &admin, &fields).await.status(), StatusCode::CREATED);
    let page = login.visit("/dev/mailbox", "").await.text().await.expect("page text");
    assert!(page.contains("alert(1)") && !page.contains("<script") && !page.contains("\"onclick"), "{page}");
}

#[tokio::test]
async fn mails_are_encrypted_and_queued_only_with_their_cause() {
    let login = TestApp::start().await;
    login.tenant("acme").await;
    let before = mails(&login).await.len();
    let refused = login.post("/v1/tenants", None, &new_tenant("acme")).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(mails(&login).await.len(), before);
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT sealed FROM mail").fetch_one(&login.superuser().await).await.expect("a mail");
    let readable = |text: &str| sealed.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!readable("verify") && !readable("admin@"), "encrypted");
}

#[tokio::test]
async fn old_mails_are_deleted() {
    let (login, smtp) = with_smtp().await;
    sign_up(&login, "acme").await;
    login.send_mails().await;
    smtp.is(Reply::Refuses);
    sign_up(&login, "other").await;
    login.send_mails().await;
    for (days, left) in [(3, 2), (1, 1), (10, 1), (1, 0)] {
        sweep(&login.app).await.expect("swept");
        login.clock.advance(Duration::days(days));
        sweep(&login.app).await.expect("swept");
        assert_eq!(mails(&login).await.len(), left, "{days} more days");
    }
}

/// Starts login with this mail setting and otherwise valid settings. Returns its output.
fn start(public_url: &str, mail: Option<&str>) -> Output {
    let settings = [
        ("DATABASE_URL", "postgres://a@localhost/a"),
        ("WORKER_DATABASE_URL", "postgres://a@localhost/a"),
        ("KAFKA_BROKERS", "localhost:9092"),
        ("LOGIN_PUBLIC_URL", public_url),
        ("LOGIN_CLIENTS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/clients.json")),
        ("LOGIN_KEY_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ];
    let mut process = Process::new(env!("CARGO_BIN_EXE_login"));
    process.arg("serve").env_clear().envs(settings).envs(mail.map(|mail| ("LOGIN_MAIL", mail)));
    process.output().expect("it runs")
}

#[test]
fn login_does_not_start_without_a_valid_mail_setting() {
    for (public_url, mail, expected) in [
        ("http://localhost:8180", None, "LOGIN_MAIL: not set"),
        ("http://localhost:8180", Some("smtp://user:secret@x"), "LOGIN_MAIL: must end with"),
        ("https://login.example.com", Some("dev"), "LOGIN_MAIL: `dev` shows all mails to everyone"),
        ("HTTPS://login.example.com", Some("dev"), "LOGIN_MAIL: `dev` shows all mails to everyone"),
    ] {
        let output = start(public_url, mail);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{error}");
        assert!(error.contains(expected) && error.trim().lines().count() == 1 && !error.contains("secret"), "{error}");
    }
}
