use http::{HeaderMap, header};

/// The form in which a client reads an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A page.
    Page,
    /// A problem document.
    Problem,
    /// The usual form of the address.
    Either,
}

impl Wanted {
    /// Reads `Accept` (RFC 9110, section 12.5.1): of HTML and JSON the one with the higher weight, then the first.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        if is_htmx(headers) {
            return Self::Page;
        }
        // Some HTTP clients accept HTML unless they are told otherwise. A browser has no token to send.
        if has_token(headers) {
            return Self::Problem;
        }
        let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
        let mut best = (0.0, Self::Either);
        for (kind, weight) in lines.flat_map(|line| line.split(',')).map(range) {
            let wanted = match kind.as_str() {
                "text/html" | "application/xhtml+xml" => Self::Page,
                "application/json" | "application/problem+json" => Self::Problem,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, wanted);
            }
        }
        best.1
    }
}

/// Whether the request has an access token. Basic credentials tell nothing: a proxy may ask browsers for them.
fn has_token(headers: &HeaderMap) -> bool {
    let scheme = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split(' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
}

/// The media type and the weight of one range. A weight that cannot be read is zero.
fn range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('='));
    (kind, weight.map_or(Ok(1.0), |weight| weight.trim().parse()).unwrap_or(0.0))
}

/// Whether the request is of htmx, which inserts the HTML of a response into its page. It accepts anything.
pub fn is_htmx(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

/// Whether the client shows pages: a browser, or htmx in one.
pub fn wants_page(headers: &HeaderMap) -> bool {
    Wanted::of(headers) == Wanted::Page
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn wanted(pairs: &[(&'static str, &'static str)]) -> Wanted {
        let pair = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            headers.append(name, value);
        }
        Wanted::of(&headers)
    }

    #[test]
    fn browsers_want_pages() {
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html, */*;q=0.1",
            "TEXT/HTML;charset=utf-8",
            "text/html, application/json",
            "application/json;q=0.5, text/html;q=0.9",
        ] {
            assert_eq!(wanted(&[("accept", accept)]), Wanted::Page, "{accept}");
        }
        assert_eq!(wanted(&[("accept", "*/*"), ("hx-request", "true")]), Wanted::Page);
    }

    #[test]
    fn programs_want_problems_or_what_the_address_answers_with() {
        for accept in ["application/json", "application/json, text/html", "text/html;q=0.8, application/problem+json"] {
            assert_eq!(wanted(&[("accept", accept)]), Wanted::Problem, "{accept}");
        }
        for accept in ["*/*", "", "image/webp,*/*", "text/event-stream", "text/html;q=0", "text/html;q=x", "text/htmlx"]
        {
            assert_eq!(wanted(&[("accept", accept)]), Wanted::Either, "{accept}");
        }
        assert_eq!(wanted(&[]), Wanted::Either);
        let java = ("accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2");
        for (authorization, expected) in
            [("Bearer x", Wanted::Problem), ("bearer x", Wanted::Problem), ("Basic x", Wanted::Page)]
        {
            assert_eq!(wanted(&[java, ("authorization", authorization)]), expected, "{authorization}");
        }
        assert_eq!(wanted(&[("accept", "image/png"), ("accept", "application/json")]), Wanted::Problem);
    }
}
