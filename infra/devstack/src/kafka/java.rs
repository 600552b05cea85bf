//! Finds a Java that can run Kafka.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Oldest Java version that Kafka 4 supports.
const OLDEST: u32 = 17;

/// A Java installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Java {
    /// Path of `java`.
    pub program: PathBuf,
    /// Full version, such as `17.0.15`.
    pub version: String,
}

impl Java {
    /// Finds the first Java that is new enough, in `JAVA_HOME`, then `PATH`, then the folders of Homebrew.
    #[must_use]
    pub fn find() -> Option<Self> {
        let home = env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin"));
        let path = env::var_os("PATH").unwrap_or_default();
        home.into_iter()
            .chain(env::split_paths(&path))
            .chain(homebrew())
            .find_map(|folder| Self::at(&folder.join("java")))
    }

    fn at(program: &Path) -> Option<Self> {
        if !program.is_file() {
            return None;
        }
        let output = Command::new(program).args(["-XX:-UsePerfData", "-version"]).output().ok()?;
        let version = version(&String::from_utf8_lossy(&output.stderr))?;
        (major(&version)? >= OLDEST).then(|| Self { program: program.to_owned(), version })
    }
}

fn homebrew() -> Vec<PathBuf> {
    ["/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("openjdk"))
        .map(|entry| entry.path().join("bin"))
        .collect()
}

/// The version between the first quotation marks.
fn version(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.contains(" version \""))?;
    line.split('"').nth(1).map(str::to_owned)
}

fn major(version: &str) -> Option<u32> {
    // Java 8 prints 1.8.
    let version = version.strip_prefix("1.").unwrap_or(version);
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn major_of(text: &str) -> Option<u32> {
        major(&version(text)?)
    }

    #[test]
    fn versions_as_java_prints_them() {
        assert_eq!(major_of("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime"), Some(17));
        assert_eq!(major_of("Picked up JAVA_TOOL_OPTIONS: -Dx\njava version \"21\" 2023"), Some(21));
        assert_eq!(major_of("openjdk version \"25-ea\" 2025-09-16"), Some(25));
        assert_eq!(major_of("java version \"1.8.0_292\""), Some(8));
        assert_eq!(major_of("The operation couldn't be completed."), None);
    }
}
