//! Error pages: of what is refused, and without the frame of a product.

use axum::{Router, extract::Path, routing::get};
use chassis::{config::PublicUrl, problem::Problem};
use e2e::{forms, pages::PLAIN, system::System, visit::Visit};
use support::DEMO_PASSWORD;
use thirtyfour::By;

/// Larger than the largest form.
const TOO_LARGE: usize = (1 << 20) + 1;

/// Serves a page of each error in the plain frame, which products use when they cannot make their own. Returns its URL.
pub(super) async fn serve_plain() -> String {
    let (listener, url) = support::listen().await;
    let problem = |Path(status): Path<u16>| async move {
        let status = status.try_into().expect("a status");
        Problem::new(status, "the_code", "The detail of the problem.")
    };
    let public: PublicUrl = url.parse().expect("a URL");
    let router = Router::new().route("/{status}", get(problem)).merge(chassis::http::assets());
    support::serve_at(listener, chassis::http::public(router, "plain", &public, &[]));
    url
}

pub(super) async fn plain(visit: &mut Visit<'_>, url: &str) {
    for status in PLAIN {
        visit.open(format!("{url}/{status}"), &format!("plain-{status}")).await;
    }
}

/// The pages of a member of a tenant, and those that are refused to them.
pub(super) async fn member(visit: &mut Visit<'_>, system: &System, email: &str) {
    let (login, mypage, ad) = (system.url("login"), system.url("mypage"), system.url("ad"));
    visit.page.goto(mypage.join("/auth/sign-in")).await.expect("a page");
    forms::submit(visit.page, &[("email", email), ("password", "not the password")]).await;
    visit.page.find(By::Css(".notice.error")).await.expect("the error");
    visit.check("sign-in-refused").await;
    forms::submit(visit.page, &[("password", DEMO_PASSWORD)]).await;
    visit.page.find(By::Css("#timeline")).await.expect("the page");
    visit.check("page-of-member").await;
    let pages = [
        (mypage.join("/usage"), "mypage-forbidden"),
        (mypage.join("/preferences"), "mypage-method"),
        (mypage.join("/?before=yesterday"), "mypage-refused"),
        (mypage.join("/problems/person_erased"), "mypage-problem"),
        (ad.join("/c/%FF"), "ad-refused"),
        (ad.join("/campaigns"), "ad-forbidden"),
        (ad.join("/v1/campaigns"), "ad-unauthenticated"),
        (login.join("/sign-out"), "login-method"),
        (login.join("/members/x/remove"), "login-refused"),
        (login.join("/members"), "login-forbidden"),
        (login.join("/"), "account-of-member"),
    ];
    for (url, what) in pages {
        visit.open(url, what).await;
    }
    too_large(visit, login.join("/profile"), "login-too-large").await;
    too_large(visit, mypage.join("/"), "mypage-too-large").await;
}

/// Sends the main form of a page with a field that is too large.
async fn too_large(visit: &mut Visit<'_>, url: String, what: &str) {
    visit.page.goto(url).await.expect("a page");
    let send = format!(
        "const form = document.querySelector('main form'), field = document.createElement('input');
         field.name = 'large'; field.value = 'x'.repeat({TOO_LARGE}); form.append(field);
         HTMLFormElement.prototype.submit.call(form);"
    );
    visit.page.execute(send, vec![]).await.expect("sent");
    support::eventually("the error page", || async {
        let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
        let status = visit.page.execute(status, vec![]).await.ok()?.json().as_u64()?;
        (status == 413).then_some(())
    })
    .await;
    visit.check(what).await;
}
