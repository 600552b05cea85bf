//! Access tokens: a person's by authorization code and PKCE, a service's by client credentials; and the call that asks
//! login about one.

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

/// The client that people sign in to. Nothing has to listen at its address.
pub(super) const PERSONS_CLIENT: &str = "bench-person";
pub(super) const REDIRECT: &str = "http://127.0.0.1:9999/callback";
/// The client that asks for itself.
pub(super) const SERVICE_CLIENT: &str = "bench-service";

const DEADLINE: Duration = Duration::from_secs(30);

/// Gets tokens.
#[derive(Debug)]
pub(super) struct Tokens {
    login: PublicUrl,
    grpc: u16,
    secret: String,
}

/// Asks login about tokens, by gRPC.
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
    /// Of this login, with the secret of [`SERVICE_CLIENT`].
    pub(super) fn new(login: &Product, secret: &str) -> Self {
        Self { login: login.public.clone(), grpc: login.ports.grpc, secret: secret.to_owned() }
    }

    /// A person's.
    pub(super) async fn person(&self, person: &Person) -> Result<SecretString> {
        let signed_in = person.try_password(&person.email, PASSWORD).await?;
        expect(&signed_in, StatusCode::SEE_OTHER)?;
        let cookie = text(&signed_in, &SET_COOKIE)?.split(';').next().unwrap_or_default().to_owned();

        let verifier = secret::random_token();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&verifier));
        let parameters = [
            ("response_type", "code"),
            ("client_id", PERSONS_CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", "openid api"),
            ("state", "bench"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let asked = person.browser.get(self.login.join("/authorize")).query(&parameters).header(COOKIE, cookie);
        let back = asked.send().await?;
        let back = Url::parse(text(&back, &LOCATION)?).context("where the code was sent")?;
        let code = back.query_pairs().find(|(name, _)| name == "code").context("no code")?.1;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", PERSONS_CLIENT),
            ("redirect_uri", REDIRECT),
            ("code", &code),
            ("code_verifier", &verifier),
        ];
        self.exchange(person, &form).await
    }

    /// Introspection as a service does it. `person` lends the browser that fetches the service's token.
    pub(super) async fn introspection(&self, person: &Person) -> Result<Introspection> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", SERVICE_CLIENT),
            ("client_secret", &self.secret),
            ("scope", "api internal"),
        ];
        let service = self.exchange(person, &form).await.context("the service's token")?;
        let channel = Channel::from_shared(format!("http://127.0.0.1:{}", self.grpc))?.connect().await?;
        // With a token at hand, a service asks as a person does.
        Ok(Introspection { client: LoginClient::new(channel), service: Identity::Person(service) })
    }

    async fn exchange(&self, person: &Person, form: &[(&str, &str)]) -> Result<SecretString> {
        let answer = person.browser.post(self.login.join("/token")).form(form).send().await?;
        expect(&answer, StatusCode::OK)?;
        Ok(answer.json::<Answer>().await?.access_token)
    }
}

impl Introspection {
    /// Asks about a token that is good.
    pub(super) async fn check(&mut self, token: &SecretString) -> Result<()> {
        let message = IntrospectTokenRequest { access_token: token.expose_secret().to_owned() };
        let request = chassis::client::request(message, &self.service, DEADLINE).await?;
        let answer = self.client.introspect_token(request).await?;
        ensure!(answer.into_inner().active, "a good token was called bad");
        Ok(())
    }
}

fn text<'a>(answer: &'a Response, header: &HeaderName) -> Result<&'a str> {
    let value = answer.headers().get(header).with_context(|| format!("{} without {header}", answer.status()))?;
    Ok(value.to_str()?)
}
