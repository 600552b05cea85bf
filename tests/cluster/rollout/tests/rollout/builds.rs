//! Distinguishes events of the current build and of the next build, by the field that only the next build sets.

use e2e::system::System;
use prost::encoding::{DecodeContext, decode_key, skip_field};
use sqlx::{
    PgPool, Row,
    types::chrono::{DateTime, Utc},
};

use crate::{
    next::Next,
    wait::{ROLLOUT, within},
};

/// A build of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// The current build.
    Today,
    /// The current build with the patch of the product.
    Next,
}

/// Waits until the product, whose pods all run this build, has published an event.
pub(crate) async fn wait_until_published(system: &System, next: &Next, build: Build) {
    let pool = system.database(next.product).await;
    let since: DateTime<Utc> = sqlx::query_scalar("SELECT now()").fetch_one(&pool).await.expect("the time");
    within(ROLLOUT, &format!("{} of the build {build:?}", next.event.0), || async {
        if published(&pool, next, build, since).await.is_empty() { Err("nothing yet".to_owned()) } else { Ok(()) }
    })
    .await;
}

/// Returns the ids of the events that this build has published since `since`.
pub(crate) async fn published(pool: &PgPool, next: &Next, build: Build, since: DateTime<Utc>) -> Vec<String> {
    let (topic, field) = next.event;
    let rows = sqlx::query(
        "SELECT event_id::text AS id, payload FROM outbox
         WHERE topic = $1 AND time > $2 AND published_at IS NOT NULL AND payload IS NOT NULL",
    );
    let rows = rows.bind(topic).bind(since).fetch_all(pool).await.expect("the outbox");
    let of_build = rows.iter().filter(|row| has_field(row.get("payload"), field) == (build == Build::Next));
    of_build.map(|row| row.get("id")).collect()
}

/// Returns the number of these events that the reader has consumed from the topic.
pub(crate) async fn consumed(system: &System, next: &Next, events: &[String]) -> usize {
    let reader = system.database(next.reader).await;
    let consumed: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox WHERE event_id = ANY($1::text[]::uuid[])")
        .bind(events)
        .fetch_one(&reader)
        .await
        .expect("the inbox");
    usize::try_from(consumed).expect("a count")
}

/// Whether the table has the column.
pub(crate) async fn has_column(system: &System, next: &Next) -> bool {
    let (table, column) = next.column;
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_name = $1 AND column_name = $2)",
    )
    .bind(table)
    .bind(column)
    .fetch_one(&system.database(next.product).await)
    .await
    .expect("the schema")
}

/// Whether a protobuf message has a field with this number, which the current contracts do not define.
fn has_field(mut message: &[u8], number: u32) -> bool {
    while !message.is_empty() {
        let (field, kind) = decode_key(&mut message).expect("a message");
        if field == number {
            return true;
        }
        skip_field(kind, field, &mut message, DecodeContext::default()).expect("a message");
    }
    false
}

#[test]
fn a_field_is_found_by_its_number() {
    // Field 1, a text of two bytes; field 7, the number 5.
    let message = [0x0a, 2, b'h', b'i', 0x38, 5];
    assert!(has_field(&message, 1) && has_field(&message, 7) && !has_field(&message, 2));
}
