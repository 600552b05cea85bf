//! The choice of the broker: a given one, Apache Kafka, or the embedded one.

use std::{fmt, fs, path::PathBuf};

use anyhow::{Result, bail};

use crate::{
    kafka::{Jars, Java},
    layout::Layout,
    report::note,
};

/// The brokers that devstack can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Apache Kafka as one node; needs Java 17 or newer, and Maven for the first run
    Kafka,
    /// librdkafka's mock cluster inside devstack; needs nothing, and loses all events when it stops
    Embedded,
}

impl Kind {
    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kafka => "kafka",
            Self::Embedded => "embedded",
        }
    }
}

/// The reason for choosing the embedded broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Requested,
    /// The existing data were made with it.
    ExistingData,
    /// Apache Kafka cannot run here; the reason was printed before.
    NoKafka,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Requested => "chosen by --broker",
            Self::ExistingData => "the existing data were made with it; --fresh starts anew",
            Self::NoKafka => "Apache Kafka is not available: the reason is above",
        })
    }
}

/// The chosen broker.
#[derive(Debug, Clone)]
pub enum Choice {
    /// A running broker at this address.
    Given(String),
    Kafka(Java, Jars),
    Embedded(Reason),
}

impl Choice {
    /// Chooses `KAFKA_BROKERS`, else `wanted`, else the broker of the existing data, else the best one this machine can run.
    ///
    /// # Errors
    ///
    /// Fails when the existing data were made with another broker, as it does not have their events.
    pub async fn make(layout: &Layout, wanted: Option<Kind>) -> Result<Self> {
        let given = std::env::var("KAFKA_BROKERS").ok().filter(|brokers| !brokers.is_empty() && wanted.is_none());
        let stored = Self::stored(layout);
        let choice = match (given, wanted, stored.as_deref()) {
            (Some(brokers), _, _) => Self::Given(brokers),
            (None, Some(Kind::Embedded), _) => Self::Embedded(Reason::Requested),
            (None, None, Some("embedded")) => Self::Embedded(Reason::ExistingData),
            (None, Some(Kind::Kafka), _) | (None, None, Some("kafka")) => Self::kafka(layout).await?,
            (None, None, _) => Self::best(layout, None).await?,
        };
        match (stored, &choice) {
            (Some(stored), Self::Given(brokers)) if stored != choice.name() => bail!(
                "KAFKA_BROKERS in the environment names {brokers}, and the existing data were made with the broker `{stored}`: unset it, or add --broker {stored}, or --fresh to start anew with the given broker"
            ),
            (Some(stored), _) if stored != choice.name() => bail!(
                "the existing data were made with the broker `{stored}`: add --fresh to start anew with `{}`, or --broker {stored}",
                choice.name()
            ),
            _ => Ok(choice),
        }
    }

    /// Chooses `wanted`, else the best broker this machine can run.
    pub async fn best(layout: &Layout, wanted: Option<Kind>) -> Result<Self> {
        match wanted {
            Some(Kind::Embedded) => Ok(Self::Embedded(Reason::Requested)),
            Some(Kind::Kafka) => Self::kafka(layout).await,
            None => Ok(Self::kafka(layout).await.unwrap_or_else(|error| {
                note(format_args!("{error:#}"));
                Self::Embedded(Reason::NoKafka)
            })),
        }
    }

    /// Writes the choice into the data folder.
    pub fn store(&self, layout: &Layout) -> Result<()> {
        Ok(fs::write(Self::file(layout), self.name())?)
    }

    fn stored(layout: &Layout) -> Option<String> {
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
        if !Jars::available(&layout.cache()) {
            bail!(
                "Apache Kafka is fetched by Maven, which is missing: install it (Debian/Ubuntu: apt-get install maven, Fedora: dnf install maven, macOS: brew install maven), or use --broker embedded"
            );
        }
        let jars = Jars::cached_or_fetch(&layout.cache(), note).await?;
        Ok(Self::Kafka(java, jars))
    }

    /// The name that is written into the data folder.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Given(_) => "given",
            Self::Kafka(..) => Kind::Kafka.name(),
            Self::Embedded(_) => Kind::Embedded.name(),
        }
    }
}
