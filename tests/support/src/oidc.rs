//! A fake OpenID Connect provider for the sign-in of a product: codes with PKCE, ID tokens, rotating refresh tokens, and
//! configurable failures. It starts no browser: [`FakeOidc::authorize`] stands for the pages of login.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard},
};

use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Redirect,
    routing::{get, post},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use chassis::{
    auth::{Role, claims},
    clock::Clock,
    config::{self, PublicUrl},
    id::{SessionId, TenantId, UserId},
    secret,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use url::Url;

/// The provider. Clones share the state.
#[derive(Clone)]
pub struct FakeOidc {
    /// The issuer.
    pub url: PublicUrl,
    state: Arc<Provider>,
}

struct Provider {
    /// The product as a client. Its secret is `CLIENT-secret`.
    client_id: &'static str,
    /// The scopes that the product must ask for.
    scope: &'static str,
    rsa: EncodingKey,
    ec: EncodingKey,
    clock: Clock,
    issuer: Mutex<String>,
    mutable: Mutex<Mutable>,
}

/// The state that tests change and inspect.
#[derive(Default)]
pub struct Mutable {
    /// Nonce and code challenge by code.
    codes: HashMap<String, (String, String)>,
    person: Option<Value>,
    refresh_token: String,
    /// The number of successful refreshes.
    pub refreshes: usize,
    /// The number of sign-outs.
    pub sign_outs: usize,
    /// Answers every token request with this status and error code.
    pub failure: Option<(u16, &'static str)>,
    /// Leaves every token request unanswered.
    pub hangs: bool,
    /// The number of refresh requests.
    pub refresh_requests: usize,
    /// Claims that replace those of the next ID token.
    pub tampered: Option<Value>,
    /// Signs the next ID token with the key of access tokens.
    pub wrong_algorithm: bool,
}

/// A person who signs in.
#[derive(Clone, Copy, Debug)]
pub struct TestPerson {
    /// The person's tenant.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// The session at the provider.
    pub session: SessionId,
}

impl FakeOidc {
    /// Starts a provider with one client, which asks for these scopes.
    ///
    /// # Panics
    /// When no key can be made.
    pub async fn start(clock: Clock, client_id: &'static str, scope: &'static str) -> Self {
        let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).and_then(|key| key.to_pkcs8v1());
        let state = Arc::new(Provider {
            client_id,
            scope,
            rsa: rsa_key(),
            ec: EncodingKey::from_ec_der(ec.expect("an EC key").as_ref()),
            clock,
            issuer: Mutex::default(),
            mutable: Mutex::default(),
        });
        let router = Router::new()
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/logout", get(logout))
            .with_state(state.clone());
        let url = crate::serve(router).await;
        *state.issuer.lock().expect("not poisoned") = url.clone();
        Self { url: url.parse().expect("an address"), state }
    }

    /// The configuration with which a product trusts this provider.
    pub fn config(&self) -> config::Issuer {
        config::Issuer { login_public_url: self.url.clone(), login_backchannel_url: None }
    }

    /// The state that a test changes.
    ///
    /// # Panics
    /// When another test thread has panicked while it held the state.
    pub fn mutable(&self) -> MutexGuard<'_, Mutable> {
        self.state.mutable.lock().expect("not poisoned")
    }

    /// Signs the person in, with `extra` claims in the ID token, and returns the callback URL.
    ///
    /// # Panics
    /// When `location` is not the request of a sign-in.
    pub fn authorize(&self, location: &str, person: TestPerson, extra: &Value) -> String {
        let query: HashMap<_, _> = Url::parse(location).expect("a URL").query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["scope"], self.state.scope);
        let code = secret::random_token();
        let mut person = json!({
            "sub": person.user, "tenant_id": person.tenant, "sid": person.session, "name": "Mina Kim",
            "email": "mina@hangang.example", "locale": "en", "tenant_name": "Hangang", "roles": ["member"],
        });
        merge(&mut person, extra);
        let mut mutable = self.mutable();
        mutable.codes.insert(code.clone(), (query["nonce"].clone(), query["code_challenge"].clone()));
        mutable.person = Some(person);
        let issuer: String = url::form_urlencoded::byte_serialize(self.url.as_str().as_bytes()).collect();
        format!("{}?state={}&code={code}&iss={issuer}", query["redirect_uri"], query["state"])
    }

    /// Issues an access token.
    pub fn access_token(&self, person: TestPerson, roles: &[Role]) -> String {
        self.state.access_token(
            &json!({ "sub": person.user, "tenant_id": person.tenant, "sid": person.session, "roles": roles }),
            SCOPE,
        )
    }

    /// Issues an access token of a product itself, which no person uses.
    pub fn service_token(&self, scope: &str) -> String {
        self.state.access_token(&json!({ "sub": self.state.client_id, "roles": [] }), scope)
    }
}

/// The scope of access tokens of people.
const SCOPE: &str = "openid api";

