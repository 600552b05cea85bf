//! Metrics of a consumer.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use opentelemetry::metrics::{Counter, Histogram};
use rdkafka::message::{Message, OwnedMessage};

use crate::{
    clock::Clock,
    kafka,
    telemetry::{attribute, counter, delay_histogram, duration_histogram, names, observable_gauge},
};

pub(super) struct Metrics {
    pub(super) consumed: Counter<u64>,
    pub(super) duration: Histogram<f64>,
    pub(super) delay: Histogram<f64>,
    pub(super) dead_letters: Counter<u64>,
    pub(super) dead_letters_failed: Counter<u64>,
    /// By topic: the time of the oldest event that is being handled, in milliseconds; 0 while none is.
    handled: HashMap<&'static str, Arc<AtomicI64>>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        Self {
            consumed: counter(names::MESSAGING_CLIENT_CONSUMED_MESSAGES, "Consumed events by outcome"),
            duration: duration_histogram(names::MESSAGING_PROCESS_DURATION, "Duration of handling an event"),
            delay: delay_histogram(names::MESSAGING_PROCESS_DELAY, "Seconds from a change to the effect of its event"),
            dead_letters: counter(names::MESSAGING_CLIENT_DEAD_LETTERS, "Events moved to a dead-letter topic"),
            dead_letters_failed: counter(
                names::MESSAGING_CLIENT_DEAD_LETTERS_FAILED,
                "Events that could neither be handled nor moved to a dead-letter topic",
            ),
            handled: HashMap::new(),
        }
    }

    /// Adds a topic.
    pub(super) fn add(&mut self, topic: &'static str) {
        // Both start at 0, so that the first dead letter is an increase.
        for dead_letters in [&self.dead_letters, &self.dead_letters_failed] {
            dead_letters.add(0, &[attribute(names::MESSAGING_DESTINATION_NAME, topic)]);
        }
        self.handled.insert(topic, Arc::default());
    }

    /// Starts to observe the ages of the events that are being handled.
    pub(super) fn observe(&self, clock: Clock) {
        let topics = self.handled.clone();
        observable_gauge("inbox.oldest.age", "Age in seconds of the oldest event that is being handled", move || {
            let now = clock.now().timestamp_millis();
            let age = |time: i64| if time == 0 { 0.0 } else { (now - time).max(0) as f64 / 1000.0 };
            let age_of = |(topic, time): (&&'static str, &Arc<AtomicI64>)| {
                (age(time.load(Ordering::Relaxed)), vec![attribute(names::MESSAGING_DESTINATION_NAME, *topic)])
            };
            topics.iter().map(age_of).collect::<Vec<_>>()
        });
    }

    /// Records the events of a topic that are being handled, oldest first.
    pub(super) fn handling(&self, topic: &str, batch: &[OwnedMessage]) {
        let time = batch.first().map(|message| match kafka::from_message(message) {
            Ok(event) => event.time.timestamp_millis(),
            Err(_invalid) => message.timestamp().to_millis().unwrap_or_default(),
        });
        if let Some(handled) = self.handled.get(topic) {
            handled.store(time.unwrap_or_default(), Ordering::Relaxed);
        }
    }
}
