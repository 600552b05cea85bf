//! Scopes of tokens.

use chassis::auth::{API_SCOPE, INTERNAL_SCOPE};

/// The scopes that any client may have, in their display order. A client that registers no `scope` gets all of them.
pub const ALL: [&str; 5] = ["openid", "profile", "email", "offline_access", API_SCOPE];

/// Scopes about a person. A client that acts for itself cannot use them.
const OF_PERSONS: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// All scopes, separated by spaces.
pub fn all() -> String {
    ALL.join(" ")
}

/// The part of the requested scopes that a tenant's client may register.
pub fn of_tenants_client(requested: &str) -> String {
    chosen(ALL, |scope| has(requested, scope))
}

/// The part of the requested scopes that a first-party client may register. Only such a client may act in every tenant.
pub fn of_first_party(requested: &str) -> String {
    chosen(ALL.into_iter().chain([INTERNAL_SCOPE]), |scope| has(requested, scope))
}

/// The part of the requested scopes that a client gets for a person. Unknown scopes are ignored (OpenID Connect Core
/// §3.1.2.1). No requested scope means all allowed scopes.
pub fn for_person(requested: Option<&str>, allowed: &str) -> String {
    let requested = or_all(requested, allowed);
    chosen(ALL, |scope| has(requested, scope) && has(allowed, scope))
}

/// The scopes of both lists.
pub fn united(one: &str, other: &str) -> String {
    chosen(ALL, |scope| has(one, scope) || has(other, scope))
}

/// The part of an earlier grant that the client may still have.
pub fn still_allowed(granted: &str, allowed: &str) -> String {
    chosen(ALL, |scope| has(granted, scope) && has(allowed, scope))
}

/// The requested part of what is granted: a refresh may narrow the scope but not extend it. No requested scope means all
/// of it. `None` for a scope that is not granted. The result is written by login, whatever the request looks like.
pub fn narrowed(requested: Option<&str>, granted: &str) -> Option<String> {
    let requested = or_all(requested, granted);
    let narrowed = still_allowed(granted, requested);
    (!narrowed.is_empty() && is_within(requested, granted)).then_some(narrowed)
}

/// The part of the requested scopes that a client gets for itself.
pub fn for_client(requested: Option<&str>, allowed: &str) -> String {
    let requested = or_all(requested, allowed);
    let scopes = ALL.into_iter().filter(|scope| !OF_PERSONS.contains(scope)).chain([INTERNAL_SCOPE]);
    chosen(scopes, |scope| has(requested, scope) && has(allowed, scope))
}

fn or_all<'a>(requested: Option<&'a str>, allowed: &'a str) -> &'a str {
    requested.filter(|text| text.split_ascii_whitespace().next().is_some()).unwrap_or(allowed)
}

fn chosen(scopes: impl IntoIterator<Item = &'static str>, is_chosen: impl Fn(&str) -> bool) -> String {
    scopes.into_iter().filter(|scope| is_chosen(scope)).collect::<Vec<_>>().join(" ")
}

/// Whether `scopes` contains `scope`.
pub fn has(scopes: &str, scope: &str) -> bool {
    scopes.split_ascii_whitespace().any(|each| each == scope)
}

/// Whether `granted` contains all of `requested`.
pub fn is_within(requested: &str, granted: &str) -> bool {
    requested.split_ascii_whitespace().all(|scope| has(granted, scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_scopes_are_left_out_and_none_is_added() {
        assert_eq!(for_person(Some("openid email phone"), "openid email profile"), "openid email");
        assert_eq!(for_person(None, "openid api"), "openid api");
        assert_eq!(for_person(Some("api"), "openid"), "");
        assert_eq!(for_client(None, "openid api"), "api");
        assert_eq!(for_client(Some("openid"), "openid api"), "");
        assert!(is_within("openid", "openid api"));
        assert!(!is_within("openid email", "openid api"));
    }

    #[test]
    fn a_narrowed_scope_is_written_by_login() {
        let granted = "openid email api";
        for (requested, expected) in [
            (None, Some(granted)),
            (Some(""), Some(granted)),
            (Some("\t"), Some(granted)),
            (Some(" \t \n"), Some(granted)),
            (Some("api"), Some("api")),
            (Some("\tapi\t\topenid  api "), Some("openid api")),
            (Some("api profile"), None),
            (Some("api\u{a0}openid"), None),
        ] {
            assert_eq!(narrowed(requested, granted).as_deref(), expected, "{requested:?}");
        }
        assert_eq!(narrowed(None, ""), None);
    }

    #[test]
    fn only_a_first_party_client_acts_in_each_tenant_and_only_for_itself() {
        assert_eq!(of_first_party("internal api"), "api internal");
        assert_eq!(of_tenants_client("internal api"), "api");
        assert_eq!(for_client(None, "openid api internal"), "api internal");
        assert_eq!(for_client(Some("api internal"), "openid api"), "api", "not registered");
        assert_eq!(for_person(Some("openid internal"), "openid api internal"), "openid");
        assert_eq!(for_person(None, "openid internal"), "openid");
    }
}