/// All tests share one key, because generating it takes a second.
fn rsa_key() -> EncodingKey {
    static KEY: LazyLock<EncodingKey> = LazyLock::new(|| {
        let key = KeyPair::generate(KeySize::Rsa2048).and_then(|key| key.as_der().map(|der| der.as_ref().to_vec()));
        let pem = BASE64_STANDARD.encode(key.expect("an RSA key"));
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
        EncodingKey::from_rsa_pem(pem.as_bytes()).expect("an RSA key")
    });
    KEY.clone()
}

impl Provider {
    fn issuer(&self) -> String {
        self.issuer.lock().expect("not poisoned").clone()
    }

    fn access_token(&self, subject: &Value, scope: &str) -> String {
        let now = self.clock.now().timestamp();
        let issuer: PublicUrl = self.issuer().parse().expect("an address");
        let mut claims = json!({
            "iss": issuer.as_str(), "aud": claims::audience(&issuer), "exp": now + 300, "iat": now,
            "jti": secret::random_token(), "client_id": self.client_id, "scope": scope,
        });
        for name in ["sub", "tenant_id", "sid", "roles"] {
            claims[name] = subject[name].clone();
        }
        let header = Header { typ: Some(claims::TYPE.into()), kid: Some("ec".into()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, &self.ec).expect("a token")
    }

    fn id_token(&self, person: &Value, nonce: &str, mutable: &mut Mutable) -> String {
        let now = self.clock.now().timestamp();
        let mut claims =
            json!({ "iss": self.issuer(), "aud": self.client_id, "exp": now + 300, "iat": now, "nonce": nonce });
        merge(&mut claims, person);
        merge(&mut claims, &mutable.tampered.take().unwrap_or_default());
        let (kid, algorithm, key) = if mutable.wrong_algorithm {
            ("ec", Algorithm::ES256, &self.ec)
        } else {
            ("rsa", Algorithm::RS256, &self.rsa)
        };
        let header = Header { kid: Some(kid.into()), ..Header::new(algorithm) };
        jsonwebtoken::encode(&header, &claims, key).expect("a token")
    }
}

async fn jwks(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let public = |key: &EncodingKey, algorithm, id: &str| {
        let mut key = Jwk::from_encoding_key(key, algorithm).expect("a public key");
        key.common.key_id = Some(id.into());
        key
    };
    let keys = [public(&provider.rsa, Algorithm::RS256, "rsa"), public(&provider.ec, Algorithm::ES256, "ec")];
    Json(json!({ "keys": keys }))
}

async fn logout(State(provider): State<Arc<Provider>>, Query(query): Query<HashMap<String, String>>) -> Redirect {
    provider.mutable.lock().expect("not poisoned").sign_outs += 1;
    Redirect::to(&query["post_logout_redirect_uri"])
}

type Refusal = (StatusCode, Json<Value>);

async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let refuse = |status: u16, error: &str| -> Refusal {
        (StatusCode::from_u16(status).expect("a status"), Json(json!({ "error": error })))
    };
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{0}:{0}-secret", provider.client_id)));
    if headers.get("authorization").is_none_or(|sent| sent != basic.as_str()) {
        return Err(refuse(401, "invalid_client"));
    }
    let hangs = {
        let mut mutable = provider.mutable.lock().expect("not poisoned");
        mutable.refresh_requests += usize::from(form["grant_type"] == "refresh_token");
        mutable.hangs
    };
    if hangs {
        std::future::pending::<()>().await;
    }
    let mut mutable = provider.mutable.lock().expect("not poisoned");
    if let Some((status, error)) = mutable.failure {
        return Err(refuse(status, error));
    }
    let person = mutable.person.clone().unwrap_or_default();
    match form["grant_type"].as_str() {
        "client_credentials" => {
            let token = provider.access_token(&json!({ "sub": provider.client_id, "roles": [] }), SCOPE);
            Ok(Json(json!({ "access_token": token, "expires_in": 300 })))
        }
        "authorization_code" => {
            let (nonce, challenge) = mutable.codes.remove(&form["code"]).ok_or_else(|| refuse(400, "invalid_grant"))?;
            if BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&form["code_verifier"])) != challenge {
                return Err(refuse(400, "invalid_grant"));
            }
            mutable.refresh_token = secret::random_token();
            let id_token = provider.id_token(&person, &nonce, &mut mutable);
            Ok(Json(json!({ "access_token": provider.access_token(&person, SCOPE), "expires_in": 300,
                "refresh_token": mutable.refresh_token, "id_token": id_token })))
        }
        "refresh_token" if form["refresh_token"] == mutable.refresh_token => {
            mutable.refreshes += 1;
            mutable.refresh_token = secret::random_token();
            Ok(Json(json!({ "access_token": provider.access_token(&person, SCOPE), "expires_in": 300,
                "refresh_token": mutable.refresh_token })))
        }
        _ => Err(refuse(400, "invalid_grant")),
    }
}

fn merge(claims: &mut Value, more: &Value) {
    for (name, value) in more.as_object().cloned().unwrap_or_default() {
        claims[name] = value;
    }
}
