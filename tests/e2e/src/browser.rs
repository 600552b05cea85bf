//! Chromium without a window, driven by chromedriver.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};

/// A browser, and what drives it.
pub struct Browser {
    /// Falls first, with the browser: when a test panics, `driver` would wait two minutes for an answer.
    _chromedriver: Chromedriver,
    /// The browser.
    pub driver: WebDriver,
}

/// It ends when this falls, and the browser that it started with it.
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

/// How the browser looks at pages.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Language it asks for: "ko" or "en".
    pub language: &'static str,
    /// Whether it asks for dark pages.
    pub dark: bool,
    /// Width and height of the window.
    pub size: (u32, u32),
}

impl Look {
    /// A light desktop.
    pub const fn desktop(language: &'static str) -> Self {
        Self { language, dark: false, size: (1280, 900) }
    }
}

impl Browser {
    /// Starts one with an empty profile.
    ///
    /// # Panics
    /// When chromedriver or Chromium can't be started.
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
            support::eventually("chromedriver", || async { WebDriver::new(&server, capabilities.clone()).await.ok() })
                .await;
        driver.set_implicit_wait_timeout(Duration::from_secs(10)).await.expect("set");
        Self { _chromedriver: chromedriver, driver }
    }

    /// Closes it and leaves nothing behind.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn quit(self) {
        self.driver.clone().quit().await.expect("closed");
    }
}
