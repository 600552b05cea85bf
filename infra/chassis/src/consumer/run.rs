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

/// Tries of an event that fails by itself, before it is a dead letter.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Between looks at a store that is out of reach.
const STORE_PAUSE: Duration = Duration::from_secs(1);

impl Consumer {
    /// Reads and handles events until `stop`. The broker or the store out of reach is waited for.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.read(&stop).await {
                tracing::warn!(error = chain(error.as_ref()), "consumer tries again");
                stop.run_until_cancelled(tokio::time::sleep(STORE_PAUSE)).await;
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
                    if let Some((_, why)) = reader.stream.client().fatal_error() {
                        return Err(why.into());
                    }
                    // Topics that are not there yet, brokers that restart: the client goes on trying, and tells of each
                    // try. Messages wait behind what it tells, so it is taken at once, and logged once.
                    if std::mem::replace(&mut reading, false) {
                        tracing::warn!(error = %error, "the broker is out of reach");
                    }
                    tokio::task::yield_now().await;
                    continue;
                }
            };
            if !std::mem::replace(&mut reading, true) {
                tracing::info!("reading again");
            }
            if !self.settle(&mut reader, &mut dead_letters, &message, stop).await {
                break;
            }
            reader.done(&message);
        }
        // Where it stands is kept, and the group is left, so that others go on without waiting for a time-out. Both block.
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
            .set("group.id", kafka::on_broker(&self.kafka, self.product))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", "1000")
            .set("enable.auto.offset.store", "false")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1500")
            .set("fetch.wait.max.ms", "50")
            // A topic that its writer makes after this start is found soon.
            .set("topic.metadata.refresh.interval.ms", "2000")
            .set("allow.auto.create.topics", "true")
            .create()?;
        let topics: Vec<String> = self.topics().iter().map(|topic| kafka::on_broker(&self.kafka, topic)).collect();
        stream.subscribe(&topics.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(stream)
    }

    /// Sees `message` through: handled, known, or a dead letter. False when it was stopped before that.
    async fn settle(
        &self,
        reader: &mut Reader,
        dead_letters: &mut DeadLetters,
        message: &OwnedMessage,
        stop: &CancellationToken,
    ) -> bool {
        let topic = message.topic().strip_prefix(self.kafka.topic_prefix.as_str()).unwrap_or(message.topic());
        let mut tries = 0;
        while !stop.is_cancelled() {
            let result = match kafka::from_message(message) {
                Ok(event) => self.handle(topic, event, Cause::Parent).await,
                Err(why) => Err(ConsumeError::Invalid(why)),
            };
            let pause = match result {
                Ok(Outcome::Handled | Outcome::Duplicate) => return true,
                Err(error) if error.is_unreachable() => STORE_PAUSE,
                Err(error) => {
                    tries += 1;
                    if tries >= TRIES || matches!(error, ConsumeError::Invalid(_)) {
                        match dead_letters.put(topic, message, &error).await {
                            Ok(()) => {
                                self.dead.add(1, &[attribute(names::MESSAGING_DESTINATION_NAME, topic.to_owned())]);
                                return true;
                            }
                            Err(error) => tracing::warn!(error = %error, topic, "a dead letter waits for the broker"),
                        }
                    }
                    FIRST_PAUSE * 2_u32.pow(tries.min(5))
                }
            };
            if stop.run_until_cancelled(reader.pause(pause)).await.is_none() {
                return false;
            }
        }
        false
    }
}

/// A subscription that can wait without losing its place in the group.
struct Reader {
    stream: StreamConsumer,
    /// Messages that came while it waited.
    held: VecDeque<OwnedMessage>,
}

impl Reader {
    async fn next(&mut self) -> Result<OwnedMessage, KafkaError> {
        if let Some(message) = self.held.pop_front() {
            return Ok(message);
        }
        Ok(self.stream.recv().await?.detach())
    }

    /// Waits, and polls all the while: a group evicts a member that does not.
    async fn pause(&mut self, pause: Duration) {
        let until = Instant::now() + pause;
        self.set_paused(true);
        while let Ok(came) = tokio::time::timeout_at(until, self.stream.recv()).await {
            match came {
                Ok(message) => {
                    // A rebalance brought a partition that is not paused yet.
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
            tracing::debug!(error = %error, paused, "partitions are moving");
        }
    }

    /// The message's offset may be committed.
    fn done(&self, message: &OwnedMessage) {
        // It fails when the partition has moved to another member, who then meets the event in the inbox.
        let stored = self.stream.store_offset(message.topic(), message.partition(), message.offset());
        if let Err(error) = stored {
            tracing::debug!(error = %error, "partition has moved");
        }
    }
}
