//! Makes the alerts of every product fire with a real fault, and clear after its repair. Then runs every query of the
//! dashboards and the rules on the metrics of the running products. `scripts/test faults` starts the system that this needs.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chaos::{
    faults::{self, Fault},
    faults_of_ad as ad, faults_of_products as products,
    prometheus::Prometheus,
    queries,
    system::System,
    traffic,
};
use tokio::time::{Instant, sleep};

const PRODUCTS: [&str; 3] = ["login", "mypage", "ad"];
const POLL: Duration = Duration::from_millis(200);
/// Timeout for an alert to fire or clear. Some metrics are updated once a minute.
const WITHIN: Duration = Duration::from_secs(150);

/// A fault, and the alerts that it makes fire, each with all its windows.
struct Case {
    title: &'static str,
    alerts: &'static [&'static str],
    fault: Fault,
}

const fn case(title: &'static str, alerts: &'static [&'static str], fault: Fault) -> Case {
    Case { title, alerts, fault }
}

const CASES: [Case; 28] = [
    case(
        "login's database refuses connections",
        &["LoginSignInAvailability", "LoginTokenAvailability", "LoginVerificationAvailability"],
        faults::database_closed,
    ),
    case(
        "long transactions lock three tables",
        &["LoginSignInLatency", "LoginTokenLatency", "LoginVerificationLatency"],
        faults::database_slow,
    ),
    case("login's process is stopped", &["LoginDown", "LoginInstanceDown"], faults::login_stopped),
    case("40 people sign in concurrently", &["LoginPasswordQueueLong"], faults::many_sign_ins),
    case("120 people sign in concurrently", &["LoginPasswordsRefused"], faults::too_many_sign_ins),
    case("one transaction locks a table, 20 people reset passwords", &["LoginPoolExhausted"], faults::table_locked),
    case(
        "dead-letter topics are deleted",
        &["LoginDeadLettersFailed", "MypageDeadLettersFailed", "AdDeadLettersFailed"],
        faults::dead_letter_topics_deleted,
    ),
    case(
        "events are too large for the broker",
        &["LoginEventsParked", "MypageEventsParked", "AdEventsParked"],
        faults::events_too_large,
    ),
    case(
        "an event that consumers cannot decode",
        &["LoginEventsDeadLettered", "MypageEventsDeadLettered", "AdEventsDeadLettered"],
        faults::bad_event,
    ),
    case("the broker is stopped", &["LoginOutboxOld", "MypageOutboxOld", "AdOutboxOld"], faults::broker_stopped),
    case(
        "the inboxes of mypage and ad are locked",
        &["MypageEventsNotHandled", "AdEventsNotHandled", "MypageTimelineLatency", "AdLedgerLatency"],
        faults::inboxes_locked,
    ),
    case("mypage's process is stopped", &["MypageDown", "MypageInstanceDown"], products::mypage_stopped),
    case(
        "mypage's database refuses connections",
        &["MypagePageAvailability", "MypageApiAvailability", "MypageStreamAvailability"],
        products::mypage_database_closed,
    ),
    case("long transactions lock the profiles", &["MypagePageLatency", "MypageApiLatency"], products::pages_slow),
    case("one transaction locks the profiles, 20 clients read them", &["MypagePoolExhausted"], products::mypage_busy),
    case(
        "ad's process is stopped",
        &["AdDown", "AdInstanceDown", "AdSelectAdsClientAvailability", "MypagePeerFailing"],
        products::ad_stopped,
    ),
    case("ad's process is stopped for half of the time", &["AdSelectAdsClientLatency"], products::ad_stutters),
    case(
        "ad's database refuses connections",
        &["AdClickAvailability", "AdIndexFreshness", "AdIndexOld"],
        products::ad_database_closed,
    ),
    case("long transactions lock the campaigns", &["AdClickLatency"], products::clicks_slow),
    case("links are forged", &["AdLinksRefused"], products::links_forged),
    case("one transaction locks the campaigns, 20 clients list them", &["AdPoolExhausted"], products::ad_busy),
    case("login is stopped, and tokens have a new key", &["AdSelectAdsAvailability"], ad::keys_unavailable),
    case("selections wait for their viewers", &["AdSelectAdsLatency"], ad::viewers_slow),
    case("a campaign changes and the index does not follow", &["AdIndexDifferent"], ad::campaign_changed_unseen),
    case(
        "a campaign has spending without charges, above its budget",
        &["AdOverspend", "AdReconcileDifference"],
        ad::spending_without_charges,
    ),
    case("an e-mail is 11 minutes late", &["LoginMailDelayed"], faults::mail_waits),
    case("an e-mail failed after all retries", &["LoginMailFailed"], faults::mail_given_up),
    case("signing keys are 32 days old", &["LoginSigningKeyOld"], faults::old_keys),
];

/// Queries with a correctly empty result, and the reason.
const EMPTY: [(&str, &str); 1] = [("ALERTS{", "no alert fires in a healthy system")];

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_fires_and_every_query_answers() {
    let system = System::running();
    let Some(prometheus) = Prometheus::start(&system).await else {
        println!("SKIPPED faults: prometheus is not installed: apt-get install prometheus");
        return;
    };
    let selected = selected_alerts();
    let _traffic = traffic::start(&system);
    wait_until_quiet(&prometheus, "before the first fault").await;
    println!("\n| alert | window | fault | fires after | clears after |\n|---|---|---|---|---|");
    let mut skipped = vec![];
    for case in
        CASES.iter().filter(|case| selected.is_empty() || case.alerts.iter().any(|&alert| selected.contains(alert)))
    {
        if let Some(why) = skip_reason(&system, case) {
            skipped.push(format!("SKIPPED {}: {why}", case.alerts.join(", ")));
            continue;
        }
        run(&system, &prometheus, case).await;
    }
    wait_until_quiet(&prometheus, "after the last repair").await;
    if !selected.is_empty() {
        skipped.push("SKIPPED other faults and the dashboard's queries: FAULTS is set".to_owned());
    }
    skipped.iter().for_each(|line| println!("{line}"));
    // Some metrics exist only after all faults.
    let failed_queries = if selected.is_empty() { failed_queries(&prometheus).await } else { vec![] };
    assert!(failed_queries.is_empty(), "{failed_queries:#?}");
    assert_eq!(prometheus.broken_rules().await, Vec::<String>::new());
}

#[test]
fn every_alert_has_a_fault() {
    let broken = CASES.iter().flat_map(|case| case.alerts).map(|&alert| alert.to_owned());
    assert_eq!(broken.collect::<BTreeSet<_>>(), all_alerts());
}

fn all_alerts() -> BTreeSet<String> {
    PRODUCTS.iter().flat_map(|product| queries::alerts(product)).collect()
}

/// Returns the alerts that `FAULTS` names; empty for all.
fn selected_alerts() -> BTreeSet<String> {
    let named = std::env::var("FAULTS").unwrap_or_default();
    let selected: BTreeSet<String> = named.split_whitespace().map(str::to_owned).collect();
    let unknown: Vec<_> = selected.difference(&all_alerts()).cloned().collect();
    assert!(unknown.is_empty(), "FAULTS: no product has the alert {unknown:?}");
    selected
}

/// Returns why a case must be skipped, if it must.
fn skip_reason(system: &System, case: &Case) -> Option<&'static str> {
    let with_kafka = ["LoginOutboxOld", "LoginDeadLettersFailed"];
    (with_kafka.iter().any(|alert| case.alerts.contains(alert)) && !system.has("kafka")).then_some("needs a real Kafka")
}

