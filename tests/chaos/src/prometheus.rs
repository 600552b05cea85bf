//! Runs a Prometheus that scrapes all products and evaluates the rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command},
    time::Duration,
};

use devstack::product::load_all;
use reqwest::Client;
use serde_json::Value;
use slo::{pace::Pace, rules_of};
use support::root;
use tokio::time::{Instant, sleep};

use crate::{FASTER, system::System};

/// Scrape and evaluation interval.
const EVERY: &str = "200ms";

/// Windows of alerts, by alert name.
pub type Alerts = BTreeMap<String, BTreeSet<String>>;

/// A running Prometheus. Dropping it stops the process.
pub struct Prometheus {
    child: Child,
    folder: PathBuf,
    url: String,
    client: Client,
}

impl Prometheus {
    /// Starts Prometheus. Returns `None` if it is not installed.
    ///
    /// # Panics
    /// If it is not ready within 30 seconds.
    pub async fn start(system: &System) -> Option<Self> {
        Command::new("prometheus").arg("--version").output().ok()?;
        let folder = std::env::temp_dir().join(format!("chaos-prometheus-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let pace = Pace::faster(FASTER).expect("a factor");
        for product in load_all(&root()).expect("the products") {
            let rules = rules_of(&root().join("services").join(&product.name), pace).expect("the rules");
            fs::write(folder.join(format!("rules-{}.yaml", product.name)), rules).expect("written");
        }
        fs::write(folder.join("prometheus.yaml"), configuration(system)).expect("written");
        let port = free_port();
        let log = File::create(folder.join("log")).expect("a log");
        let child = Command::new("prometheus")
            .current_dir(&folder)
            .args(["--config.file=prometheus.yaml", "--storage.tsdb.path=data", "--log.level=warn"])
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stderr(log)
            .spawn()
            .expect("prometheus starts");
        let url = format!("http://127.0.0.1:{port}");
        let prometheus = Self { child, folder, url, client: Client::new() };
        let started = Instant::now();
        while prometheus.get("/-/ready", &[]).await.is_err() {
            let log = fs::read_to_string(prometheus.folder.join("log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(30), "Prometheus is not ready after 30 s: {log}");
            sleep(Duration::from_millis(100)).await;
        }
        Some(prometheus)
    }

    /// Returns the firing alerts.
    ///
    /// # Panics
    /// If Prometheus does not respond.
    pub async fn firing(&self) -> Alerts {
        self.alerts(&["firing"]).await
    }

    /// Returns the firing and the pending alerts.
    ///
    /// # Panics
    /// If Prometheus does not respond.
    pub async fn pending_or_firing(&self) -> Alerts {
        self.alerts(&["firing", "pending"]).await
    }

    async fn alerts(&self, states: &[&str]) -> Alerts {
        let answer = self.json("/api/v1/alerts", &[]).await.expect("the alerts");
        let mut found = Alerts::new();
        let alerts = answer["data"]["alerts"].as_array().into_iter().flatten();
        for alert in alerts.filter(|alert| states.iter().any(|state| alert["state"] == *state)) {
            let label = |name: &str| alert["labels"][name].as_str().unwrap_or_default().to_owned();
            found.entry(label("alertname")).or_default().insert(label("window"));
        }
        found
    }

    /// Returns the number of series in a query's result.
    ///
    /// # Errors
    /// Prometheus's error message.
    pub async fn count(&self, query: &str) -> Result<usize, String> {
        let answer = self.json("/api/v1/query", &[("query", query)]).await?;
        if answer["status"] != "success" {
            return Err(answer["error"].as_str().unwrap_or("no answer").to_owned());
        }
        Ok(answer["data"]["result"].as_array().map_or(0, Vec::len))
    }

    /// Returns the rules whose evaluation failed.
    ///
    /// # Panics
    /// If Prometheus does not respond.
    pub async fn broken_rules(&self) -> Vec<String> {
        let answer = self.json("/api/v1/rules", &[]).await.expect("the rules");
        let groups = answer["data"]["groups"].as_array().cloned().unwrap_or_default();
        let rules = groups.iter().flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default());
        rules.filter(|rule| rule["health"] != "ok").map(|rule| rule.to_string()).collect()
    }

    async fn json(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, String> {
        serde_json::from_str(&self.get(path, query).await?).map_err(|error| error.to_string())
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<String, String> {
        let answer = self.client.get(format!("{}{path}", self.url)).query(query).send().await;
        let answer = answer.map_err(|error| error.to_string())?;
        let (status, text) = (answer.status(), answer.text().await.map_err(|error| error.to_string())?);
        // A refused query has its reason in a 4xx body.
        if status.is_server_error() { Err(text) } else { Ok(text) }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes one scrape job per product, named after it, as a ServiceMonitor does.
fn configuration(system: &System) -> String {
    let products = load_all(&root()).expect("the products");
    let jobs: String = products
        .iter()
        .map(|product| {
            let target = format!("127.0.0.1:{}", system.port(&product.name, "ops"));
            format!("- job_name: {}\n  static_configs: [{{ targets: ['{target}'] }}]\n", product.name)
        })
        .collect();
    format!(
        "global:\n  scrape_interval: {EVERY}\n  scrape_timeout: {EVERY}\n  evaluation_interval: {EVERY}\n\
         rule_files: [rules-*.yaml]\nscrape_configs:\n{jobs}"
    )
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port()
}
