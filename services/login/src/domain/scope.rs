//! Scopes: what a token is good for.

/// All scopes there are, in the order they are named.
pub const ALL: [&str; 5] = ["openid", "profile", "email", "offline_access", "api"];

/// All scopes as one text.
pub fn all() -> String {
    ALL.join(" ")
}

/// What is given of what was asked for: the client may have it, and it exists. What is unknown is left out, as OpenID
/// Connect wants it; asking for nothing means everything the client may have.
pub fn granted(asked: Option<&str>, allowed: &str) -> String {
    let asked = asked.filter(|text| !text.trim().is_empty()).unwrap_or(allowed);
    let known = ALL.into_iter().filter(|scope| has(asked, scope) && has(allowed, scope));
    known.collect::<Vec<_>>().join(" ")
}

/// Whether `scope` is among `scopes`.
pub fn has(scopes: &str, scope: &str) -> bool {
    scopes.split_ascii_whitespace().any(|each| each == scope)
}

/// Whether everything in `asked` is in `granted`: a refresh may narrow, never widen.
pub fn is_within(asked: &str, granted: &str) -> bool {
    asked.split_ascii_whitespace().all(|scope| has(granted, scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_scopes_are_left_out_and_none_is_added() {
        assert_eq!(granted(Some("openid email phone"), "openid email profile"), "openid email");
        assert_eq!(granted(None, "openid api"), "openid api");
        assert_eq!(granted(Some("api"), "openid"), "");
        assert!(is_within("openid", "openid api"));
        assert!(!is_within("openid email", "openid api"));
    }
}
