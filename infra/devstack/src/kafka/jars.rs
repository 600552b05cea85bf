//! The jars of Apache Kafka, fetched into the cache once by Maven from a pinned list.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

const VERSION: &str = "4.3.1";
const POM: &str = include_str!("../../kafka/pom.xml");

/// The folder of the jars.
#[derive(Debug, Clone)]
pub struct Jars {
    folder: PathBuf,
}

impl Jars {
    /// The jars in the cache, if they were fetched.
    #[must_use]
    pub fn cached(cache: &Path) -> Option<Self> {
        let folder = folder(cache);
        folder.is_dir().then_some(Self { folder })
    }

    /// Whether the jars are in the cache, or Maven is installed to fetch them.
    #[must_use]
    pub fn available(cache: &Path) -> bool {
        Self::cached(cache).is_some() || maven().is_some()
    }

    /// Takes the jars from the cache, or fetches them into it.
    pub async fn cached_or_fetch(cache: &Path, say: impl Fn(String)) -> Result<Self> {
        if let Some(cached) = Self::cached(cache) {
            return Ok(cached);
        }
        let Some(maven) = maven() else {
            bail!(
                "the jars of Kafka are not in the cache, and `mvn`, which fetches them, is missing: install Maven, or use --broker embedded"
            );
        };
        say(format!("fetching Apache Kafka {VERSION} (about 45 MB, once)"));
        // The name contains the pid, so that two processes can fetch at the same time.
        let work = cache.join(format!("kafka-fetch-{}", std::process::id()));
        let fetched = fetch(&maven, &work).await;
        if fetched.is_ok() && !folder(cache).exists() {
            fs::rename(work.join("jars"), folder(cache)).context("cannot move the jars of Kafka into the cache")?;
        }
        crate::layout::remove_folder(&work)?;
        fetched?;
        Ok(Self { folder: folder(cache) })
    }

    /// Java's class path: all jars, sorted, since the class archive depends on their order.
    pub fn class_path(&self) -> Result<String> {
        let mut jars: Vec<String> = fs::read_dir(&self.folder)
            .with_context(|| format!("cannot read {}", self.folder.display()))?
            .flatten()
            .map(|entry| entry.path().display().to_string())
            .collect();
        jars.sort();
        Ok(jars.join(":"))
    }

    /// File of the class archive for one Java version. With it Kafka starts in two thirds of the time.
    #[must_use]
    pub fn class_archive(&self, java: &str) -> PathBuf {
        let java: String =
            java.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        self.folder.with_file_name(format!("kafka-{VERSION}-java-{java}.jsa"))
    }
}

fn folder(cache: &Path) -> PathBuf {
    cache.join(format!("kafka-{VERSION}"))
}

fn maven() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join("mvn")).find(|mvn| mvn.is_file())
}

/// The caller's `JDK_JAVA_OPTIONS`, extended so that Java writes no file outside `work`.
fn java_options(work: &Path) -> String {
    let given = env::var("JDK_JAVA_OPTIONS").unwrap_or_default();
    format!("{given} -XX:-UsePerfData \"-Djava.io.tmpdir={}\"", work.display())
}

async fn fetch(maven: &Path, work: &Path) -> Result<()> {
    crate::layout::make_folder(work)?;
    let pom = work.join("pom.xml");
    fs::write(&pom, POM)?;
    let output = Command::new(maven)
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(&pom)
        // Replaces Maven's default repository, which is in the home folder: devstack writes no file there.
        .arg(format!("-Dmaven.repo.local={}", work.join("repository").display()))
        .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
        .arg(format!("-DoutputDirectory={}", work.join("jars").display()))
        .env("JDK_JAVA_OPTIONS", java_options(work))
        .current_dir(work)
        .output()
        .await
        .context("cannot run mvn")?;
    if !output.status.success() {
        let printed = String::from_utf8_lossy(&output.stdout);
        let reason = printed.lines().find(|line| line.contains("ERROR")).unwrap_or("no reason given");
        bail!("mvn failed to fetch the jars of Kafka: {reason} (connect to a network once, or use --broker embedded)");
    }
    Ok(())
}
