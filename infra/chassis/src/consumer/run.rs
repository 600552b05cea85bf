use std::{collections::VecDeque, time::Duration};

use rdkafka::{
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::KafkaError,
    message::{Message, OwnedMessage},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Cause, ConsumeError, Consumer, Outcome, dead_letter::DeadLetters};
use crate::{
    error::{Error, chain},
    kafka,
    telemetry::{attribute, names},
};

/// Maximum number of attempts before an event becomes a dead letter.
const MAX_ATTEMPTS: u32 = 5;
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
/// The wait between attempts while the database or the broker is unavailable.
const UNAVAILABLE_BACKOFF: Duration = Duration::from_secs(1);

impl Consumer {
    /// Consumes events until `stop` is cancelled. Waits while the broker or the database is unavailable.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.read(&stop).await {
                tracing::warn!(error = chain(error.as_ref()), "consumer failed, retrying");
                stop.run_until_cancelled(tokio::time::sleep(UNAVAILABLE_BACKOFF)).await;
            }
        }
    }

    async fn read(&self, stop: &CancellationToken) -> Result<(), Error> {
        let mut reader = Reader { stream: self.subscribe()?, held: VecDeque::new() };
        let mut dead_letters = DeadLetters::new(self.product, &self.kafka)?;
        let mut reading = true;
        while let Some(message) = stop.run_until_cancelled(reader.next()).await {
            let message = match message {
                Ok(message) => message,
                Err(error) => {
                    if let Some((_, reason)) = reader.stream.client().fatal_error() {
                        return Err(reason.into());
                    }
                    // The client retries automatically. It queues an error per attempt in front of the messages, such
                    // as for a missing topic or a broker restart. The errors are read at once, and only the first is
                    // logged.
                    if std::mem::replace(&mut reading, false) {
                        tracing::warn!(error = %error, "broker unavailable");
                    }
                    tokio::task::yield_now().await;
                    continue;
                }
            };
            if !std::mem::replace(&mut reading, true) {
                tracing::info!("broker available again");
            }
            if !self.settle(&mut reader, &mut dead_letters, &message, stop).await {
                break;
            }
            reader.done(&message);
        }
        // Commits the offsets and leaves the group, so that other members continue without a session timeout. Both block.
        tokio::task::spawn_blocking(move || {
            if let Err(error) = reader.stream.commit_consumer_state(CommitMode::Sync) {
                tracing::debug!(error = %error, "nothing to commit");
            }
            drop(reader);
        })
        .await?;
        Ok(())
    }

    fn subscribe(&self) -> Result<StreamConsumer, KafkaError> {
        let stream: StreamConsumer = kafka::client(&self.kafka, self.product)
            .set("group.id", kafka::with_prefix(&self.kafka, self.product))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", "1000")
            .set("enable.auto.offset.store", "false")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1500")
            .set("fetch.wait.max.ms", "50")
            // A topic that is created after the start of this consumer is found soon.
            .set("topic.metadata.refresh.interval.ms", "2000")
            .set("allow.auto.create.topics", "true")
            .create()?;
        let topics: Vec<String> = self.topics().iter().map(|topic| kafka::with_prefix(&self.kafka, topic)).collect();
        stream.subscribe(&topics.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(stream)
    }

    /// Handles `message` until it is committed, a duplicate, or a dead letter. Returns false when it was stopped before.
    async fn settle(
        &self,
        reader: &mut Reader,
        dead_letters: &mut DeadLetters,
        message: &OwnedMessage,
        stop: &CancellationToken,
    ) -> bool {
        let topic = message.topic().strip_prefix(self.kafka.topic_prefix.as_str()).unwrap_or(message.topic());
        let mut attempts = 0;
        while !stop.is_cancelled() {
            let result = match kafka::from_message(message) {
                Ok(event) => self.handle(topic, event, Cause::Parent).await,
                Err(reason) => Err(ConsumeError::Invalid(reason)),
            };
            let backoff = match result {
                Ok(Outcome::Handled | Outcome::Duplicate) => return true,
                Err(error) if error.is_unavailable() => UNAVAILABLE_BACKOFF,
                Err(error) => {
                    attempts += 1;
                    if attempts >= MAX_ATTEMPTS || matches!(error, ConsumeError::Invalid(_)) {
                        match dead_letters.publish(topic, message, &error).await {
                            Ok(()) => {
                                self.dead_letters
                                    .add(1, &[attribute(names::MESSAGING_DESTINATION_NAME, topic.to_owned())]);
                                return true;
                            }
                            Err(error) => {
                                tracing::warn!(error = %error, topic, "cannot publish the dead letter, retrying");
                            }
                        }
                    }
                    FIRST_BACKOFF * 2_u32.pow(attempts.min(5))
                }
            };
            if stop.run_until_cancelled(reader.wait(backoff)).await.is_none() {
                return false;
            }
        }
        false
    }
}

/// A subscription that can wait and stay a member of its group.
struct Reader {
    stream: StreamConsumer,
    /// Messages that arrived during a wait.
    held: VecDeque<OwnedMessage>,
}

impl Reader {
    async fn next(&mut self) -> Result<OwnedMessage, KafkaError> {
        if let Some(message) = self.held.pop_front() {
            return Ok(message);
        }
        Ok(self.stream.recv().await?.detach())
    }

    /// Waits and keeps polling, because the group evicts a member that does not poll.
    async fn wait(&mut self, duration: Duration) {
        let until = Instant::now() + duration;
        self.set_paused(true);
        while let Ok(received) = tokio::time::timeout_at(until, self.stream.recv()).await {
            match received {
                Ok(message) => {
                    // After a rebalance there may be a partition that is not paused yet.
                    self.held.push_back(message.detach());
                    self.set_paused(true);
                }
                Err(_) => tokio::task::yield_now().await,
            }
        }
        self.set_paused(false);
    }

    fn set_paused(&self, paused: bool) {
        let change = self.stream.assignment().and_then(|partitions| match paused {
            true => self.stream.pause(&partitions),
            false => self.stream.resume(&partitions),
        });
        if let Err(error) = change {
            tracing::debug!(error = %error, paused, "cannot pause or resume partitions");
        }
    }

    /// Marks the offset of `message` for the next commit.
    fn done(&self, message: &OwnedMessage) {
        // Fails when the partition was assigned to another member. For that member, the event is a duplicate.
        let stored = self.stream.store_offset(message.topic(), message.partition(), message.offset());
        if let Err(error) = stored {
            tracing::debug!(error = %error, "partition is assigned to another member");
        }
    }
}
