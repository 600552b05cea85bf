//! The tenants and people of the demo data.

/// Password of every person.
pub const PASSWORD: &str = "one-product-one-team";

/// A tenant.
#[derive(Debug)]
pub struct Tenant {
    /// Short name in URLs.
    pub slug: &'static str,
    pub name: &'static str,
    /// Language of its people.
    pub locale: &'static str,
    /// Time zone of its days.
    pub time_zone: &'static str,
    /// Currency of its invoices.
    pub currency_code: &'static str,
    /// Its people; the first one is the admin, who signs the tenant up.
    pub people: [Person; 3],
}

/// A person who can sign in.
#[derive(Debug)]
pub struct Person {
    pub email: &'static str,
    pub display_name: &'static str,
}

pub const TENANTS: [Tenant; 2] = [
    Tenant {
        slug: "hangang",
        name: "한강상회",
        locale: "ko",
        time_zone: "Asia/Seoul",
        currency_code: "KRW",
        people: [
            Person { email: "admin@hangang.example", display_name: "한서연" },
            Person { email: "mina@hangang.example", display_name: "김미나" },
            Person { email: "joon@hangang.example", display_name: "박준" },
        ],
    },
    Tenant {
        slug: "acme",
        name: "Acme Outdoor",
        locale: "en",
        time_zone: "America/New_York",
        currency_code: "USD",
        people: [
            Person { email: "admin@acme.example", display_name: "Ada Park" },
            Person { email: "amy@acme.example", display_name: "Amy Chen" },
            Person { email: "bob@acme.example", display_name: "Bob Rivera" },
        ],
    },
];
