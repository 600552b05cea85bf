//! The kinds of load.

/// One kind of call to one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The product that is called.
    pub product: &'static str,
    /// What is called.
    pub name: &'static str,
    /// How it comes.
    pub nature: Nature,
}

/// How calls of a kind come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// Many a second, each one request: what latency is drawn from.
    Steady,
    /// A few a minute, or several requests each.
    Rare,
    /// Nobody calls: something arrives.
    Arrival,
}

const fn steady(product: &'static str, name: &'static str) -> Kind {
    Kind { product, name, nature: Nature::Steady }
}

const fn rare(product: &'static str, name: &'static str) -> Kind {
    Kind { product, name, nature: Nature::Rare }
}

/// The page of someone who is signed in.
pub const PAGE: Kind = steady("mypage", "GET page");
/// The form with which a person chooses; never tried again.
pub const PREFERENCES_FORM: Kind = steady("mypage", "POST preferences");
/// The page by gRPC.
pub const GET_PAGE: Kind = steady("mypage", "GetPage");
/// A person chooses by gRPC; never tried again.
pub const UPDATE_PREFERENCES: Kind = steady("mypage", "UpdatePreferences");
/// Opening the timeline by gRPC, at first and whenever the stream has ended.
pub const WATCH: Kind = rare("mypage", "WatchActivity");
/// Opening the timeline of a page, at first and whenever the stream has ended.
pub const PAGE_STREAM: Kind = rare("mypage", "GET stream");
/// From what happened to the line that tells of it: outbox, Kafka, inbox and stream.
pub const EVENT: Kind = Kind { product: "mypage", name: "event arrives", nature: Nature::Arrival };
/// From mypage to login's form and back to the page.
pub const SIGN_IN: Kind = rare("login", "sign in");
/// What login says of itself.
pub const DISCOVERY: Kind = steady("login", "GET discovery");
/// login's keys.
pub const KEYS: Kind = steady("login", "GET keys");
/// New tokens; never tried again.
pub const REFRESH: Kind = rare("login", "POST token");
/// Who someone is, by gRPC.
pub const GET_USER: Kind = steady("login", "GetUser");
/// The image that counts a showing.
pub const IMPRESSION: Kind = steady("ad", "GET impression");
/// The link that counts a click.
pub const CLICK: Kind = steady("ad", "GET click");
/// An advertiser's campaigns.
pub const CAMPAIGNS: Kind = steady("ad", "GET campaigns");
/// Ads for a person, by gRPC.
pub const SELECT_ADS: Kind = steady("ad", "SelectAds");

/// The name under which all steady kinds of a product are sampled together.
pub const TOGETHER: &str = "all";

/// All of them.
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
