//! Headless Chromium, driven by chromedriver. Needs the feature `browser`.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

/// Smallest width of a Chromium window. Narrower screens are emulated, with the scroll bars of a phone.
const SMALLEST_WINDOW: u32 = 500;

/// A browser session and its chromedriver process.
pub struct Browser {
    /// Dropped before `driver`: when a test panics, dropping `driver` first would wait two minutes.
    _chromedriver: Chromedriver,
    pub driver: WebDriver,
}

/// The chromedriver process. Dropping it also kills its browser.
struct Chromedriver {
    process: Child,
    profile: PathBuf,
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

/// Browser settings that change how pages look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Accepted language: "ko" or "en".
    pub language: &'static str,
    /// Whether the browser prefers dark pages.
    pub dark: bool,
    /// Window size in pixels.
    pub size: (u32, u32),
}

impl Look {
    /// Light pages on a desktop window.
    pub const fn desktop(language: &'static str) -> Self {
        Self { language, dark: false, size: (1280, 900) }
    }
}

/// Whether chromedriver can be started. A test that needs it prints `SKIPPED` otherwise.
pub fn is_installed() -> bool {
    let version = Command::new("chromedriver").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

impl Browser {
    /// Starts a browser with an empty profile.
    ///
    /// # Panics
    /// If chromedriver or Chromium cannot be started.
    pub async fn start(look: Look) -> Self {
        let port = devstack::ports::free_port().expect("a free port");
        let profile = std::env::temp_dir().join(format!("e2e-browser-{}-{port}", std::process::id()));
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver: apt-get install chromium-driver");
        let chromedriver = Chromedriver { process, profile };
        let mut capabilities = DesiredCapabilities::chrome();
        let (width, height) = look.size;
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-dev-shm-usage".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--no-first-run".into(),
            format!("--lang={}", look.language),
            format!("--accept-lang={}", look.language),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", chromedriver.profile.display()),
            format!("--blink-settings=preferredColorScheme={}", if look.dark { 0 } else { 1 }),
        ];
        for argument in arguments {
            capabilities.add_arg(&argument).expect("an argument");
        }
        let server = format!("http://127.0.0.1:{port}");
        let driver =
            crate::eventually("chromedriver", || async { WebDriver::new(&server, capabilities.clone()).await.ok() })
                .await;
        driver.set_implicit_wait_timeout(Duration::from_secs(10)).await.expect("set");
        if width < SMALLEST_WINDOW {
            set_screen(&driver, look.size).await;
        }
        Self { _chromedriver: chromedriver, driver }
    }

    /// Closes the browser.
    ///
    /// # Panics
    /// If the browser does not respond.
    pub async fn quit(self) {
        self.driver.clone().quit().await.expect("closed");
    }
}

/// Shows the page on a screen of this size, whatever the size of the window is.
///
/// # Panics
/// If the browser does not respond.
pub async fn set_screen(driver: &WebDriver, (width, height): (u32, u32)) {
    let is_phone = width < SMALLEST_WINDOW;
    let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone });
    driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", screen).await.expect("resized");
}
