use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::{Router, body::Body, extract::FromRef, routing::get};
use chrono::Duration;
use futures::future::BoxFuture;
use http::{Request, header};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet},
};
use serde_json::{Value, json};
use tower::{Layer, Service as _, ServiceExt};

use super::*;
use crate::{Error, clock::Clock, config::PublicUrl};

const ISSUER: &str = "http://localhost:8180";

/// A fake of login: its keys, and whether it is available.
#[derive(Default)]
struct Login {
    keys: Mutex<JwkSet>,
    fetches: AtomicU32,
    down: AtomicBool,
}

impl KeySource for Login {
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, Error>> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let answer = match self.down.load(Ordering::SeqCst) {
            true => Err("down".into()),
            false => Ok(self.keys.lock().expect("not poisoned").clone()),
        };
        Box::pin(async { answer })
    }
}

struct Signed {
    id: &'static str,
    key: EncodingKey,
}

impl Login {
    fn add_key(&self, id: &'static str) -> Signed {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().expect("PKCS 8").as_ref());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).expect("a public key");
        jwk.common.key_id = Some(id.to_owned());
        self.keys.lock().expect("not poisoned").keys.push(jwk);
        Signed { id, key }
    }
}

impl Signed {
    fn token(&self, claims: &Value) -> String {
        self.typed(claims, Some("at+jwt"))
    }

    fn typed(&self, claims: &Value, kind: Option<&str>) -> String {
        let header =
            Header { typ: kind.map(str::to_owned), kid: Some(self.id.to_owned()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.key).expect("a token")
    }
}

struct World {
    clock: Clock,
    login: Arc<Login>,
    key: Signed,
    verifier: Verifier,
}

fn world() -> World {
    let clock = Clock::fixed(Clock::system().now());
    let login = Arc::new(Login::default());
    let key = login.add_key("one");
    let issuer: PublicUrl = ISSUER.parse().expect("a url");
    let verifier = Verifier::with_keys(&issuer, KeyRing::new(Arc::clone(&login) as Arc<dyn KeySource>), clock.clone());
    World { clock, login, key, verifier }
}

impl World {
    fn claims(&self) -> Value {
        let now = self.clock.now().timestamp();
        json!({
            "iss": ISSUER, "aud": "http://localhost:8180/api", "iat": now, "exp": now + 300, "jti": "1",
            "sub": UserId::new(&self.clock), "tenant_id": TenantId::new(&self.clock), "sid": SessionId::new(&self.clock),
            "client_id": "mypage", "scope": "openid api", "roles": ["member", "astronaut"],
        })
    }

    fn with(&self, name: &str, value: impl Into<Value>) -> Value {
        let mut claims = self.claims();
        claims[name] = value.into();
        claims
    }

    async fn refused(&self, token: &str) -> AuthError {
        self.verifier.verify(token).await.expect_err("refused")
    }
}

#[tokio::test]
async fn a_persons_token_identifies_the_person() {
    let world = world();
    let claims = world.claims();
    let person = world.verifier.verify(&world.key.token(&claims)).await.expect("good").into_person().expect("a person");
    assert_eq!(json!(person.tenant_id), claims["tenant_id"]);
    assert_eq!(person.roles, [Role::Member], "a role of a newer login is left out");
    assert!(person.require(Role::Member).is_ok());
    assert_eq!(person.require(Role::Admin).expect_err("no admin").status(), 403);
}

#[tokio::test]
async fn wrong_claims_are_rejected() {
    let world = world();
    let now = world.clock.now().timestamp();
    for (name, value, why) in [
        ("exp", json!(now), "expired"),
        ("aud", json!("http://localhost:8180"), "for another audience"),
        ("iss", json!("http://localhost:8180/"), "from another issuer"),
        ("sub", json!("mina"), "names no user"),
        ("sid", json!(null), "neither a person's nor a service's"),
    ] {
        assert_eq!(world.refused(&world.key.token(&world.with(name, value))).await, AuthError::Invalid(why));
    }
}

#[tokio::test]
async fn only_access_tokens_signed_with_es256_are_accepted() {
    let world = world();
    let claims = world.claims();
    for kind in [None, Some("JWT"), Some("id+jwt")] {
        let token = world.key.typed(&claims, kind);
        assert_eq!(world.refused(&token).await, AuthError::Invalid("not an access token"), "{kind:?}");
    }
    let header = Header { typ: Some("at+jwt".into()), kid: Some("one".into()), ..Header::new(Algorithm::HS256) };
    let forged = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(b"public")).expect("a token");
    assert_eq!(world.refused(&forged).await, AuthError::Invalid("not signed with ES256"));
    let other = Login::default().add_key("one");
    assert_eq!(world.refused(&other.token(&claims)).await, AuthError::Invalid("wrong signature or claims"));
    assert_eq!(world.refused("a.b.c").await, AuthError::Invalid("not a JWT"));
}

