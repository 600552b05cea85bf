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

/// Arguments of `replay`.
#[derive(Debug, Clone, Args)]
pub struct ReplayArguments {
    /// Only dead letters of this topic; of all topics that are read when not given
    #[arg(long)]
    pub topic: Option<String>,
    /// The product's database
    #[command(flatten)]
    pub database: Database,
    /// The broker
    #[command(flatten)]
    pub kafka: Kafka,
    /// How it reports
    #[command(flatten)]
    pub telemetry: Telemetry,
}

impl Consumer {
    /// Hands dead letters to their handlers again, and publishes nothing. Those that fail again stay where they are, for
    /// the next time; those that were handled meanwhile are known by the inbox.
    ///
    /// # Errors
    /// When a topic is not read here, when the broker is out of reach, and when some failed again.
    pub async fn replay(self, only: Option<&str>) -> Result<(), Error> {
        let topics: Vec<&str> =
            self.topics().into_iter().filter(|topic| only.is_none_or(|only| only == *topic)).collect();
        if let (Some(only), []) = (only, topics.as_slice()) {
            return Err(format!("{only} is not read by {}: it reads {}", self.product, self.topics().join(", ")).into());
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
        let letters = kafka::on_broker(&self.kafka, &dead_letter_topic(self.product, topic));
        let reader: BaseConsumer = kafka::client(&self.kafka, self.product)
            .set("group.id", kafka::on_broker(&self.kafka, &format!("{}.replay", self.product)))
            .set("enable.auto.commit", "false")
            .create()?;
        let (low, high) = reader.fetch_watermarks(&letters, 0, TIMEOUT)?;
        let mut place = TopicPartitionList::new();
        place.add_partition(&letters, 0);
        let committed = reader.committed_offsets(place.clone(), TIMEOUT)?.elements().first().map(|it| it.offset());
        let from = match committed {
            Some(Offset::Offset(offset)) => offset.max(low),
            _ => low,
        };
        place.set_partition_offset(&letters, 0, Offset::Offset(from))?;
        reader.assign(&place)?;

        let (mut next, mut keep, mut handled, mut failed) = (from, None, 0, 0);
        while next < high {
            let message = reader.poll(TIMEOUT).ok_or("the broker gave no answer")??.detach();
            next = message.offset() + 1;
            let result = match kafka::from_message(&message) {
                Ok(event) => self.handle(topic, event, Cause::Link).await.map(drop),
                Err(why) => Err(ConsumeError::Invalid(why)),
            };
            match result {
                Ok(()) => handled += 1,
                Err(error) => {
                    tracing::warn!(offset = message.offset(), error = %error, "failed again");
                    keep.get_or_insert(message.offset());
                    failed += 1;
                }
            }
        }
        place.set_partition_offset(&letters, 0, Offset::Offset(keep.unwrap_or(next)))?;
        reader.commit(&place, CommitMode::Sync)?;
        Ok((handled, failed))
    }
}
