//! The reader of all topics: one member of the product's consumer group. It gives each event to the loop of its topic.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use rdkafka::{
    TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::KafkaError,
    message::{Message, OwnedMessage},
    topic_partition_list::TopicPartitionListElem,
};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Consumer, dead_letter::DeadLetters, queue::Queue, settle::TopicLoop};
use crate::{
    error::{Error, chain},
    kafka::{self, ClientLog},
};

/// The wait between attempts while the broker is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

impl Consumer {
    /// Consumes events until `stop` is cancelled. Waits while the broker or the database is unavailable.
    pub async fn run(self, stop: CancellationToken) {
        let consumer = Arc::new(self);
        consumer.metrics.observe(consumer.clock.clone());
        while !stop.is_cancelled() {
            if let Err(error) = read(&consumer, &stop).await {
                tracing::warn!(error = chain(error.as_ref()), "consumer failed, retrying");
                stop.run_until_cancelled(tokio::time::sleep(RETRY_INTERVAL)).await;
            }
        }
    }

    fn subscribe(&self) -> Result<StreamConsumer<ClientLog>, KafkaError> {
        let stream: StreamConsumer<ClientLog> = kafka::client(&self.kafka, self.product)
            .set("group.id", kafka::with_prefix(&self.kafka, self.product))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", "1000")
            .set("enable.auto.offset.store", "false")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1500")
            .set("fetch.wait.max.ms", "50")
            // The most that the client holds of all topics, beside their queues, and the most of a fetch.
            .set("queued.max.messages.kbytes", "4096")
            // A topic that is created after the start of this consumer is found soon.
            .set("topic.metadata.refresh.interval.ms", "2000")
            .set("allow.auto.create.topics", "true")
            .create_with_context(ClientLog)?;
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
        reader.topics.insert(name, Reading { queue: Arc::clone(&queue), paused: BTreeSet::new() });
        let (consumer, stream, dead_letters) = (Arc::clone(consumer), Arc::clone(&stream), Arc::clone(&dead_letters));
        loops.spawn(TopicLoop { consumer, topic, queue, stream, dead_letters }.run(ended.clone()));
    }
    let outcome = tokio::select! {
        outcome = reader.run(stop) => outcome,
        Some(joined) = loops.join_next() => Err(joined.err().map_or("the loop of a topic ended".into(), Error::from)),
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
    stream: Arc<StreamConsumer<ClientLog>>,
    /// By name with prefix.
    topics: HashMap<String, Reading>,
    drained: Arc<Notify>,
}

struct Reading {
    queue: Arc<Queue>,
    /// The partitions that were paused and not resumed. Some may be assigned to another member now: the client keeps a
    /// partition paused while it is away, and when it is assigned again.
    paused: BTreeSet<i32>,
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
                    self.resume()?;
                    continue;
                }
                message = stream.recv() => message.map(|message| kafka::readable(message.detach())),
            };
            match message {
                Ok(message) => {
                    if !std::mem::replace(&mut available, true) {
                        tracing::info!("broker available again");
                    }
                    self.queue(message)?;
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

    /// Queues a message. When the queue is full, pauses the assigned partitions of its topic; the client drops what it
    /// fetched of them, and fetches it again after the pause. A partition that is assigned during the pause is paused at
    /// its first message.
    fn queue(&mut self, message: OwnedMessage) -> Result<(), KafkaError> {
        let topic = message.topic();
        let Some(reading) = self.topics.get_mut(topic) else { return Ok(()) };
        let topic = topic.to_owned();
        reading.queue.push(message);
        if reading.queue.is_full() {
            let assigned = self.stream.assignment()?;
            let partitions: BTreeSet<_> =
                assigned.elements_for_topic(&topic).iter().map(TopicPartitionListElem::partition).collect();
            self.stream.pause(&list(&topic, &partitions))?;
            reading.paused.extend(partitions);
        }
        Ok(())
    }

    /// Resumes the topics whose queues are drained: every partition that was paused, whether it is assigned or not.
    fn resume(&mut self) -> Result<(), KafkaError> {
        for (topic, reading) in &mut self.topics {
            if !reading.paused.is_empty() && reading.queue.is_drained() {
                self.stream.resume(&list(topic, &reading.paused))?;
                reading.paused.clear();
            }
        }
        Ok(())
    }
}

fn list(topic: &str, partitions: &BTreeSet<i32>) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for partition in partitions {
        list.add_partition(topic, *partition);
    }
    list
}

#[cfg(test)]
mod tests {
    use rdkafka::{
        ClientConfig,
        mocking::MockCluster,
        producer::{FutureProducer, FutureRecord},
    };

    use super::*;

    const TOPIC: &str = "t";

    async fn produce(brokers: &str, count: usize) {
        let producer: FutureProducer =
            ClientConfig::new().set("bootstrap.servers", brokers).create().expect("a producer");
        let large = vec![0; 900_000];
        for _ in 0..count {
            let record = FutureRecord::<(), _>::to(TOPIC).payload(&large);
            producer.send(record, Duration::from_secs(20)).await.map_err(|(error, _)| error).expect("sent");
        }
    }

    /// Reads until the queue of the topic has a message that [`Queue::take`] returns.
    async fn read_one(reader: &mut Reader, queue: &Queue) -> OwnedMessage {
        let stop = CancellationToken::new();
        let read = async {
            tokio::select! {
                outcome = reader.run(&stop) => panic!("ended: {outcome:?}"),
                mut taken = queue.take(1) => taken.remove(0),
            }
        };
        tokio::time::timeout(Duration::from_secs(30), read).await.expect("a message")
    }

    /// The client keeps the pause of a partition that is revoked. An eager rebalance revokes all partitions for a while.
    #[tokio::test]
    async fn a_partition_that_is_drained_while_it_is_not_assigned_is_resumed() {
        let cluster = MockCluster::new(1).expect("a mock cluster");
        cluster.create_topic(TOPIC, 1, 1).expect("a topic");
        let brokers = cluster.bootstrap_servers();
        // The mock cluster keeps 5 MiB.
        produce(&brokers, 5).await;
        let stream: StreamConsumer<ClientLog> = ClientConfig::new()
            .set("bootstrap.servers", &brokers)
            .set("group.id", "g")
            .set("enable.auto.commit", "false")
            .create_with_context(ClientLog)
            .expect("a consumer");
        let mut assigned = TopicPartitionList::new();
        assigned.add_partition_offset(TOPIC, 0, rdkafka::Offset::Beginning).expect("a position");
        stream.assign(&assigned).expect("assigned");

        let drained = Arc::default();
        let queue = Arc::new(Queue::new(Arc::clone(&drained)));
        let reading = Reading { queue: Arc::clone(&queue), paused: BTreeSet::new() };
        let stream = Arc::new(stream);
        let mut reader =
            Reader { stream: Arc::clone(&stream), topics: HashMap::from([(TOPIC.into(), reading)]), drained };
        while reader.topics[TOPIC].paused.is_empty() {
            let message = stream.recv().await.expect("a message").detach();
            reader.queue(message).expect("queued");
        }
        stream.unassign().expect("revoked");
        while !queue.is_drained() {
            queue.take(1).await;
        }
        reader.resume().expect("resumed");
        stream.assign(&assigned).expect("assigned again");
        assert_eq!(read_one(&mut reader, &queue).await.offset(), 0);
    }
}
