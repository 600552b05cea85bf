//! Who is there to try things out with.

/// Everybody's password.
pub const PASSWORD: &str = "one-product-one-team";

/// A company.
#[derive(Debug)]
pub struct Tenant {
    /// Its short name in addresses.
    pub slug: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The language its people mostly read.
    pub locale: &'static str,
    /// Where its days begin and end.
    pub time_zone: &'static str,
    /// What it is billed in.
    pub currency_code: &'static str,
    /// Its people; the first one is the admin, who signs the company up.
    pub people: [Person; 3],
}

/// Someone who can sign in.
#[derive(Debug)]
pub struct Person {
    /// The address to sign in with.
    pub email: &'static str,
    /// What to call them.
    pub display_name: &'static str,
}

/// The companies.
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
