//! A sign-in does not reveal whether an address has an account, nor its state.

use reqwest::header;

use crate::harness::{PASSWORD, TestApp};

/// Response of an attempt: status, headers except the date, and body without the typed address.
async fn shown(login: &TestApp, email: &str, password: &str) -> (u16, Vec<(String, String)>, String) {
    let response = login.form("/sign-in", "", &[("email", email), ("password", password)]).await;
    let visible =
        response.headers().iter().filter(|(name, _)| **name != header::DATE && **name != header::CONTENT_LENGTH);
    let headers = visible.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect();
    (response.status().as_u16(), headers, response.text().await.expect("page text").replace(email, "(who)"))
}

#[tokio::test]
async fn sign_in_does_not_reveal_accounts() {
    let login = TestApp::start().await;
    let (acme, ended) = (login.tenant("acme").await, login.tenant("ended").await);
    let admin = login.tokens(&acme.admin_email).await;
    let mut people = vec![];
    for name in ["suspended", "keyed"] {
        people.push(login.member(&admin, name).await);
    }
    let [suspended, keyed] = people.as_slice() else { panic!("{people:?}") };
    let superuser = login.superuser().await;
    let changes = [
        ("UPDATE user_account SET status = 'suspended' WHERE email = $1", suspended),
        // An account without a password.
        ("DELETE FROM credential WHERE user_id = (SELECT user_id FROM user_account WHERE email = $1)", keyed),
        (
            "UPDATE tenant SET status = 'suspended' WHERE tenant_id = (SELECT tenant_id FROM user_account WHERE email = $1)",
            &ended.admin_email,
        ),
    ];
    for (change, email) in changes {
        let changed = sqlx::query(change).bind(email).execute(&superuser).await.expect("changed");
        assert_eq!(changed.rows_affected(), 1);
    }

    let unknown = shown(&login, "nobody@acme.example", "a wrong password").await;
    assert_eq!(unknown.0, 401);
    let cases = [
        ("known", acme.admin_email.as_str(), "a wrong password"),
        ("unknown, with a password that others have", "somebody@acme.example", PASSWORD),
        ("suspended", suspended, "a wrong password"),
        ("suspended, with the right password", suspended, PASSWORD),
        ("of a suspended tenant", &ended.admin_email, "a wrong password"),
        ("of a suspended tenant, with the right password", &ended.admin_email, PASSWORD),
        ("without a password", keyed, PASSWORD),
    ];
    for (who, email, password) in cases {
        let before = login.app.passwords.runs();
        assert_eq!(shown(&login, email, password).await, unknown, "{who}");
        assert_eq!(login.app.passwords.runs() - before, 1, "{who}: same number of hashes");
    }
}
