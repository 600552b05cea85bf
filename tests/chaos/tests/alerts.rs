//! Every alert of login, made to fire by a real fault and to end with it; and every query of its dashboard and rules, asked of what
//! the running products export. `scripts/test faults` starts what this needs.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chaos::{
    faults::{self, Break},
    prometheus::Prometheus,
    queries,
    system::System,
    traffic,
};
use tokio::time::{Instant, sleep};

const POLL: Duration = Duration::from_millis(200);
/// Some figures are renewed once a minute.
const WITHIN: Duration = Duration::from_secs(150);

/// What breaks, and what has to tell of it: each alert with all its windows.
struct Case {
    what: &'static str,
    alerts: &'static [&'static str],
    fault: Break,
}

const fn case(what: &'static str, alerts: &'static [&'static str], fault: Break) -> Case {
    Case { what, alerts, fault }
}

const CASES: [Case; 11] = [
    case(
        "login's database lets nobody in",
        &["LoginSignInAvailability", "LoginTokenAvailability", "LoginVerificationAvailability"],
        faults::database_closed,
    ),
    case(
        "long transactions keep three tables",
        &["LoginSignInLatency", "LoginTokenLatency", "LoginVerificationLatency"],
        faults::database_slow,
    ),
    case("login's process hangs", &["LoginDown", "LoginInstanceDown"], faults::login_stopped),
    case("40 people sign in at once", &["LoginPasswordQueueLong"], faults::many_sign_ins),
    case("120 people sign in at once", &["LoginPasswordsRefused"], faults::too_many_sign_ins),
    case("one transaction keeps a table, 20 people forget passwords", &["LoginPoolExhausted"], faults::table_locked),
    case("an event that readers can't read", &["LoginEventsDeadLettered"], faults::bad_event),
    case("the broker hangs", &["LoginOutboxOld"], faults::broker_stopped),
    case("a mail has waited for 11 minutes", &["LoginMailDelayed"], faults::mail_waits),
    case("a mail was given up", &["LoginMailFailed"], faults::mail_given_up),
    case("keys have signed for 32 days", &["LoginSigningKeyOld"], faults::old_keys),
];

/// Queries that rightly find nothing here, and why.
const EMPTY: [(&str, &str); 1] = [("ALERTS{", "nothing fires when all is well")];

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_fires_and_every_query_answers() {
    let system = System::running();
    let Some(prometheus) = Prometheus::start(&system).await else {
        println!("SKIPPED faults: prometheus is missing: apt-get install prometheus");
        return;
    };
    let wanted = wanted();
    let _traffic = traffic::start(&system);
    quiet(&prometheus, "before anything is broken").await;
    println!("\n| alert | window | fault | fires after | clears after |\n|---|---|---|---|---|");
    let mut skipped = vec![];
    for case in CASES.iter().filter(|case| wanted.is_empty() || case.alerts.iter().any(|&alert| wanted.contains(alert)))
    {
        if let Some(why) = cannot(&system, case) {
            skipped.push(format!("SKIPPED {}: {why}", case.alerts.join(", ")));
            continue;
        }
        run(&system, &prometheus, case).await;
    }
    quiet(&prometheus, "when all is mended").await;
    if !wanted.is_empty() {
        skipped.push("SKIPPED other faults, and the queries of the dashboard: FAULTS is set".to_owned());
    }
    skipped.iter().for_each(|line| println!("{line}"));
    // Some figures are there only once all has been broken.
    let unanswered = if wanted.is_empty() { unanswered(&prometheus).await } else { vec![] };
    assert!(unanswered.is_empty(), "{unanswered:#?}");
    assert_eq!(prometheus.broken_rules().await, Vec::<String>::new());
}

#[test]
fn every_alert_has_a_fault() {
    let broken: BTreeSet<String> = CASES.iter().flat_map(|case| case.alerts).map(|&alert| alert.to_owned()).collect();
    assert_eq!(broken, queries::alerts("login"));
}

/// The alerts that `FAULTS` names; all when it names none.
fn wanted() -> BTreeSet<String> {
    let named = std::env::var("FAULTS").unwrap_or_default();
    let wanted: BTreeSet<String> = named.split_whitespace().map(str::to_owned).collect();
    let unknown: Vec<_> = wanted.difference(&queries::alerts("login")).cloned().collect();
    assert!(unknown.is_empty(), "FAULTS: login has no alert {unknown:?}");
    wanted
}

/// Why a case has to be left out.
fn cannot(system: &System, case: &Case) -> Option<&'static str> {
    (case.alerts == ["LoginOutboxOld"] && !system.has("kafka")).then_some("needs a real Kafka")
}

async fn run(system: &System, prometheus: &Prometheus, case: &Case) {
    // What an earlier fault has stirred must not count as seen.
    let before = Instant::now();
    while prometheus.stirring().await.keys().any(|alert| case.alerts.contains(&alert.as_str())) {
        assert!(before.elapsed() < WITHIN, "{}: its alerts stir before it is broken", case.what);
        sleep(POLL).await;
    }
    let (broken, mend) = (Instant::now(), (case.fault)(system.clone()).await);
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
    // Whatever comes of it, the next one finds all well.
    mend.mend().await;
    assert!(all_fired(&fired), "{}: only {fired:?} fired", case.what);
    let mended = Instant::now();
    let mut cleared = BTreeMap::new();
    while cleared.len() < fired.len() {
        let firing = prometheus.firing().await;
        for key @ (alert, window) in fired.keys() {
            let fires = firing.get(alert).is_some_and(|windows| windows.contains(window));
            if !fires {
                cleared.entry(key.clone()).or_insert_with(|| mended.elapsed());
            }
        }
        assert!(mended.elapsed() < WITHIN, "{}: still firing: {firing:?}", case.what);
        sleep(POLL).await;
    }
    for (key @ (alert, window), fired) in &fired {
        let (fired, cleared) = (fired.as_secs_f64(), cleared[key].as_secs_f64());
        println!("| {alert} | {window} | {} | {fired:.1} s | {cleared:.1} s |", case.what);
    }
}

/// Burn rates are looked at over four windows.
fn windows(alert: &str) -> usize {
    if alert.ends_with("Availability") || alert.ends_with("Latency") { 4 } else { 1 }
}

/// Waits until nothing fires.
async fn quiet(prometheus: &Prometheus, when: &str) {
    let (since, mut quiet) = (Instant::now(), 0);
    while quiet < 25 {
        let firing = prometheus.firing().await;
        quiet = if firing.is_empty() { quiet + 1 } else { 0 };
        assert!(since.elapsed() < WITHIN, "{when}, there fires {firing:?}");
        sleep(POLL).await;
    }
}

/// What dashboard and rules ask for in vain.
async fn unanswered(prometheus: &Prometheus) -> Vec<String> {
    let mut unanswered = vec![];
    let of_dashboard = queries::of_dashboard("login").into_iter();
    let of_dashboard = of_dashboard.map(|(panel, query)| (panel, query.replace("$__rate_interval", "5m")));
    let of_rules = queries::of_rules("login").into_iter();
    let of_rules = of_rules.map(|selector| ("a rule".to_owned(), format!("last_over_time({selector}[1h])")));
    for (whose, query) in of_dashboard.chain(of_rules) {
        let excused = EMPTY.iter().any(|(part, _)| query.contains(part));
        match prometheus.count(&query).await {
            Ok(0) if !excused => unanswered.push(format!("{whose}: nothing: {query}")),
            Ok(_) => {}
            Err(error) => unanswered.push(format!("{whose}: {error}: {query}")),
        }
    }
    unanswered
}
