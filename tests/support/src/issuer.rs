use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::{
    Form, Json, Router,
    extract::State,
    routing::{get, post},
};
use chassis::{
    auth::{API_SCOPE, INTERNAL_SCOPE, Role, claims},
    clock::Clock,
    config,
    id::{SessionId, TenantId, UserId},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};

const KEY_ID: &str = "test";

/// An in-process issuer of access tokens, with login's endpoints for keys and client credentials.
#[derive(Clone)]
pub struct Issuer {
    url: config::PublicUrl,
    signer: Signer,
}

#[derive(Clone)]
struct Signer {
    key: Arc<EncodingKey>,
    clock: Clock,
}

impl Issuer {
    /// Starts an issuer, which runs until the test's runtime ends.
    pub async fn start() -> Self {
        Self::start_at(Clock::system()).await
    }

    /// Starts an issuer whose tokens are valid at the time of `clock`.
    pub async fn start_at(clock: Clock) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key pair");
        let document = pair.to_pkcs8v1().expect("PKCS#8");
        let signer = Signer { key: Arc::new(EncodingKey::from_ec_der(document.as_ref())), clock };
        let mut public = Jwk::from_encoding_key(&signer.key, Algorithm::ES256).expect("a public key");
        public.common.key_id = Some(KEY_ID.into());
        let keys = json!({ "keys": [public] });

        let router = Router::new()
            .route("/jwks", get(|| async move { Json(keys) }))
            .route("/token", post(token))
            .with_state(signer.clone());
        let url = crate::serve(router).await.parse().expect("a public address");
        Self { url, signer }
    }

    /// Returns the configuration with which a product trusts this issuer.
    pub fn config(&self) -> config::Issuer {
        config::Issuer { login_public_url: self.url.clone(), login_backchannel_url: None }
    }

    /// Issues an access token for a person in a new session.
    pub fn person(&self, tenant: TenantId, user: UserId, roles: &[Role]) -> String {
        self.person_in_session(tenant, user, SessionId::new(&self.signer.clock), roles)
    }

    /// Issues an access token for a person in `session`.
    pub fn person_in_session(&self, tenant: TenantId, user: UserId, session: SessionId, roles: &[Role]) -> String {
        self.signer.sign(&self.signer.person(&self.url, (tenant, user), session, roles))
    }

    /// Issues an access token for a person, which expired an hour ago.
    pub fn expired(&self, tenant: TenantId, user: UserId, roles: &[Role]) -> String {
        let mut claims = self.signer.person(&self.url, (tenant, user), SessionId::new(&self.signer.clock), roles);
        (claims.iat, claims.exp) = (claims.iat - 3_900, claims.exp - 3_900);
        self.signer.sign(&claims)
    }

    /// Issues an access token for a product itself, with the `internal` scope.
    pub fn service(&self, client_id: &str) -> String {
        self.signer.sign(&self.signer.service(&self.url, client_id))
    }

    /// Issues an access token for a first-party client without the `internal` scope.
    pub fn service_without_internal(&self, client_id: &str) -> String {
        self.signer.sign(&self.signer.claims(&self.url, client_id.to_owned(), client_id))
    }
}

impl Signer {
    fn claims(&self, issuer: &config::PublicUrl, sub: String, client_id: &str) -> claims::AccessClaims {
        let now = self.clock.now().timestamp();
        claims::AccessClaims {
            iss: issuer.to_string(),
            sub,
            aud: claims::audience(issuer),
            exp: now + 300,
            iat: now,
            jti: SessionId::new(&self.clock).to_string(),
            client_id: client_id.to_owned(),
            scope: API_SCOPE.into(),
            tenant_id: None,
            sid: None,
            roles: vec![],
        }
    }

    fn person(
        &self,
        issuer: &config::PublicUrl,
        (tenant, user): (TenantId, UserId),
        session: SessionId,
        roles: &[Role],
    ) -> claims::AccessClaims {
        claims::AccessClaims {
            tenant_id: Some(tenant),
            sid: Some(session),
            roles: roles.to_vec(),
            scope: "openid api".into(),
            ..self.claims(issuer, user.to_string(), "test")
        }
    }

    fn service(&self, issuer: &config::PublicUrl, client_id: &str) -> claims::AccessClaims {
        let scope = format!("{API_SCOPE} {INTERNAL_SCOPE}");
        claims::AccessClaims { scope, ..self.claims(issuer, client_id.to_owned(), client_id) }
    }

    fn sign(&self, claims: &claims::AccessClaims) -> String {
        let header =
            Header { typ: Some(claims::TYPE.into()), kid: Some(KEY_ID.into()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &self.key).expect("a signed token")
    }
}

#[derive(serde::Deserialize)]
struct TokenRequest {
    grant_type: String,
}

/// Issues a service token. Accepts only the client credentials grant and checks no secret.
async fn token(
    State(signer): State<Signer>,
    headers: http::HeaderMap,
    Form(request): Form<TokenRequest>,
) -> Result<Json<Value>, http::StatusCode> {
    if request.grant_type != "client_credentials" {
        return Err(http::StatusCode::BAD_REQUEST);
    }
    let host = headers.get("host").and_then(|host| host.to_str().ok()).ok_or(http::StatusCode::BAD_REQUEST)?;
    let issuer: config::PublicUrl = format!("http://{host}").parse().map_err(|_| http::StatusCode::BAD_REQUEST)?;
    let token = signer.sign(&signer.service(&issuer, "service"));
    Ok(Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 300 })))
}
