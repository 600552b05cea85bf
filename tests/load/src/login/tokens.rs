//! Fetches access tokens: a person's with authorization code and PKCE, a service's with client credentials. Introspects
//! tokens by gRPC.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{client::Identity, config::PublicUrl, secret};
use contracts::login::v1::{IntrospectTokenRequest, login_client::LoginClient};
use reqwest::{
    Response, StatusCode,
    header::{COOKIE, HeaderName, LOCATION, SET_COOKIE},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tonic::transport::Channel;
use url::Url;

use super::person::{PASSWORD, Person, expect};
use crate::product::Product;

/// Client id for people's tokens. No server listens at the redirect URI.
pub(super) const PERSON_CLIENT: &str = "bench-person";
pub(super) const REDIRECT: &str = "http://127.0.0.1:9999/callback";
/// Client id for service tokens.
pub(super) const SERVICE_CLIENT: &str = "bench-service";

const DEADLINE: Duration = Duration::from_secs(30);

/// Gets tokens.
/// Fetches tokens from login.
pub(super) struct Tokens {
    login: PublicUrl,
    grpc: u16,
    secret: String,
}

/// Introspects tokens by gRPC.
#[derive(Clone)]
pub(super) struct Introspection {
    client: LoginClient<Channel>,
    service: Identity,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
}

impl Tokens {
    /// Creates a client of this login, with the secret of [`SERVICE_CLIENT`].
    pub(super) fn new(login: &Product, secret: &str) -> Self {
        Self { login: login.public.clone(), grpc: login.ports.grpc, secret: secret.to_owned() }
    }

    /// Fetches a person's access token.
    pub(super) async fn person(&self, person: &Person) -> Result<SecretString> {
        let signed_in = person.try_password(&person.email, PASSWORD).await?;
        expect(&signed_in, StatusCode::SEE_OTHER)?;
        let cookie = text(&signed_in, &SET_COOKIE)?.split(';').next().unwrap_or_default().to_owned();

        let verifier = secret::random_token();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&verifier));
        let parameters = [
            ("response_type", "code"),
            ("client_id", PERSON_CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", "openid api"),
            ("state", "bench"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let request = person.browser.get(self.login.join("/authorize")).query(&parameters).header(COOKIE, cookie);
        let back = request.send().await?;
        let back = Url::parse(text(&back, &LOCATION)?).context("the redirect to the client is not a URL")?;
        let code = back.query_pairs().find(|(name, _)| name == "code").context("the redirect has no code")?.1;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", PERSON_CLIENT),
            ("redirect_uri", REDIRECT),
            ("code", &code),
            ("code_verifier", &verifier),
        ];
        self.exchange(person, &form).await
    }

    /// Prepares introspection as a service. The service's token is fetched with `person`'s HTTP client.
    pub(super) async fn introspection(&self, person: &Person) -> Result<Introspection> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", SERVICE_CLIENT),
            ("client_secret", &self.secret),
            ("scope", "api internal"),
        ];
        let service = self.exchange(person, &form).await.context("cannot fetch the service's token")?;
        let channel = Channel::from_shared(format!("http://127.0.0.1:{}", self.grpc))?.connect().await?;
        // `Identity::Person` sends a fixed token, here the service's.
        Ok(Introspection { client: LoginClient::new(channel), service: Identity::Person(service) })
    }

    async fn exchange(&self, person: &Person, form: &[(&str, &str)]) -> Result<SecretString> {
        let answer = person.browser.post(self.login.join("/token")).form(form).send().await?;
        expect(&answer, StatusCode::OK)?;
        Ok(answer.json::<Answer>().await?.access_token)
    }
}

impl Introspection {
    /// Introspects a valid token.
    pub(super) async fn check(&mut self, token: &SecretString) -> Result<()> {
        let message = IntrospectTokenRequest { access_token: token.expose_secret().to_owned() };
        let request = chassis::client::request(message, &self.service, DEADLINE).await?;
        let answer = self.client.introspect_token(request).await?;
        ensure!(answer.into_inner().active, "introspection calls a valid token inactive");
        Ok(())
    }
}

fn text<'a>(answer: &'a Response, header: &HeaderName) -> Result<&'a str> {
    let value = answer.headers().get(header).with_context(|| format!("{} without {header}", answer.status()))?;
    Ok(value.to_str()?)
}
