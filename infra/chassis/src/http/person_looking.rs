use std::sync::LazyLock;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};
use regex::bytes::{Regex, RegexBuilder};

use crate::problem::Problem;

/// Patterns of robots' user agents, one a line. `assets/vendor/README.md` says how to update them.
const ROBOTS: &str = include_str!("../../assets/vendor/crawler-user-agents.txt");

/// Patterns of robots that the list misses. Remove one when a release of the list has it; a test tells when.
const MISSING_ROBOTS: [&str; 3] = [
    // The crawler of Daum. The list has it in lower case only.
    "Daumoa",
    // The link previews of KakaoTalk and LINE. The list finds them only behind `facebookexternalhit`.
    "kakaotalk-scrap",
    "line-poker",
];

static ROBOT: LazyLock<Regex> = LazyLock::new(|| {
    let any = ROBOTS.lines().chain(MISSING_ROBOTS).collect::<Vec<_>>().join("|");
    RegexBuilder::new(&any).unicode(false).build().expect("the patterns are tested")
});

/// Headers in which a browser names the purpose of a request that the person has not made: `Sec-Purpose` of the Fetch
/// standard, and its predecessors in Chromium, Safari and Firefox.
const PURPOSE_HEADERS: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/// The purposes that load a page before the person opens it, or instead of that.
const AHEAD_OF_TIME: [&str; 3] = ["prefetch", "prerender", "preview"];

/// Why no person looks at the response to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NobodyLooking {
    /// A prefetch of a browser.
    AheadOfTime,
    /// A robot, or the method `HEAD`.
    Robot,
}

/// Whether a person looks at the response to this request, as far as the request tells.
///
/// Check it before a response to `GET` is billed or counted. Nobody looks at the response to `HEAD`, to a prefetch, or to a
/// robot, such as a link previewer. Answer them as you answer a person, but record nothing.
///
/// A request without a user agent counts as a person's: some people hide theirs.
pub fn is_person_looking(method: &Method, headers: &HeaderMap) -> bool {
    nobody_looking(method, headers).is_none()
}

/// As [`is_person_looking`], with the reason: `None` for a person.
pub fn nobody_looking(method: &Method, headers: &HeaderMap) -> Option<NobodyLooking> {
    if is_ahead_of_time(headers) {
        Some(NobodyLooking::AheadOfTime)
    } else {
        (*method == Method::HEAD || is_robot(headers)).then_some(NobodyLooking::Robot)
    }
}

/// Middleware for a route whose `GET` changes something, such as one that ends a session: rejects `HEAD` and a prefetch
/// with 403 `ahead_of_time`.
///
/// `get(callback).route_layer(from_fn(not_ahead_of_time))`. Such a response cannot be shown later, so a browser discards
/// it, and loads the page again when the person opens it. Robots pass, because monitoring signs in, too.
pub async fn not_ahead_of_time(request: Request, next: Next) -> Response {
    let is_ahead = *request.method() == Method::HEAD || is_ahead_of_time(request.headers());
    if !request.method().is_safe() || !is_ahead {
        return next.run(request).await;
    }
    let detail = "This address changes something. It does not answer HEAD or a prefetch.";
    let refused = Problem::new(StatusCode::FORBIDDEN, "ahead_of_time", detail);
    ([(header::CACHE_CONTROL, "no-store")], refused).into_response()
}

fn is_ahead_of_time(headers: &HeaderMap) -> bool {
    let values = PURPOSE_HEADERS.iter().flat_map(|name| headers.get_all(*name));
    // `prefetch;prerender` is an item with a parameter (RFC 9651). An item can be a string in quotation marks, too.
    let mut tokens = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split([',', ';']));
    let bare = |token: &str| token.trim_matches(|c: char| c.is_ascii_whitespace() || c == '"').to_ascii_lowercase();
    tokens.any(|token| AHEAD_OF_TIME.contains(&bare(token).as_str()))
}

