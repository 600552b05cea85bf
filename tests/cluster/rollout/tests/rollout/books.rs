//! What the load was answered, and what the stores say of it: to the last line.

use std::collections::BTreeMap;

use chassis::id::TenantId;
use e2e::{
    ledger::{self, Books},
    system::System,
};
use rollout::{
    company::SHORT,
    sample::{Followed, Summary, digest},
};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::time::{Duration, Instant, sleep};

use crate::product::PRODUCTS;

/// The longest that events may still be on their way.
const ON_THE_WAY: Duration = Duration::from_secs(60);

/// One figure from both sides.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What is counted.
    pub(crate) what: String,
    /// What the load was answered.
    pub(crate) answered: String,
    /// Where it was looked up.
    pub(crate) place: &'static str,
    /// What is there.
    pub(crate) found: String,
    /// Whether they agree.
    pub(crate) agree: bool,
}

/// Waits until everything that was told has been heard, or for as long as that may take; the books then.
pub(crate) async fn settled(system: &System) -> Books {
    let until = Instant::now() + ON_THE_WAY;
    loop {
        let books = ledger::books(system).await;
        if books.are_settled() || Instant::now() >= until {
            return books;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Compares everything that the load's company did.
pub(crate) async fn compare(system: &System, summary: &Summary) -> Vec<Entry> {
    let stores = Stores::of(system, summary.tenant_id.parse().expect("a tenant's id")).await;
    let (seen, followed, sign_ins) = (summary.impressions, summary.clicks, summary.sign_ins);
    let chosen = summary.people.iter().map(|person| person.changes).sum();
    let lines = async |kind: &str| stores.count("mypage", &format!("activity WHERE kind = '{kind}'")).await;
    let used = async |metric: &str| stores.used(metric).await;
    let delivered = async |kind: &str| stores.count("ad", &format!("delivery WHERE kind = '{kind}'")).await;
    let versions = async |product, table: &str| stores.sum(product, "version", &format!("{table} WHERE true")).await;
    let overspent =
        "campaign_day JOIN campaign USING (campaign_id, tenant_id) WHERE spent_micros > daily_budget_micros";

    let mut entries = vec![
        equal("impressions", seen, "ad, deliveries", delivered("impression").await),
        equal("impressions", seen, "mypage, timelines", lines("ad_seen").await),
        equal("impressions", seen, "mypage, usage", used("ad.impressions").await),
        equal("clicks", followed, "ad, deliveries", delivered("click").await),
        equal("clicks", followed, "mypage, timelines", lines("ad_clicked").await),
        equal("sign-ins", sign_ins, "login, sessions", stores.count("login", "session WHERE true").await),
        equal("sign-ins", sign_ins, "mypage, timelines", lines("signed_in").await),
        equal("sign-ins", sign_ins, "mypage, usage", used("login.sign_ins").await),
        equal("choices", chosen, "mypage, versions", versions("mypage", "preferences").await),
        equal("choices", chosen, "mypage, timelines", lines("preferences_changed").await),
        equal("choices", chosen, "ad, versions", versions("ad", "viewer_preferences").await),
        equal("days overspent", 0, "ad, budgets", stores.count("ad", overspent).await),
        pages(summary, used("mypage.page_views").await),
        stores.ledger().await,
        stores.short_budget().await,
    ];
    for person in &summary.people {
        entries.push(stores.stream(person).await);
        entries.push(page_stream(person));
    }
    entries
}

/// The stores, for one tenant.
struct Stores {
    pools: BTreeMap<&'static str, PgPool>,
    tenant: TenantId,
}

impl Stores {
    async fn of(system: &System, tenant: TenantId) -> Self {
        let mut pools = BTreeMap::new();
        for product in PRODUCTS {
            pools.insert(product, system.database(product).await);
        }
        Self { pools, tenant }
    }

    /// How many of these rows are the tenant's.
    async fn count(&self, product: &str, rows: &str) -> i64 {
        self.number(product, format!("SELECT count(*) FROM {rows} AND tenant_id = $1")).await
    }

    /// The sum of a column over those of these rows that are the tenant's.
    async fn sum(&self, product: &str, column: &str, rows: &str) -> i64 {
        let sum = format!("SELECT coalesce(sum({column}), 0)::bigint FROM {rows} AND tenant_id = $1");
        self.number(product, sum).await
    }

    async fn used(&self, metric: &str) -> i64 {
        self.sum("mypage", "quantity", &format!("usage_record WHERE metric = '{metric}'")).await
    }

    async fn number(&self, product: &str, query: String) -> i64 {
        let number = sqlx::query_scalar(AssertSqlSafe(query.clone())).bind(self.tenant.as_uuid());
        number.fetch_one(&self.pools[product]).await.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Charges, what campaigns have spent, and the usage that was told are one and the same.
    async fn ledger(&self) -> Entry {
        let charged = self.sum("ad", "price_micros", "charge WHERE true").await;
        let charges = self.count("ad", "charge WHERE true").await;
        let spent = self.sum("ad", "spent_micros", "campaign_day WHERE true").await;
        let used = self.used("ad.clicks").await;
        Entry {
            what: "ledger".into(),
            answered: format!("{charges} charges, {charged} micros"),
            place: "mypage, usage; ad, budgets",
            found: format!("{used} charges, {spent} micros"),
            agree: (charges, charged) == (used, spent) && charges > 0,
        }
    }

    /// A budget that ends while the product is changed is not overspent by a micro.
    async fn short_budget(&self) -> Entry {
        let (name, budget) = SHORT;
        let days = format!("campaign_day JOIN campaign USING (campaign_id, tenant_id) WHERE name = '{name}'");
        let spent = self.sum("ad", "spent_micros", &days).await;
        Entry {
            what: "a budget that ends".into(),
            answered: format!("{budget} micros at most"),
            place: "ad, budgets",
            found: format!("{spent} micros"),
            agree: spent > 0 && spent <= budget,
        }
    }

    /// What came over all reconnects is what the timeline has, in its order, each line once.
    async fn stream(&self, person: &Followed) -> Entry {
        let query = "SELECT activity_id::text FROM activity WHERE user_id = $1::text::uuid
             AND position > (SELECT position FROM activity WHERE activity_id = $2::text::uuid) ORDER BY position";
        let lines: Vec<String> = sqlx::query_scalar(query)
            .bind(&person.user_id)
            .bind(&person.after)
            .fetch_all(&self.pools["mypage"])
            .await
            .expect("a timeline");
        let Followed { lines: came, doubled, streams, .. } = person;
        Entry {
            what: format!("lines over {streams} gRPC streams"),
            answered: format!("{came}, {doubled} twice"),
            place: "mypage, a timeline",
            found: lines.len().to_string(),
            agree: *doubled == 0 && digest(lines.iter().map(String::as_str)) == person.digest,
        }
    }
}

fn equal(what: &str, answered: u64, place: &'static str, found: i64) -> Entry {
    let agree = u64::try_from(found) == Ok(answered);
    Entry { what: what.to_owned(), answered: answered.to_string(), place, found: found.to_string(), agree }
}

/// A page that was asked for once more may have been counted at the first try, too.
fn pages(summary: &Summary, found: i64) -> Entry {
    let (least, most) = (summary.pages, summary.pages + summary.pages_again);
    Entry {
        what: "pages".into(),
        answered: if least == most { least.to_string() } else { format!("{least} to {most}") },
        place: "mypage, usage",
        found: found.to_string(),
        agree: u64::try_from(found).is_ok_and(|found| (least..=most).contains(&found)),
    }
}

fn page_stream(person: &Followed) -> Entry {
    let Followed { lines, page_streams, page_missing, page_doubled, .. } = person;
    Entry {
        what: format!("lines over {page_streams} page streams"),
        answered: format!("{page_missing} missing, {page_doubled} twice"),
        place: "the gRPC stream",
        found: lines.to_string(),
        agree: *page_missing == 0 && *page_doubled == 0,
    }
}
