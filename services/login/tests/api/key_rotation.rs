//! Key rotation while tokens are in use, on two replicas with one database.

use std::{collections::BTreeSet, time::Duration as Seconds};

use chassis::{auth::Verifier, config};
use chrono::{DateTime, Duration, Utc};
use login::{
    app::App,
    domain::key_schedule::{KEPT_AFTER, PUBLISHED_AFTER, PUBLISHED_AHEAD, SIGNS_FOR},
    keys::READ_EVERY,
    usecase::rotate_keys::{rotate_due_keys, rotate_keys},
};
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    harness::{ISSUER, TestApp, claims, json},
    settings::settings,
};

/// Two replicas, and a product that verifies their tokens by `/jwks`.
struct World {
    one: TestApp,
    other: App,
    other_base: String,
    product: Verifier,
}

impl World {
    async fn start() -> Self {
        let one = TestApp::start().await;
        let other = App::new(&settings(&one.database), one.clock.clone()).expect("app");
        let other_base = support::serve(login::http::router(other.clone())).await;
        let issuer = config::Issuer {
            login_public_url: ISSUER.parse().expect("an address"),
            login_backchannel_url: Some(other_base.parse().expect("an address")),
        };
        let product = Verifier::new(&issuer, one.clock.clone());
        Self { one, other, other_base, product }
    }

    async fn token(&self, base: &str) -> String {
        let fields = [("grant_type", "client_credentials"), ("client_id", "product"), ("client_secret", "hush")];
        let answer = self.one.http.post(format!("{base}/token")).form(&fields).send().await.expect("response");
        json(answer).await["access_token"].as_str().expect("a token").to_owned()
    }

    async fn served(&self, base: &str) -> BTreeSet<String> {
        let keys = json(self.one.http.get(format!("{base}/jwks")).send().await.expect("response")).await;
        let kid = |key: &Value| key["kid"].as_str().expect("a name").to_owned();
        keys["keys"].as_array().expect("keys").iter().map(kid).collect()
    }

    async fn are_good(&self, token: &str) {
        for verifier in [&self.one.app.verifier, &self.other.verifier, &self.product] {
            verifier.verify(token).await.expect("valid until it expires");
        }
    }
}

/// Advances login's clock and tokio's clock.
async fn pass(world: &World, by: Duration) {
    world.one.clock.advance(by);
    tokio::time::pause();
    tokio::time::advance(by.to_std().expect("forward")).await;
    tokio::time::resume();
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).expect("a header").kid.expect("a kid")
}

fn expires(token: &str) -> DateTime<Utc> {
    DateTime::from_timestamp(claims(token)["exp"].as_i64().expect("a time"), 0).expect("a time")
}

#[tokio::test]
async fn no_token_is_refused_before_it_expires() {
    let world = World::start().await;
    let before = world.served(&world.one.base).await;
    let first = kid(&world.token(&world.one.base).await);
    let next = rotate_keys(&world.one.app).await.expect("rotated");
    assert_eq!(next.iter().map(|key| key.algorithm.as_str()).collect::<Vec<_>>(), ["ES256", "RS256"]);
    assert_eq!(rotate_keys(&world.other).await.expect("rotated"), next, "created once");
    assert_eq!(world.served(&world.one.base).await.len(), 4, "published before it signs");

    let minutes = (PUBLISHED_AHEAD + PUBLISHED_AFTER).num_minutes() + 5;
    let (mut living, mut signed): (Vec<String>, BTreeSet<String>) = (vec![], BTreeSet::new());
    for minute in 0..minutes {
        rotate_due_keys(if minute % 2 == 0 { &world.one.app } else { &world.other }).await.expect("rotated");
        let now = world.one.clock.now();
        living.retain(|token| expires(token) > now);
        for token in &living {
            world.are_good(token).await;
        }
        for base in [&world.one.base, &world.other_base] {
            let token = world.token(base).await;
            world.are_good(&token).await;
            assert!(world.served(&world.one.base).await.contains(&kid(&token)), "minute {minute}");
            signed.insert(kid(&token));
            living.push(token);
        }
        pass(&world, Duration::minutes(1)).await;
    }
    assert_eq!(signed, BTreeSet::from([first, next[0].kid.clone()]), "both keys signed");
    for base in [&world.one.base, &world.other_base] {
        let served = world.served(base).await;
        assert_eq!(served, next.iter().map(|key| key.kid.clone()).collect(), "old keys are no longer served");
        assert!(served.is_disjoint(&before));
    }
}

