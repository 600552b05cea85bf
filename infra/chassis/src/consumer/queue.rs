//! The received events of one topic, between the reader of all topics and the loop of the topic.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use rdkafka::message::{Headers, Message, OwnedMessage};
use tokio::sync::Notify;

/// The reader pauses a topic with this many waiting events, or this many bytes of them. A product may have ten topics,
/// and all their queues must fit into the memory of its pod.
const FULL: usize = 4000;
const FULL_BYTES: usize = 2 << 20;
/// The reader resumes a topic below this share of the limits.
const RESUMED: usize = 4;

/// A queue that never waits to accept an event. Its reader pauses the topic while the queue is full.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Notify,
    /// Wakes the reader when the queue was emptied. All queues share it.
    drained: Arc<Notify>,
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<OwnedMessage>,
    bytes: usize,
}

impl Queue {
    pub(super) fn new(drained: Arc<Notify>) -> Self {
        Self { waiting: Mutex::default(), arrived: Notify::new(), drained }
    }

    pub(super) fn push(&self, message: OwnedMessage) {
        let mut waiting = self.waiting();
        waiting.bytes += bytes(&message);
        waiting.messages.push_back(message);
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Waits for events and takes up to `most` of them, in their order.
    pub(super) async fn take(&self, most: usize) -> Vec<OwnedMessage> {
        loop {
            let taken: Vec<_> = {
                let mut waiting = self.waiting();
                let count = most.min(waiting.messages.len());
                let taken: Vec<_> = waiting.messages.drain(..count).collect();
                waiting.bytes -= taken.iter().map(bytes).sum::<usize>();
                taken
            };
            if !taken.is_empty() {
                if self.is_drained() {
                    self.drained.notify_one();
                }
                return taken;
            }
            self.arrived.notified().await;
        }
    }

    pub(super) fn is_full(&self) -> bool {
        let waiting = self.waiting();
        waiting.messages.len() >= FULL || waiting.bytes >= FULL_BYTES
    }

    /// Whether a paused topic may be resumed.
    pub(super) fn is_drained(&self) -> bool {
        let waiting = self.waiting();
        waiting.messages.len() <= FULL / RESUMED && waiting.bytes <= FULL_BYTES / RESUMED
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("no panic while the queue is locked")
    }
}

fn bytes(message: &OwnedMessage) -> usize {
    let headers = message.headers().into_iter().flat_map(Headers::iter);
    let headers: usize = headers.map(|header| header.key.len() + header.value.map_or(0, <[u8]>::len)).sum();
    let (key, payload) = (message.key().map_or(0, <[u8]>::len), message.payload().map_or(0, <[u8]>::len));
    key + headers + payload
}

#[cfg(test)]
mod tests {
    use rdkafka::{
        Timestamp,
        message::{Header, OwnedHeaders},
    };

    use super::*;

    fn message(offset: i64, bytes: usize) -> OwnedMessage {
        OwnedMessage::new(Some(vec![0; bytes]), None, "t".into(), Timestamp::NotAvailable, 0, offset, None)
    }

    #[tokio::test]
    async fn events_are_taken_in_their_order() {
        let queue = Queue::new(Arc::default());
        for offset in 0..3 {
            queue.push(message(offset, 1));
        }
        let offsets = |taken: Vec<OwnedMessage>| taken.iter().map(Message::offset).collect::<Vec<_>>();
        assert_eq!(offsets(queue.take(2).await), [0, 1]);
        assert_eq!(offsets(queue.take(2).await), [2]);
    }

    #[tokio::test]
    async fn many_events_or_many_bytes_fill_the_queue_until_it_is_drained() {
        for (count, bytes) in [(FULL, 0), (4, FULL_BYTES / 4)] {
            let queue = Queue::new(Arc::default());
            for offset in 1..count {
                queue.push(message(offset as i64, bytes));
            }
            assert!(!queue.is_full());
            queue.push(message(count as i64, bytes));
            assert!(queue.is_full() && !queue.is_drained());
            queue.take(count - count / RESUMED).await;
            assert!(queue.is_drained());
            tokio::time::timeout(std::time::Duration::from_secs(5), queue.drained.notified()).await.expect("a wake-up");
        }
    }

    #[test]
    fn key_and_headers_count() {
        let headers = OwnedHeaders::new()
            .insert(Header { key: "four", value: Some("value") })
            .insert(Header::<&str> { key: "none", value: None });
        let (payload, key) = (Some(vec![0; 10]), Some(vec![0; 3]));
        let message = OwnedMessage::new(payload, key, "t".into(), Timestamp::NotAvailable, 0, 0, Some(headers));
        assert_eq!(bytes(&message), 10 + 3 + 9 + 4);
    }
}