#[tokio::test]
async fn a_cached_token_expires() {
    let world = world();
    let token = world.key.token(&world.claims());
    world.verifier.verify(&token).await.expect("good");
    world.clock.advance(Duration::seconds(299));
    world.verifier.verify(&token).await.expect("still good");
    world.clock.advance(Duration::seconds(1));
    assert_eq!(world.refused(&token).await, AuthError::Invalid("expired"));
    assert_eq!(world.login.fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn unknown_keys_trigger_one_fetch_per_interval() {
    let world = world();
    world.verifier.verify(&world.key.token(&world.claims())).await.expect("good");
    let unknown = Login::default().add_key("unknown").token(&world.claims());
    for _ in 0..3 {
        assert_eq!(world.refused(&unknown).await, AuthError::Invalid("signed with an unknown key"));
    }
    assert_eq!(world.login.fetches.load(Ordering::SeqCst), 1, "the keys are seconds old");

    let rotated = world.login.add_key("two").token(&world.claims());
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    world.verifier.verify(&rotated).await.expect("the new key is found");
    assert_eq!(world.login.fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn cached_keys_are_used_while_login_is_down() {
    let world = world();
    world.login.down.store(true, Ordering::SeqCst);
    let token = world.key.token(&world.claims());
    assert!(matches!(world.refused(&token).await, AuthError::Unavailable(_)), "no keys are cached");
    world.login.down.store(false, Ordering::SeqCst);
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    world.verifier.verify(&token).await.expect("good");

    world.login.down.store(true, Ordering::SeqCst);
    tokio::time::advance(std::time::Duration::from_secs(3600)).await;
    world.verifier.verify(&world.key.token(&world.claims())).await.expect("still good");
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_key_is_removed() {
    let world = world();
    world.verifier.verify(&world.key.token(&world.claims())).await.expect("good");
    world.login.keys.lock().expect("not poisoned").keys.clear();
    tokio::time::advance(std::time::Duration::from_secs(600)).await;
    let refused = world.refused(&world.key.token(&world.with("jti", "2"))).await;
    assert_eq!(refused, AuthError::Invalid("signed with an unknown key"));
}

#[tokio::test]
async fn callers_share_one_fetch_and_a_key_serves_its_own_algorithm_only() {
    let world = world();
    let ring = KeyRing::new(Arc::clone(&world.login) as Arc<dyn KeySource>);
    let (one, two) = tokio::join!(ring.find("one", Algorithm::ES256), ring.find("one", Algorithm::ES256));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(world.login.fetches.load(Ordering::SeqCst), 1);
    assert_eq!(ring.find("one", Algorithm::RS256).await.err(), Some(KeyError::Unknown));
}

#[tokio::test]
async fn a_service_names_the_tenant_unless_it_is_a_tenants_own() {
    let world = world();
    let tenant = TenantId::new(&world.clock);
    let mut claims = world.with("sub", "mypage");
    claims["sid"] = Value::Null;
    let own = world.verifier.verify(&world.key.token(&claims)).await.expect("a tenant's own client");
    assert_eq!(json!(tenant_of(&own, "").expect("its own")), claims["tenant_id"]);
    assert_eq!(tenant_of(&own, &tenant.to_string()).expect_err("another tenant").status(), 403);

    claims["tenant_id"] = Value::Null;
    let demo = world.verifier.verify(&world.key.token(&claims)).await.expect("a first-party client");
    for named in [tenant.to_string(), String::new()] {
        assert_eq!(tenant_of(&demo, &named).expect_err("may name none").code(), "insufficient_scope");
    }

    claims["scope"] = json!("api internal");
    let ours = world.verifier.verify(&world.key.token(&claims)).await.expect("a product");
    assert_eq!(tenant_of(&ours, &tenant.to_string()), Ok(tenant));
    assert_eq!(tenant_of(&ours, "").expect_err("names none").errors()[0].field, "tenant_id");
    assert_eq!(ours.require_scope("api"), Ok(()));
    assert_eq!(ours.require_scope("ap").expect_err("not granted").code(), "insufficient_scope");
    assert_eq!(ours.into_person().expect_err("no person").code(), "person_required");
}

#[derive(Clone)]
struct App(Verifier);

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.0.clone()
    }
}

#[tokio::test]
async fn http_responses_follow_rfc_6750() {
    let world = world();
    let show = get(|person: Person| async move { person.user_id.to_string() });
    let router = Router::new().route("/", show).with_state(App(world.verifier.clone()));
    let ask = async |authorization: Option<String>| {
        let request = authorization
            .into_iter()
            .fold(Request::get("/"), |request, value| request.header(header::AUTHORIZATION, value));
        let response =
            router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("infallible");
        let challenge =
            response.headers().get(header::WWW_AUTHENTICATE).map(|value| value.to_str().expect("text").to_owned());
        (response.status().as_u16(), challenge.unwrap_or_default())
    };
    assert_eq!(ask(None).await, (401, "Bearer".to_owned()));
    let (status, challenge) = ask(Some("Bearer nonsense".into())).await;
    assert_eq!(status, 401);
    assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
    assert_eq!(ask(Some(format!("bearer {}", world.key.token(&world.claims())))).await.0, 200);
}

#[tokio::test]
async fn grpc_authenticates_all_but_health_and_reflection() {
    let world = world();
    let inner = tower::service_fn(async |request: Request<Body>| {
        let known = request.extensions().get::<Caller>().is_some();
        Ok::<_, std::convert::Infallible>(
            http::Response::builder().header("known", known.to_string()).body(Body::empty()).expect("a response"),
        )
    });
    let mut service = GrpcAuth::layer(world.verifier.clone()).layer(inner);
    let mut ask = async |path: &str, token: Option<String>| {
        let request = token.into_iter().fold(Request::get(path), |request, token| {
            request.header(header::AUTHORIZATION, format!("Bearer {token}"))
        });
        let response = service.call(request.body(Body::empty()).expect("a request")).await.expect("infallible");
        let text = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        (text("known"), text("grpc-status"))
    };
    assert_eq!(ask("/grpc.health.v1.Health/Check", None).await.0.as_deref(), Some("false"));
    assert_eq!(ask("/login.v1.Login/GetUser", None).await.1.as_deref(), Some("16"));
    let token = world.key.token(&world.claims());
    assert_eq!(ask("/login.v1.Login/GetUser", Some(token)).await.0.as_deref(), Some("true"));
}
