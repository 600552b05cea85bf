use std::time::Duration;

use clap::Args;
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
    message::Message,
};
use tracing::Instrument;

use super::{Cause, ConsumeError, Consumer, dead_letter_topic};
use crate::{
    Error,
    config::{Database, Kafka, Telemetry},
    kafka,
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// The arguments of the command `replay`.
#[derive(Debug, Clone, Args)]
pub struct ReplayArguments {
    /// Replay only the dead letters of this topic. When not given, of all consumed topics
    #[arg(long)]
    pub topic: Option<String>,
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
            return Err(
                format!("{} does not consume {only}: it consumes {}", self.product, self.topics().join(", ")).into()
            );
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

    async fn replay_topic(&self, topic: &str) -> Result<(usize, usize), Error> {
        let dead_letters = kafka::with_prefix(&self.kafka, &dead_letter_topic(self.product, topic));
        let reader: BaseConsumer = kafka::client(&self.kafka, self.product)
            .set("group.id", kafka::with_prefix(&self.kafka, &format!("{}.replay", self.product)))
            .set("enable.auto.commit", "false")
            .create()?;
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
            let message = reader.poll(TIMEOUT).ok_or("the broker does not respond")??.detach();
            next = message.offset() + 1;
            let result = match kafka::from_message(&message) {
                Ok(event) => self.handle(topic, event, Cause::Link).await.map(drop),
                Err(reason) => Err(ConsumeError::Invalid(reason)),
            };
            match result {
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
}
