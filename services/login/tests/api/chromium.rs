//! Headless Chromium, driven by chromedriver over HTTP (W3C WebDriver).

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The key of an element's id in WebDriver's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const ARGUMENTS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
];

/// A browser with an empty profile. Dropping it kills chromedriver and its browser.
pub(crate) struct Chromium {
    chromedriver: Child,
    profile: PathBuf,
    http: Client,
    session: String,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if let Some(id) = self.chromedriver.id() {
            let _ = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status();
        }
        let _ = fs::remove_dir_all(&self.profile);
    }
}

impl Chromium {
    /// Starts the browser. The error is the reason to skip the test.
    pub(crate) async fn start() -> Result<Self, String> {
        let mut chromedriver = Command::new("chromedriver")
            .args(["--port=0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("chromedriver is missing ({error}): apt-get install chromium-driver"))?;
        let mut lines = BufReader::new(chromedriver.stdout.take().expect("piped")).lines();
        let port = loop {
            let line = lines.next_line().await.expect("readable").ok_or("chromedriver ended at its start")?;
            if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // Chromedriver must not block when it writes more.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{port}"));
        let own = format!("--user-data-dir={}", profile.display());
        let arguments: Vec<_> = ARGUMENTS.into_iter().chain([own.as_str()]).collect();
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments}, "timeouts": {"implicit": 20_000},
        }}});
        let session = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { chromedriver, profile, http: Client::new(), session };
        let created = browser.call("", Some(capabilities)).await;
        let id = created["sessionId"].as_str().ok_or_else(|| format!("Chromium does not start: {created}"))?;
        browser.session = format!("{}/{id}", browser.session);
        Ok(browser)
    }

    async fn call(&self, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.session);
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        let answer = request.send().await.expect("chromedriver answers").json::<Value>().await.expect("JSON");
        answer["value"].clone()
    }

    pub(crate) async fn open(&self, url: &str) {
        self.call("/url", Some(json!({"url": url}))).await;
    }

    /// The path of an element, once the page has it.
    async fn element(&self, css: &str) -> String {
        let found = self.call("/element", Some(json!({"using": "css selector", "value": css}))).await;
        let id = found[ELEMENT].as_str();
        let id = match id {
            Some(id) => id,
            None => panic!("no {css} at {}: {found}", self.call("/url", None).await),
        };
        format!("/element/{id}")
    }

    pub(crate) async fn fill_in(&self, css: &str, text: &str) {
        let path = format!("{}/value", self.element(css).await);
        self.call(&path, Some(json!({"text": text}))).await;
    }

    pub(crate) async fn click(&self, css: &str) {
        let path = format!("{}/click", self.element(css).await);
        self.call(&path, Some(json!({}))).await;
    }

    /// Waits until the browser is at an address that starts with `start`.
    pub(crate) async fn arrives_at(&self, start: &str) -> String {
        support::eventually(&format!("the browser at {start}"), || async {
            let at = self.call("/url", None).await;
            at.as_str().filter(|at| at.starts_with(start)).map(str::to_owned)
        })
        .await
    }
}
