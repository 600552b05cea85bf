//! The kinds of load.

/// A kind of call to one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    pub product: &'static str,
    pub name: &'static str,
    pub class: Class,
}

/// The cause and frequency of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Many per second, one request each. Latencies are drawn from these.
    Steady,
    /// A few per minute, or several requests each.
    Rare,
    /// No call: the arrival of an event.
    Arrival,
}

const fn steady(product: &'static str, name: &'static str) -> Kind {
    Kind { product, name, class: Class::Steady }
}

const fn rare(product: &'static str, name: &'static str) -> Kind {
    Kind { product, name, class: Class::Rare }
}

/// A signed-in person's page.
pub const PAGE: Kind = steady("mypage", "GET page");
/// The preferences form. Never retried.
pub const PREFERENCES_FORM: Kind = steady("mypage", "POST preferences");
/// The page by gRPC.
pub const GET_PAGE: Kind = steady("mypage", "GetPage");
/// Preferences by gRPC. Never retried.
pub const UPDATE_PREFERENCES: Kind = steady("mypage", "UpdatePreferences");
/// Opening the gRPC timeline stream, at first and after each end.
pub const WATCH: Kind = rare("mypage", "WatchActivity");
/// Opening the page's event stream, at first and after each end.
pub const PAGE_STREAM: Kind = rare("mypage", "GET stream");
/// From the cause of an event to its line on the timeline: through outbox, Kafka, inbox and stream.
pub const EVENT: Kind = Kind { product: "mypage", name: "event arrives", class: Class::Arrival };
/// From mypage to login's form and back to the page.
pub const SIGN_IN: Kind = rare("login", "sign in");
/// login's discovery document.
pub const DISCOVERY: Kind = steady("login", "GET discovery");
pub const KEYS: Kind = steady("login", "GET keys");
/// A token refresh. Never retried.
pub const REFRESH: Kind = rare("login", "POST token");
pub const GET_USER: Kind = steady("login", "GetUser");
/// The image that counts an impression.
pub const IMPRESSION: Kind = steady("ad", "GET impression");
pub const CLICK: Kind = steady("ad", "GET click");
/// The advertiser's campaigns.
pub const CAMPAIGNS: Kind = steady("ad", "GET campaigns");
/// Ads for a person, by gRPC.
pub const SELECT_ADS: Kind = steady("ad", "SelectAds");

/// Name of the sample that combines all steady kinds of a product.
pub const ALL_STEADY: &str = "all";

pub const ALL: [Kind; 16] = [
    SIGN_IN,
    DISCOVERY,
    KEYS,
    REFRESH,
    GET_USER,
    PAGE,
    PREFERENCES_FORM,
    GET_PAGE,
    UPDATE_PREFERENCES,
    WATCH,
    PAGE_STREAM,
    EVENT,
    IMPRESSION,
    CLICK,
    CAMPAIGNS,
    SELECT_ADS,
];