#[tokio::test]
async fn keys_rotate_automatically_and_old_ones_are_deleted() {
    let world = World::start().await;
    let count = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM signing_key")
            .fetch_one(&world.one.superuser().await)
            .await
            .expect("a count")
    };
    let acme = world.one.tenant("acme").await;
    let hint = world.one.tokens(&acme.admin_email).await;
    rotate_due_keys(&world.one.app).await.expect("rotated");
    assert_eq!(count().await, 2, "not due yet");
    pass(&world, SIGNS_FOR - PUBLISHED_AHEAD).await;
    let (one, other) = tokio::join!(rotate_due_keys(&world.one.app), rotate_due_keys(&world.other));
    one.and(other).expect("rotated");
    assert_eq!(count().await, 4, "rotated once");
    let old = kid(&world.token(&world.one.base).await);
    pass(&world, PUBLISHED_AHEAD).await;
    assert_ne!(kid(&world.token(&world.other_base).await), old);

    pass(&world, PUBLISHED_AFTER).await;
    assert!(!world.served(&world.one.base).await.contains(&old));
    let ring = world.one.app.keys.ring().await.expect("keys");
    assert!(ring.read_id_token_hint::<Value>(hint.id(), ISSUER).is_some(), "still accepted as sign-out hint");
    pass(&world, KEPT_AFTER - PUBLISHED_AFTER).await;
    rotate_due_keys(&world.one.app).await.expect("rotated");
    let left: Vec<String> =
        sqlx::query_scalar("SELECT kid FROM signing_key").fetch_all(&world.one.superuser().await).await.expect("keys");
    assert!(!left.contains(&old), "deleted");
    let ring = world.one.app.keys.ring().await.expect("keys");
    assert!(ring.read_id_token_hint::<Value>(hint.id(), ISSUER).is_none());
}

#[tokio::test]
async fn a_replica_loads_new_keys_within_seconds() {
    let world = World::start().await;
    world.served(&world.other_base).await;
    rotate_keys(&world.one.app).await.expect("rotated");
    assert_eq!(world.served(&world.other_base).await.len(), 2);
    world.one.clock.advance(READ_EVERY);
    support::eventually("the other replica has read them", async || {
        (world.served(&world.other_base).await.len() == 4).then_some(())
    })
    .await;
}

#[tokio::test]
async fn cached_keys_are_served_without_the_database() {
    let world = World::start().await;
    world.served(&world.other_base).await;
    rotate_keys(&world.one.app).await.expect("rotated");
    let pool = world.one.superuser().await;
    let mut hangs = pool.begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE signing_key IN ACCESS EXCLUSIVE MODE").execute(&mut *hangs).await.expect("locked");
    world.one.clock.advance(READ_EVERY);
    for _ in 0..3 {
        let known =
            timeout(Seconds::from_secs(5), world.other.keys.ring()).await.expect("without waiting").expect("keys");
        assert_eq!(known.public().keys.len(), 2, "cached keys");
    }
    let new = App::new(&settings(&world.one.database), world.one.clock.clone()).expect("app");
    let mut first = tokio::spawn(async move { new.keys.ring().await.map(|ring| ring.public().keys.len()) });
    assert!(timeout(Seconds::from_millis(200), &mut first).await.is_err(), "without cached keys it waits");
    hangs.rollback().await.expect("rolled back");
    assert_eq!(first.await.expect("joined").expect("keys"), 4);
    support::eventually("they are read in the background", async || {
        (world.other.keys.ring().await.expect("keys").public().keys.len() == 4).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_key_without_signs_from_signs_from_its_creation() {
    let world = World::start().await;
    let kid = kid(&world.token(&world.one.base).await);
    let pool = world.one.superuser().await;
    sqlx::query("UPDATE signing_key SET signs_from = NULL").execute(&pool).await.expect("updated");
    assert_eq!(self::kid(&world.token(&world.other_base).await), kid);
}
