use std::time::Duration;

use clap::Args;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
    error::KafkaError,
    message::{Message, OwnedMessage},
};
use tracing::Instrument;

use super::{ConsumeError, Consumer, dead_letter, dead_letter_topic, handle::Cause};
use crate::{
    Error,
    config::{Database, Kafka, Telemetry},
    kafka::{self, ClientLog},
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// The arguments of the command `replay`.
#[derive(Debug, Clone, Args)]
pub struct ReplayArguments {
    /// Replay only the dead letters of this topic. When not given, of all consumed topics
    #[arg(long, conflicts_with = "event")]
    pub topic: Option<String>,
    /// Replay only this event, read from its topic: TOPIC/PARTITION/OFFSET, as in the log line of an event whose dead
    /// letter could not be written
    #[arg(long, value_name = "TOPIC/PARTITION/OFFSET")]
    pub event: Option<String>,
    /// The database of the product
    #[command(flatten)]
    pub database: Database,
    /// The Kafka broker
    #[command(flatten)]
    pub kafka: Kafka,
    /// Logs and traces
    #[command(flatten)]
    pub telemetry: Telemetry,
}

impl Consumer {
    /// Runs the command `replay`.
    ///
    /// # Errors
    /// See [`Consumer::replay`] and [`Consumer::replay_event`].
    pub async fn run_replay(self, arguments: &ReplayArguments) -> Result<(), Error> {
        match &arguments.event {
            Some(event) => self.replay_event(event).await,
            None => self.replay(arguments.topic.as_deref()).await,
        }
    }

    /// Handles dead letters again. Those that fail again stay in the dead-letter topic for the next replay. Those that
    /// were handled before are duplicates and have no effect.
    ///
    /// # Errors
    /// When the product does not consume the topic `only`, when the broker is unavailable, or when dead letters failed
    /// again.
    pub async fn replay(self, only: Option<&str>) -> Result<(), Error> {
        let topics: Vec<&str> =
            self.topics().into_iter().filter(|topic| only.is_none_or(|only| only == *topic)).collect();
        if let (Some(only), []) = (only, topics.as_slice()) {
            return Err(self.not_consumed(only));
        }
        let (mut handled, mut failed) = (0, 0);
        for topic in topics {
            let span = tracing::info_span!("replay", otel.name = format!("replay {topic}"), topic);
            let (done, left) = self.replay_topic(topic).instrument(span).await?;
            handled += done;
            failed += left;
        }
        tracing::info!(handled, failed, "replayed");
        if failed > 0 { Err(format!("{failed} dead letters failed again").into()) } else { Ok(()) }
    }

    /// Handles the event at `place` again: `topic/partition/offset`.
    ///
    /// # Errors
    /// When the product does not consume the topic, when the event is not retained any more, or when it fails again.
    pub async fn replay_event(self, place: &str) -> Result<(), Error> {
        let place: Place = place.parse()?;
        let topic = place.topic.strip_prefix(self.kafka.topic_prefix.as_str()).unwrap_or(&place.topic).to_owned();
        if !self.handlers.contains_key(topic.as_str()) {
            return Err(self.not_consumed(&topic));
        }
        let event = kafka::from_message(&self.original(&place)?)?;
        let outcome = self.handle(&topic, event, Cause::Link).await?;
        tracing::info!(?outcome, "replayed");
        Ok(())
    }

    fn not_consumed(&self, topic: &str) -> Error {
        format!("{} does not consume {topic}: it consumes {}", self.product, self.topics().join(", ")).into()
    }

    async fn replay_topic(&self, topic: &str) -> Result<(usize, usize), Error> {
        let dead_letters = kafka::with_prefix(&self.kafka, &dead_letter_topic(self.product, topic));
        let reader = self.reader()?;
        let (low, high) = reader.fetch_watermarks(&dead_letters, 0, TIMEOUT)?;
        let mut position = TopicPartitionList::new();
        position.add_partition(&dead_letters, 0);
        let committed = reader.committed_offsets(position.clone(), TIMEOUT)?.elements().first().map(|it| it.offset());
        let from = match committed {
            Some(Offset::Offset(offset)) => offset.max(low),
            _ => low,
        };
        position.set_partition_offset(&dead_letters, 0, Offset::Offset(from))?;
        reader.assign(&position)?;

        let (mut next, mut first_failed, mut handled, mut failed) = (from, None, 0, 0);
        while next < high {
            let message = kafka::readable(reader.poll(TIMEOUT).ok_or("the broker does not respond")??.detach());
            next = message.offset() + 1;
            match self.handle_dead_letter(topic, &message).await {
                Ok(()) => handled += 1,
                Err(error) => {
                    tracing::warn!(offset = message.offset(), error = %error, "dead letter failed again");
                    first_failed.get_or_insert(message.offset());
                    failed += 1;
                }
            }
        }
        position.set_partition_offset(&dead_letters, 0, Offset::Offset(first_failed.unwrap_or(next)))?;
        reader.commit(&position, CommitMode::Sync)?;
        Ok((handled, failed))
    }

    async fn handle_dead_letter(&self, topic: &str, letter: &OwnedMessage) -> Result<(), Error> {
        let event = if kafka::header(letter, dead_letter::SIZE).is_some() {
            let from = kafka::header(letter, dead_letter::FROM).ok_or("the dead letter does not name its origin")?;
            kafka::from_message(&self.original(&from.parse()?)?)
        } else {
            kafka::from_message(letter)
        };
        self.handle(topic, event.map_err(ConsumeError::Invalid)?, Cause::Link).await?;
        Ok(())
    }

    /// Reads the message at `place` while it is retained.
    fn original(&self, place: &Place) -> Result<OwnedMessage, Error> {
        let Place { topic, partition, offset } = place;
        let gone = || Error::from(format!("the event {topic}/{partition}/{offset} is not retained any more"));
        let reader = self.reader()?;
        let (low, high) = reader.fetch_watermarks(topic, *partition, TIMEOUT)?;
        if !(low..high).contains(offset) {
            return Err(gone());
        }
        let mut position = TopicPartitionList::new();
        position.add_partition_offset(topic, *partition, Offset::Offset(*offset))?;
        reader.assign(&position)?;
        // A compacted topic returns the next message that it has. Without one, there is no message until the timeout.
        let message = kafka::readable(reader.poll(TIMEOUT).ok_or_else(gone)??.detach());
        if message.offset() == *offset { Ok(message) } else { Err(gone()) }
    }

    fn reader(&self) -> Result<BaseConsumer<ClientLog>, KafkaError> {
        kafka::client(&self.kafka, self.product)
            .set("group.id", kafka::with_prefix(&self.kafka, &format!("{}.replay", self.product)))
            .set("enable.auto.commit", "false")
            .create_with_context(ClientLog)
    }
}

/// A message of a topic. The topic has the prefix.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    topic: String,
    partition: i32,
    offset: i64,
}

impl std::str::FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let place = || {
            let (rest, offset) = text.rsplit_once('/')?;
            let (topic, partition) = rest.rsplit_once('/')?;
            Some(Self { topic: topic.to_owned(), partition: partition.parse().ok()?, offset: offset.parse().ok()? })
        };
        place().ok_or_else(|| format!("`{text}` is not TOPIC/PARTITION/OFFSET"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_topic_partition_and_offset() {
        let place = Place { topic: "login.user.v1".into(), partition: 2, offset: 15 };
        assert_eq!("login.user.v1/2/15".parse(), Ok(place));
        for wrong in ["login.user.v1", "login.user.v1/2", "login.user.v1/x/15", "login.user.v1/2/"] {
            assert_eq!(wrong.parse::<Place>(), Err(format!("`{wrong}` is not TOPIC/PARTITION/OFFSET")));
        }
    }
}