async fn run(system: &System, prometheus: &Prometheus, case: &Case) {
    // Alerts left over from an earlier fault must not count.
    let before = Instant::now();
    while prometheus.pending_or_firing().await.keys().any(|alert| case.alerts.contains(&alert.as_str())) {
        assert!(before.elapsed() < WITHIN, "{}: its alerts are pending or firing before the fault", case.title);
        sleep(POLL).await;
    }
    let (broken, repair) = (Instant::now(), (case.fault)(system.clone()).await);
    let mut fired = BTreeMap::new();
    let all_fired = |fired: &BTreeMap<(String, String), Duration>| {
        case.alerts.iter().all(|alert| fired.keys().filter(|(name, _)| name == alert).count() >= windows(alert))
    };
    while !all_fired(&fired) && broken.elapsed() < WITHIN {
        for (alert, windows) in prometheus.firing().await {
            for window in windows.into_iter().filter(|_| case.alerts.contains(&alert.as_str())) {
                fired.entry((alert.clone(), window)).or_insert_with(|| broken.elapsed());
            }
        }
        sleep(POLL).await;
    }
    // Repair before asserting, so that later faults start from a healthy system.
    repair.run().await;
    assert!(all_fired(&fired), "{}: only {fired:?} fired", case.title);
    let repaired = Instant::now();
    let mut cleared = BTreeMap::new();
    while cleared.len() < fired.len() {
        let firing = prometheus.firing().await;
        for key @ (alert, window) in fired.keys() {
            let fires = firing.get(alert).is_some_and(|windows| windows.contains(window));
            if !fires {
                cleared.entry(key.clone()).or_insert_with(|| repaired.elapsed());
            }
        }
        assert!(repaired.elapsed() < WITHIN, "{}: still firing: {firing:?}", case.title);
        sleep(POLL).await;
    }
    for (key @ (alert, window), fired) in &fired {
        let (fired, cleared) = (fired.as_secs_f64(), cleared[key].as_secs_f64());
        println!("| {alert} | {window} | {} | {fired:.1} s | {cleared:.1} s |", case.title);
    }
}

/// Returns the alert's number of windows. Burn rates have four.
fn windows(alert: &str) -> usize {
    if ["Availability", "Latency", "Freshness"].iter().any(|name| alert.ends_with(name)) { 4 } else { 1 }
}

/// Waits until no alert has fired for 25 polls.
async fn wait_until_quiet(prometheus: &Prometheus, when: &str) {
    let (since, mut quiet) = (Instant::now(), 0);
    while quiet < 25 {
        let firing = prometheus.firing().await;
        quiet = if firing.is_empty() { quiet + 1 } else { 0 };
        assert!(since.elapsed() < WITHIN, "{when}, still firing: {firing:?}");
        sleep(POLL).await;
    }
}

/// Returns the queries of dashboard and rules that fail or have an empty result.
async fn failed_queries(prometheus: &Prometheus) -> Vec<String> {
    let mut failed_queries = vec![];
    let dashboard_queries = PRODUCTS.iter().flat_map(|product| queries::dashboard_queries(product));
    let dashboard_queries = dashboard_queries.map(|(panel, query)| (panel, query.replace("$__rate_interval", "5m")));
    let rule_selectors = PRODUCTS.iter().flat_map(|product| queries::rule_selectors(product));
    let rule_selectors =
        rule_selectors.map(|selector| ("a rule".to_owned(), format!("last_over_time({selector}[1h])")));
    for (origin, query) in dashboard_queries.chain(rule_selectors) {
        let excused = EMPTY.iter().any(|(part, _)| query.contains(part));
        match prometheus.count(&query).await {
            Ok(0) if !excused => failed_queries.push(format!("{origin}: empty result: {query}")),
            Ok(_) => {}
            Err(error) => failed_queries.push(format!("{origin}: {error}: {query}")),
        }
    }
    failed_queries
}
