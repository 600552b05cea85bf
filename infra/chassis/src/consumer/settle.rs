//! The loop of one topic: handles its events until each is committed, a duplicate, or a dead letter.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    consumer::{Consumer as _, StreamConsumer},
    message::{Message, OwnedMessage},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    ConsumeError, Consumer,
    dead_letter::{DeadLetters, Written},
    handle::Cause,
    queue::Queue,
};
use crate::{
    kafka::{self, ClientLog},
    telemetry::{attribute, names},
};

/// Maximum number of events in one transaction.
const BATCH: usize = 100;
/// Maximum number of attempts before an event becomes a dead letter.
const MAX_ATTEMPTS: u32 = 5;
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
/// The wait between attempts while the database is unavailable.
const UNAVAILABLE_BACKOFF: Duration = Duration::from_secs(1);

pub(super) struct TopicLoop {
    pub(super) consumer: Arc<Consumer>,
    /// The name without prefix.
    pub(super) topic: &'static str,
    pub(super) queue: Arc<Queue>,
    pub(super) stream: Arc<StreamConsumer<ClientLog>>,
    pub(super) dead_letters: Arc<DeadLetters>,
}

/// The work was stopped before its end.
struct Stopped;

impl TopicLoop {
    /// Handles the events of the queue until `stop`. Events that are left are delivered again.
    pub(super) async fn run(self, stop: CancellationToken) {
        while let Some(batch) = stop.run_until_cancelled(self.queue.take(BATCH)).await {
            self.consumer.metrics.handling(self.topic, &batch);
            let settled = self.settle(&batch, &stop).await;
            self.consumer.metrics.handling(self.topic, &[]);
            if settled.is_err() {
                return;
            }
        }
    }

    async fn settle(&self, batch: &[OwnedMessage], stop: &CancellationToken) -> Result<(), Stopped> {
        let mut left = batch;
        while !left.is_empty() {
            if left.len() > 1 {
                let handled = self.together(left, stop).await?;
                left[..handled].iter().for_each(|message| self.done(message));
                left = &left[handled..];
                self.consumer.metrics.handling(self.topic, left);
                if handled > 0 {
                    continue;
                }
            }
            for (at, message) in left.iter().enumerate() {
                self.consumer.metrics.handling(self.topic, &left[at..]);
                self.alone(message, stop).await?;
                self.done(message);
            }
            return Ok(());
        }
        Ok(())
    }

    /// Handles the first of these events in one transaction and returns their number: 0 when one of them fails.
    async fn together(&self, batch: &[OwnedMessage], stop: &CancellationToken) -> Result<usize, Stopped> {
        loop {
            let Ok(events) = batch.iter().map(kafka::from_message).collect::<Result<Vec<_>, _>>() else { return Ok(0) };
            match self.consumer.handle_batch(self.topic, events).await {
                Ok(handled) => return Ok(handled),
                Err(error) if error.is_unavailable() && !error.is_conflict() => {
                    tracing::warn!(error = %error, topic = self.topic, "database unavailable");
                    wait(UNAVAILABLE_BACKOFF, stop).await?;
                }
                Err(error) => {
                    let events = batch.len();
                    tracing::info!(error = %error, topic = self.topic, events, "batch failed, handling each event");
                    return Ok(0);
                }
            }
        }
    }

    /// Handles one event in its own transaction, until it is committed, a duplicate, or a dead letter.
    async fn alone(&self, message: &OwnedMessage, stop: &CancellationToken) -> Result<(), Stopped> {
        let mut attempts = 0;
        while !stop.is_cancelled() {
            let result = match kafka::from_message(message) {
                Ok(event) => self.consumer.handle(self.topic, event, Cause::Parent).await,
                Err(reason) => Err(ConsumeError::Invalid(reason)),
            };
            let backoff = match result {
                Ok(_) => return Ok(()),
                Err(error) if error.is_conflict() => FIRST_BACKOFF,
                Err(error) if error.is_unavailable() => UNAVAILABLE_BACKOFF,
                Err(error) => {
                    attempts += 1;
                    if error.is_permanent() || attempts == MAX_ATTEMPTS {
                        return self.dead_letter(message, &error, stop).await;
                    }
                    FIRST_BACKOFF * 2_u32.pow(attempts)
                }
            };
            wait(backoff, stop).await?;
        }
        Err(Stopped)
    }

    async fn dead_letter(
        &self,
        message: &OwnedMessage,
        error: &ConsumeError,
        stop: &CancellationToken,
    ) -> Result<(), Stopped> {
        let written = self.dead_letters.write(self.topic, message, error);
        let metrics = &self.consumer.metrics;
        let counted = match stop.run_until_cancelled(written).await.ok_or(Stopped)? {
            Written::DeadLetter => &metrics.dead_letters,
            Written::Nothing => &metrics.dead_letters_failed,
        };
        counted.add(1, &[attribute(names::MESSAGING_DESTINATION_NAME, self.topic)]);
        Ok(())
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

async fn wait(duration: Duration, stop: &CancellationToken) -> Result<(), Stopped> {
    stop.run_until_cancelled(sleep(duration)).await.ok_or(Stopped)
}