fn is_robot(headers: &HeaderMap) -> bool {
    headers.get_all(header::USER_AGENT).iter().any(|agent| ROBOT.is_match(agent.as_bytes()))
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use http::HeaderValue;
    use tower::ServiceExt;

    use super::*;

    fn looking(method: &Method, name: &'static str, value: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(name.parse().expect("a name"), HeaderValue::from_static(value))]);
        is_person_looking(method, &headers)
    }

    #[test]
    fn every_pattern_of_the_list_is_valid_and_says_something() {
        assert!(ROBOTS.lines().count() > 1_000);
        for pattern in ROBOTS.lines() {
            let pattern = RegexBuilder::new(pattern).unicode(false).build().expect("a pattern");
            assert!(!pattern.is_match(b""), "{pattern} matches everything");
        }
    }

    #[test]
    fn a_browser_or_an_http_client_is_a_person() {
        for agent in [
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/150.0.0.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Whale/4.34.340.19 Safari/537.36",
            "Mozilla/5.0 (Linux; Android 16; SM-S931N; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/150.0.0.0 Mobile Safari/537.36;KAKAOTALK 2611000",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 KAKAOTALK 26.1.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/15.18.0",
            "Mozilla/5.0 (Linux; Android 16; SM-S931N; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/150.0.0.0 Mobile Safari/537.36 DaumApps/7.9.0 DaumDevice/mobile",
            "Mozilla/5.0 (Linux; Android 16; SM-S931N; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/150.0.0.0 Whale/1.0.0.0 Crosswalk/31 Mobile Safari/537.36 NAVER(inapp; search; 2000; 12.14.4)",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22G86 [FBAN/FBIOS;FBAV/520.0.0.38.101]",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0.0.0 Safari/537.36",
            "curl/8.14.1",
            "python-requests/2.32.5",
            "okhttp/4.12.0",
            "Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
        ] {
            assert!(looking(&Method::GET, "user-agent", agent), "{agent}");
        }
        assert!(is_person_looking(&Method::GET, &HeaderMap::new()), "some people hide their user agent");
        assert!(looking(&Method::GET, "sec-fetch-dest", "document"));
    }

    #[test]
    fn a_robot_is_no_person() {
        for agent in [
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
            "Twitterbot/1.0",
            "TelegramBot (like TwitterBot)",
            "WhatsApp/2.23.20.0",
            "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)",
            "Daumoa/4.0",
            "Mozilla/5.0 (compatible; Daumoa/4.0; +http://cs.daum.net/)",
            "kakaotalk-scrap/1.0",
            "line-poker/1.0",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        ] {
            assert!(!looking(&Method::GET, "user-agent", agent), "{agent}");
        }
    }

    #[tokio::test]
    async fn what_changes_something_is_not_loaded_ahead_of_time() {
        let handler = get(StatusCode::OK).post(StatusCode::OK).route_layer(middleware::from_fn(not_ahead_of_time));
        let router = Router::new().route("/", handler);
        for (method, name, value, expected) in [
            (Method::GET, "accept", "text/html", StatusCode::OK),
            (Method::GET, "user-agent", "DatadogSynthetics", StatusCode::OK),
            (Method::POST, "accept", "text/html", StatusCode::OK),
            (Method::HEAD, "accept", "text/html", StatusCode::FORBIDDEN),
            (Method::GET, "sec-purpose", "prefetch;prerender", StatusCode::FORBIDDEN),
            (Method::GET, "purpose", "prefetch", StatusCode::FORBIDDEN),
        ] {
            let request = Request::builder().method(&method).uri("/").header(name, value);
            let request = request.body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("infallible");
            assert_eq!(response.status(), expected, "{method} {name}: {value}");
            assert!(expected == StatusCode::OK || response.headers()[header::CACHE_CONTROL] == "no-store");
        }
    }

    #[test]
    fn the_list_still_misses_the_robots_that_are_added_to_it() {
        for pattern in MISSING_ROBOTS {
            let mut listed =
                ROBOTS.lines().map(|line| RegexBuilder::new(line).unicode(false).build().expect("a pattern"));
            assert!(!listed.any(|listed| listed.is_match(pattern.as_bytes())), "remove {pattern}: the list has it");
        }
    }

    #[test]
    fn nobody_looks_at_a_head_request_or_a_prefetch() {
        assert!(!looking(&Method::HEAD, "accept", "text/html"));
        for (name, value) in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("sec-purpose", "prefetch; anonymous-client-ip"),
            ("purpose", "prefetch"),
            ("purpose", "Prefetch"),
            ("sec-purpose", "\"prefetch\""),
            ("sec-purpose", "\"prefetch\";prerender"),
            ("sec-purpose", "navigate, \" prefetch \";a=b"),
            ("purpose", "\"Prerender\""),
            ("x-purpose", "preview"),
            ("x-moz", "prefetch"),
        ] {
            assert!(!looking(&Method::GET, name, value), "{name}: {value}");
        }
        assert!(looking(&Method::GET, "purpose", "navigate"));
        let none = HeaderMap::new();
        assert_eq!(nobody_looking(&Method::HEAD, &none), Some(NobodyLooking::Robot));
        let ahead = HeaderMap::from_iter([("purpose".parse().expect("a name"), HeaderValue::from_static("prefetch"))]);
        assert_eq!(nobody_looking(&Method::GET, &ahead), Some(NobodyLooking::AheadOfTime));
    }
}
