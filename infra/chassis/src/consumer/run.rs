//! The reader of all topics: one member of the product's consumer group. It gives each event to the loop of its topic.

use std::{collections::HashMap, sync::Arc, time::Duration};

use rdkafka::{
    TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::KafkaError,
    message::{Message, OwnedMessage},
};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Consumer, dead_letter::DeadLetters, queue::Queue, settle::TopicLoop};
use crate::{
    error::{Error, chain},
    kafka,
};

/// The wait between attempts while the broker is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

impl Consumer {
    /// Consumes events until `stop` is cancelled. Waits while the broker or the database is unavailable.
    pub async fn run(self, stop: CancellationToken) {
        let consumer = Arc::new(self);
        while !stop.is_cancelled() {
            if let Err(error) = read(&consumer, &stop).await {
                tracing::warn!(error = chain(error.as_ref()), "consumer failed, retrying");
                stop.run_until_cancelled(tokio::time::sleep(RETRY_INTERVAL)).await;
            }
        }
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
}

/// Runs the reader and the loops until `stop`, or until the client fails.
async fn read(consumer: &Arc<Consumer>, stop: &CancellationToken) -> Result<(), Error> {
    let stream = Arc::new(consumer.subscribe()?);
    let dead_letters = Arc::new(DeadLetters::new(consumer.product, &consumer.kafka));
    let ended = stop.child_token();
    let mut reader = Reader { stream: Arc::clone(&stream), topics: HashMap::new(), drained: Arc::default() };
    let mut loops = JoinSet::new();
    for topic in consumer.topics() {
        let queue = Arc::new(Queue::new(Arc::clone(&reader.drained)));
        let name = kafka::with_prefix(&consumer.kafka, topic);
        reader.topics.insert(name, Reading { queue: Arc::clone(&queue), paused: false });
        let (consumer, stream, dead_letters) = (Arc::clone(consumer), Arc::clone(&stream), Arc::clone(&dead_letters));
        loops.spawn(TopicLoop { consumer, topic, queue, stream, dead_letters }.run(ended.clone()));
    }
    let outcome = tokio::select! {
        outcome = reader.run(stop) => outcome,
        Some(ended) = loops.join_next() => Err(ended.err().map_or("the loop of a topic ended".into(), Error::from)),
    };
    let outcome = if stop.is_cancelled() { Ok(()) } else { outcome };
    ended.cancel();
    while loops.join_next().await.is_some() {}
    drop(reader);
    // Commits the offsets and leaves the group, so that other members continue without a session timeout. Both block.
    tokio::task::spawn_blocking(move || {
        if let Err(error) = stream.commit_consumer_state(CommitMode::Sync) {
            tracing::debug!(error = %error, "nothing to commit");
        }
        drop(stream);
    })
    .await?;
    outcome
}

struct Reader {
    stream: Arc<StreamConsumer>,
    /// By name with prefix.
    topics: HashMap<String, Reading>,
    drained: Arc<Notify>,
}

struct Reading {
    queue: Arc<Queue>,
    paused: bool,
}

impl Reader {
    /// Reads until `stop`. It never waits for a loop, because the group evicts a member that does not poll.
    async fn run(&mut self, stop: &CancellationToken) -> Result<(), Error> {
        let (stream, drained) = (Arc::clone(&self.stream), Arc::clone(&self.drained));
        let mut available = true;
        loop {
            let message = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                () = drained.notified() => {
                    self.resume();
                    continue;
                }
                message = stream.recv() => message.map(|message| message.detach()),
            };
            match message {
                Ok(message) => {
                    if !std::mem::replace(&mut available, true) {
                        tracing::info!("broker available again");
                    }
                    self.queue(message);
                    // The client returns fetched messages without a wait.
                    tokio::task::consume_budget().await;
                }
                Err(error) => {
                    if let Some((_, reason)) = stream.client().fatal_error() {
                        return Err(reason.into());
                    }
                    // The client retries automatically. It queues an error per attempt in front of the messages, such
                    // as for a missing topic or a broker restart. The errors are read at once, and only the first is
                    // logged.
                    if std::mem::replace(&mut available, false) {
                        tracing::warn!(error = %error, "broker unavailable");
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    /// Queues a message. When the queue is full, pauses its topic; the client drops what it fetched of it, and fetches
    /// it again after the pause.
    fn queue(&mut self, message: OwnedMessage) {
        let topic = message.topic().to_owned();
        let Some(reading) = self.topics.get_mut(&topic) else { return };
        reading.queue.push(message);
        if reading.queue.is_full() {
            reading.paused = true;
            self.set_paused(&topic, true);
        }
    }

    fn resume(&mut self) {
        let drained = |(name, reading): (&String, &mut Reading)| {
            let resumed = reading.paused && reading.queue.is_drained();
            reading.paused &= !resumed;
            resumed.then(|| name.clone())
        };
        for topic in self.topics.iter_mut().filter_map(drained).collect::<Vec<_>>() {
            self.set_paused(&topic, false);
        }
    }

    /// Pauses or resumes the assigned partitions of a topic. A partition that is assigned later is not paused: its first
    /// message pauses it.
    fn set_paused(&self, topic: &str, paused: bool) {
        let change = self.stream.assignment().and_then(|assigned| {
            let mut partitions = TopicPartitionList::new();
            for partition in assigned.elements_for_topic(topic) {
                partitions.add_partition(topic, partition.partition());
            }
            if paused { self.stream.pause(&partitions) } else { self.stream.resume(&partitions) }
        });
        if let Err(error) = change {
            tracing::debug!(error = %error, topic, paused, "cannot pause or resume partitions");
        }
    }
}
