//! Which broker: one that is given, Apache Kafka, or the one in this process.

use std::{fmt, fs, path::PathBuf};

use anyhow::{Result, bail};

use crate::{
    kafka::{Jars, Java},
    layout::Layout,
    report::note,
};

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Apache Kafka as one node: needs Java 17 or newer, and Maven once
    Kafka,
    /// librdkafka's mock cluster: needs nothing, and forgets events at the end
    Embedded,
}

impl Kind {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kafka => "kafka",
            Self::Embedded => "embedded",
        }
    }
}

/// Why it is the embedded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was asked for.
    Asked,
    /// The data were made with it.
    Kept,
    /// Apache Kafka can't run here, which was said before.
    NoKafka,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Asked => "--broker asks for it",
            Self::Kept => "the data here were made with it; --fresh chooses anew",
            Self::NoKafka => "Apache Kafka can't be had here: the reason is above",
        })
    }
}

/// What it will be.
#[derive(Debug, Clone)]
pub enum Choice {
    /// One that runs already, at this address.
    Given(String),
    /// Apache Kafka by this Java, from these jars.
    Kafka(Java, Jars),
    /// The one in this process.
    Embedded(Why),
}

impl Choice {
    /// What the data folder was made with, else what is wanted, else the best this machine can run.
    pub async fn make(layout: &Layout, wanted: Option<Kind>) -> Result<Self> {
        let given = std::env::var("KAFKA_BROKERS").ok().filter(|brokers| !brokers.is_empty() && wanted.is_none());
        let kept = Self::kept(layout);
        let choice = match (given, wanted, kept.as_deref()) {
            (Some(brokers), _, _) => Self::Given(brokers),
            (None, Some(Kind::Embedded), _) => Self::Embedded(Why::Asked),
            (None, None, Some("embedded")) => Self::Embedded(Why::Kept),
            (None, Some(Kind::Kafka), _) | (None, None, Some("kafka")) => Self::kafka(layout).await?,
            (None, None, _) => Self::best(layout, None).await?,
        };
        match kept {
            // What one broker was told, another one doesn't know.
            Some(kept) if kept != choice.name() => bail!(
                "the data here were made with the broker `{kept}`: add --fresh to begin anew with `{}`, or --broker {kept}",
                choice.name()
            ),
            _ => Ok(choice),
        }
    }

    /// What is wanted, else the best this machine can run.
    pub async fn best(layout: &Layout, wanted: Option<Kind>) -> Result<Self> {
        match wanted {
            Some(Kind::Embedded) => Ok(Self::Embedded(Why::Asked)),
            Some(Kind::Kafka) => Self::kafka(layout).await,
            None => Ok(Self::kafka(layout).await.unwrap_or_else(|error| {
                note(format_args!("{error:#}"));
                Self::Embedded(Why::NoKafka)
            })),
        }
    }

    /// Remembers the choice with the data.
    pub fn keep(&self, layout: &Layout) -> Result<()> {
        Ok(fs::write(Self::file(layout), self.name())?)
    }

    fn kept(layout: &Layout) -> Option<String> {
        fs::read_to_string(Self::file(layout)).ok()
    }

    fn file(layout: &Layout) -> PathBuf {
        layout.run().join("broker")
    }

    async fn kafka(layout: &Layout) -> Result<Self> {
        let Some(java) = Java::find() else {
            bail!(
                "Apache Kafka needs Java 17 or newer: install it (Debian/Ubuntu: apt-get install default-jre-headless, Fedora: dnf install java-latest-openjdk-headless, macOS: brew install openjdk), or use --broker embedded"
            );
        };
        if !Jars::can_have(&layout.cache()) {
            bail!(
                "Apache Kafka is fetched by Maven: install it (Debian/Ubuntu: apt-get install maven, Fedora: dnf install maven, macOS: brew install maven), or use --broker embedded"
            );
        }
        let jars = Jars::cached_or_fetch(&layout.cache(), note).await?;
        Ok(Self::Kafka(java, jars))
    }

    /// Its name, as it is kept with the data.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Given(_) => "given",
            Self::Kafka(..) => Kind::Kafka.name(),
            Self::Embedded(_) => Kind::Embedded.name(),
        }
    }
}
