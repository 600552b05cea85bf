//! Compares the load's results with the products' databases, exactly.

use std::collections::BTreeMap;

use chassis::id::TenantId;
use e2e::{
    system::System,
    totals::{self, Totals},
};
use rollout::{
    sample::{StreamResults, Summary, digest},
    tenant::SHORT,
};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::time::{Duration, Instant, sleep};

use crate::product::PRODUCTS;

/// Maximum time until all events are consumed. ad publishes usage when its minute has ended.
const ON_THE_WAY: Duration = Duration::from_secs(150);

/// One number, from the load and from the databases.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) what: String,
    /// The load's number.
    pub(crate) load: String,
    /// Source of the stored number.
    pub(crate) source: &'static str,
    pub(crate) stored: String,
    pub(crate) equal: bool,
}

/// Waits, with a limit, until all published events are consumed. Returns the totals.
pub(crate) async fn wait_until_consumed(system: &System) -> Totals {
    let until = Instant::now() + ON_THE_WAY;
    loop {
        let totals = totals::read(system).await;
        if totals.are_consumed() || Instant::now() >= until {
            return totals;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Compares all counts of the load's tenant.
pub(crate) async fn compare(system: &System, summary: &Summary) -> Vec<Entry> {
    let stores = Stores::of(system, summary.tenant_id.parse().expect("a tenant's id")).await;
    let (impressions, clicks, sign_ins) = (summary.impressions, summary.clicks, summary.sign_ins);
    let changes = summary.people.iter().map(|person| person.changes).sum();
    let lines = async |kind: &str| stores.count("mypage", &format!("activity WHERE kind = '{kind}'")).await;
    let used = async |metric: &str| stores.used(metric).await;
    let delivered = async |kind: &str| stores.count("ad", &format!("delivery WHERE kind = '{kind}'")).await;
    let versions = async |product, table: &str| stores.sum(product, "version", &format!("{table} WHERE true")).await;
    let overspent =
        "campaign_day JOIN campaign USING (campaign_id, tenant_id) WHERE spent_micros > daily_budget_micros";

    let mut entries = vec![
        entry("impressions", impressions, "ad, deliveries", delivered("impression").await),
        entry("impressions", impressions, "mypage, timelines", lines("ad_seen").await),
        stores.impressions().await,
        entry("clicks", clicks, "ad, deliveries", delivered("click").await),
        entry("clicks", clicks, "mypage, timelines", lines("ad_clicked").await),
        entry("sign-ins", sign_ins, "login, sessions", stores.count("login", "session WHERE true").await),
        entry("sign-ins", sign_ins, "mypage, timelines", lines("signed_in").await),
        entry("sign-ins", sign_ins, "mypage, usage", used("login.sign_ins").await),
        entry("preference changes", changes, "mypage, versions", versions("mypage", "preferences").await),
        entry("preference changes", changes, "mypage, timelines", lines("preferences_changed").await),
        entry("preference changes", changes, "ad, versions", versions("ad", "viewer_preferences").await),
        entry("days overspent", 0, "ad, budgets", stores.count("ad", overspent).await),
        pages(summary, used("mypage.page_views").await),
        stores.charges().await,
        stores.short_budget().await,
    ];
    for person in &summary.people {
        entries.push(stores.stream(person).await);
        entries.push(page_stream(person));
    }
    entries
}

/// The products' databases, restricted to one tenant.
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

    /// Counts the tenant's rows among these.
    async fn count(&self, product: &str, rows: &str) -> i64 {
        self.number(product, format!("SELECT count(*) FROM {rows} AND tenant_id = $1")).await
    }

    /// Sums a column over the tenant's rows among these.
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

    /// Usage is the advertiser's: people of the tenant also see the ads of others.
    async fn impressions(&self) -> Entry {
        let own = "SELECT count(*) FROM delivery WHERE kind = 'impression' AND advertiser_tenant_id = $1";
        let (own, used) = (self.number("ad", own.to_owned()).await, self.used("ad.impressions").await);
        Entry {
            what: "impressions of the tenant's campaigns".into(),
            load: own.to_string(),
            source: "mypage, usage; ad, deliveries",
            stored: used.to_string(),
            equal: own == used && own > 0,
        }
    }

    /// Charges, campaign spending and usage records must agree.
    async fn charges(&self) -> Entry {
        let charged = self.sum("ad", "price_micros", "charge WHERE true").await;
        let charges = self.count("ad", "charge WHERE true").await;
        let spent = self.sum("ad", "spent_micros", "campaign_day WHERE true").await;
        let (used, billed) = (self.used("ad.clicks").await, self.used("ad.spend").await);
        Entry {
            what: "charges".into(),
            load: format!("{charges} charges, {charged} micros"),
            source: "mypage, usage; ad, budgets",
            stored: format!("{used} charges, {spent} micros spent, {billed} micros billed"),
            equal: (charges, charged, charged) == (used, spent, billed) && charges > 0,
        }
    }

    /// A budget that runs out during the changes must not be overspent.
    async fn short_budget(&self) -> Entry {
        let (name, budget) = SHORT;
        let days = format!("campaign_day JOIN campaign USING (campaign_id, tenant_id) WHERE name = '{name}'");
        let spent = self.sum("ad", "spent_micros", &days).await;
        Entry {
            what: "budget that runs out".into(),
            load: format!("{budget} micros at most"),
            source: "ad, budgets",
            stored: format!("{spent} micros"),
            equal: spent > 0 && spent <= budget,
        }
    }

    /// The lines received over all reconnects must equal the timeline, in order and without duplicates.
    async fn stream(&self, person: &StreamResults) -> Entry {
        let query = "SELECT activity_id::text FROM activity WHERE user_id = $1::text::uuid
             AND position > (SELECT position FROM activity WHERE activity_id = $2::text::uuid) ORDER BY position";
        let lines: Vec<String> = sqlx::query_scalar(query)
            .bind(&person.user_id)
            .bind(&person.after)
            .fetch_all(&self.pools["mypage"])
            .await
            .expect("a timeline");
        let StreamResults { lines: received, duplicates, streams, .. } = person;
        Entry {
            what: format!("lines over {streams} gRPC streams"),
            load: format!("{received}, {duplicates} duplicates"),
            source: "mypage, a timeline",
            stored: lines.len().to_string(),
            equal: *duplicates == 0 && digest(lines.iter().map(String::as_str)) == person.digest,
        }
    }
}

fn entry(what: &str, load: u64, source: &'static str, stored: i64) -> Entry {
    let equal = u64::try_from(stored) == Ok(load);
    Entry { what: what.to_owned(), load: load.to_string(), source, stored: stored.to_string(), equal }
}

/// A retried page may have been counted at its first try as well.
fn pages(summary: &Summary, stored: i64) -> Entry {
    let (least, most) = (summary.pages, summary.pages + summary.pages_retried);
    Entry {
        what: "pages".into(),
        load: if least == most { least.to_string() } else { format!("{least} to {most}") },
        source: "mypage, usage",
        stored: stored.to_string(),
        equal: u64::try_from(stored).is_ok_and(|stored| (least..=most).contains(&stored)),
    }
}

fn page_stream(person: &StreamResults) -> Entry {
    let StreamResults { lines, page_streams, page_missing, page_duplicates, .. } = person;
    Entry {
        what: format!("lines over {page_streams} page streams"),
        load: format!("{page_missing} missing, {page_duplicates} duplicates"),
        source: "the gRPC stream",
        stored: lines.to_string(),
        equal: *page_missing == 0 && *page_duplicates == 0,
    }
}
