//! The pages that a visit has to open.
//!
//! To add a page: add its route to [`PAGES`] and open it in the test `looks`. The tests fail otherwise.

use std::collections::BTreeSet;

/// Owner and route of each page. An error page counts where the address shows nothing else.
pub const PAGES: &[(&str, &str)] = &[
    ("ad", "/"),
    ("ad", "/auth/callback"),
    ("ad", "/c/{token}"),
    ("ad", "/campaigns"),
    ("ad", "/campaigns/new"),
    ("ad", "/campaigns/{campaign_id}"),
    ("ad", "/campaigns/{campaign_id}/edit"),
    ("ad", "/ledger"),
    ("chassis", "/docs"),
    ("chassis", "/problems/{code}"),
    ("devstack", "/{tenant}/{campaign}"),
    ("login", "/"),
    ("login", "/authorize"),
    ("login", "/clients"),
    ("login", "/clients/{client_id}/remove"),
    ("login", "/consent"),
    ("login", "/consents"),
    ("login", "/dev/mailbox"),
    ("login", "/forgot-password"),
    ("login", "/forgot-password/sent"),
    ("login", "/invitations/{token}"),
    ("login", "/logout"),
    ("login", "/members"),
    ("login", "/members/{user_id}/remove"),
    ("login", "/password-changed"),
    ("login", "/profile"),
    ("login", "/profile/erase"),
    ("login", "/reset-password/{token}"),
    ("login", "/select-account"),
    ("login", "/sign-in"),
    ("login", "/sign-up"),
    ("login", "/sign-up/sent"),
    ("login", "/verify/{token}"),
    ("mypage", "/"),
    ("mypage", "/auth/callback"),
    ("mypage", "/usage"),
];

/// Statuses of error pages that a visit has to see.
pub const ERRORS: &[(&str, &[u16])] = &[
    ("ad", &[400, 401, 403, 404]),
    ("chassis", PLAIN),
    ("login", &[400, 403, 404, 405, 413, 422]),
    ("mypage", &[400, 403, 404, 405, 413, 422]),
];

/// Statuses that each have a page of their own without the frame of a product.
pub const PLAIN: &[u16] = &[400, 401, 403, 404, 405, 408, 409, 410, 413, 429, 500, 503, 504];

/// A page that was opened.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub owner: &'static str,
    pub path: String,
    pub status: u16,
}

/// The pages and the errors that nobody has opened. The pages of chassis may be those of any product.
pub fn unseen(seen: &BTreeSet<Seen>) -> Vec<String> {
    let has = |owner: &str, route: &str| {
        seen.iter().any(|page| (owner == page.owner || owner == "chassis") && matches(route, &page.path))
    };
    let pages = PAGES.iter().filter(|(owner, route)| !has(owner, route));
    let pages = pages.map(|(owner, route)| format!("{owner}: {route} was not opened"));
    let all = ERRORS.iter().flat_map(|(owner, statuses)| statuses.iter().map(move |status| (*owner, *status)));
    let errors = all.filter(|error| !seen.iter().any(|page| (page.owner, page.status) == *error));
    pages.chain(errors.map(|(owner, status)| format!("{owner}: no page with the status {status} was opened"))).collect()
}

/// Whether a path belongs to a route such as `/verify/{token}`.
fn matches(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use support::root;

    use super::*;

    /// Addresses that a browser can open without a page of their own: owner, route and answer.
    const OTHERS: &[(&str, &str, &str)] = &[
        ("ad", "/auth/sign-in", "a redirect to login"),
        ("ad", "/campaigns/{campaign_id}/report.csv", "a file"),
        ("ad", "/house/c", "a redirect to the front page"),
        ("ad", "/house/i", "an image"),
        ("ad", "/i/{token}", "an image"),
        ("ad", "/images/{tenant_id}/{image_id}", "an image"),
        ("ad", "/ledger.csv", "a file"),
        ("chassis", "/openapi.json", "JSON"),
        ("devstack", "/advertiser.css", "a style sheet"),
        ("login", "/.well-known/openid-configuration", "JSON"),
        ("login", "/jwks", "JSON"),
        ("login", "/userinfo", "JSON"),
        ("mypage", "/activity", "a part of the page"),
        ("mypage", "/activity/stream", "an event stream"),
        ("mypage", "/auth/sign-in", "a redirect to login"),
    ];

    /// The code with the routes of each owner. Those of JSON APIs are not written by `route`.
    fn sources() -> Vec<(String, PathBuf)> {
        let products = fs::read_dir(root().join("services")).expect("services").map(|entry| entry.expect("a folder"));
        let name = |path: &Path| path.file_name().expect("a name").to_str().expect("text").to_owned();
        let mut sources: Vec<_> =
            products.map(|product| (name(&product.path()), product.path().join("src/http"))).collect();
        sources.push(("chassis".to_owned(), root().join("infra/chassis/src/http")));
        sources.push(("devstack".to_owned(), root().join("infra/devstack/src/advertiser.rs")));
        sources
    }

    fn collect(path: &Path, into: &mut Vec<String>) {
        if path.is_dir() && !path.ends_with("tests") {
            fs::read_dir(path).expect("a folder").for_each(|entry| collect(&entry.expect("an entry").path(), into));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            into.push(fs::read_to_string(path).expect("code"));
        }
    }

    /// The routes in a file that do not only receive forms or calls of programs.
    fn routes(code: &str) -> Vec<String> {
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let routes = code.split(".route(").skip(1).filter_map(|rest| {
            let (path, methods) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
            let methods = methods.trim_start_matches([',', ' ', '\n']);
            let only_called = ["post(", "put(", "patch(", "delete("].iter().any(|method| methods.starts_with(method));
            (!only_called || methods.split(".route(").next()?.contains(").get(")).then(|| path.to_owned())
        });
        routes.collect()
    }

    #[test]
    fn every_address_that_a_browser_can_open_is_listed() {
        let mut found = BTreeSet::new();
        for (owner, path) in sources() {
            let mut files = vec![];
            collect(&path, &mut files);
            found.extend(files.iter().flat_map(|code| routes(code)).map(|route| (owner.clone(), route)));
        }
        let others = OTHERS.iter().map(|(owner, route, _)| (*owner, *route));
        let listed = PAGES.iter().copied().chain(others).map(|(owner, route)| (owner.to_owned(), route.to_owned()));
        let is_there = |owner: &str| sources().iter().any(|(name, _)| name == owner);
        assert_eq!(listed.filter(|(owner, _)| is_there(owner)).collect::<BTreeSet<_>>(), found);
    }

    #[test]
    fn routes_are_found_in_code() {
        let code = "Router::new().route(\"/a\", get(a)).route( \"/b\",
            post(b)).route(\"/c\", post(c).get(d)).route(self.path, get(e))\n#[cfg(test)]\nmod tests {.route(\"/f\", get(f))";
        assert_eq!(routes(code), ["/a", "/c"]);
    }

    #[test]
    fn a_page_that_was_not_opened_is_named() {
        let seen = Seen { owner: "login", path: "/verify/x".into(), status: 404 };
        let missing = unseen(&[seen].into()).join("\n");
        assert!(!missing.contains("/verify") && missing.contains("login: /consent was not opened"), "{missing}");
        assert!(!missing.contains("login: no page with the status 404"), "{missing}");
        assert!(missing.contains("mypage: no page with the status 404"), "{missing}");
    }
}
