//! Kafka's jars, copied once into the cache by Maven with a pinned list.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

const VERSION: &str = "4.3.1";
const POM: &str = include_str!("../../kafka/pom.xml");

/// The folder of jars.
#[derive(Debug, Clone)]
pub struct Jars {
    folder: PathBuf,
}

impl Jars {
    /// Those in the cache.
    #[must_use]
    pub fn cached(cache: &Path) -> Option<Self> {
        let folder = folder(cache);
        folder.is_dir().then_some(Self { folder })
    }

    /// Whether they are in the cache or Maven is there to fetch them.
    #[must_use]
    pub fn can_have(cache: &Path) -> bool {
        Self::cached(cache).is_some() || maven().is_some()
    }

    /// Those in the cache, else fetched into it.
    pub async fn cached_or_fetch(cache: &Path, say: impl Fn(String)) -> Result<Self> {
        if let Some(cached) = Self::cached(cache) {
            return Ok(cached);
        }
        let Some(maven) = maven() else {
            bail!(
                "Kafka's jars are not in the cache and there is no `mvn` to fetch them: install Maven, or use --broker embedded"
            );
        };
        say(format!("fetching Apache Kafka {VERSION} (about 45 MB, once)"));
        // Named after this process: two that fetch at once don't write into each other's folder.
        let work = cache.join(format!("kafka-fetch-{}", std::process::id()));
        let fetched = fetch(&maven, &work).await;
        if fetched.is_ok() && !folder(cache).exists() {
            fs::rename(work.join("jars"), folder(cache)).context("moving Kafka's jars into place")?;
        }
        crate::layout::remove_folder(&work)?;
        fetched?;
        Ok(Self { folder: folder(cache) })
    }

    /// All jars, as Java's class path, in the same order each time.
    pub fn class_path(&self) -> Result<String> {
        let mut jars: Vec<String> = fs::read_dir(&self.folder)
            .with_context(|| format!("can't read {}", self.folder.display()))?
            .flatten()
            .map(|entry| entry.path().display().to_string())
            .collect();
        jars.sort();
        Ok(jars.join(":"))
    }

    /// Where the class archive of one Java version is kept: it starts Kafka in two thirds of the time.
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

/// The caller's options, and no file outside the work folder.
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
        // Maven's own repository would be in the home folder; nothing is written there.
        .arg(format!("-Dmaven.repo.local={}", work.join("repository").display()))
        .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
        .arg(format!("-DoutputDirectory={}", work.join("jars").display()))
        .env("JDK_JAVA_OPTIONS", java_options(work))
        .current_dir(work)
        .output()
        .await
        .context("can't run mvn")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        let reason = said.lines().find(|line| line.contains("ERROR")).unwrap_or("no reason given");
        bail!("mvn could not fetch Kafka's jars: {reason} (connect to a network once, or use --broker embedded)");
    }
    Ok(())
}
