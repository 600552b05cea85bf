//! The crate `openidconnect` as relying party. It reads discovery and verifies every signature and claim.

use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl,
    RevocationUrl, Scope, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreTokenResponse,
        CoreUserInfoClaims,
    },
};
use reqwest::Url;
use serde_json::json;

use crate::{
    harness::{ISSUER, PASSWORD, REDIRECT, TestApp, cookie, location, parameter},
    third_party::text,
};

/// The crate requires TLS for revocation.
const WITH_TLS: &str = "https://login.test";
const BYE: &str = "http://127.0.0.1:9999/bye";

/// Sends a request for the issuer's address to the test server.
async fn send(login: &TestApp, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.to_string();
    let path = path.strip_prefix(ISSUER).or(path.strip_prefix(WITH_TLS)).expect("the issuer's address");
    let request = login.http.request(parts.method, login.url(path)).headers(parts.headers).body(body);
    let response = request.send().await?;
    let mut answer = HttpResponse::new(vec![]);
    (*answer.status_mut(), *answer.headers_mut()) = (response.status(), response.headers().clone());
    *answer.body_mut() = response.bytes().await?.to_vec();
    Ok(answer)
}

/// Follows an authorization request as a person who signs in and consents.
async fn authorize(login: &TestApp, email: &str, request: &Url) -> (String, String) {
    let path = |address: &str| address.strip_prefix(ISSUER).unwrap_or(address).to_owned();
    let sign_in = location(&login.visit(&path(request.as_str()), "").await);
    let signed_in = login.form(&path(&sign_in), "", &[("email", email), ("password", PASSWORD)]).await;
    let cookie = cookie(&signed_in);
    let mut next = location(&login.visit(&path(&location(&signed_in)), &cookie).await);
    if next.starts_with("/consent?") {
        let allowed = location(&login.form(&next, &cookie, &[("answer", "allow")]).await);
        next = location(&login.visit(&allowed, &cookie).await);
    }
    (next, cookie)
}

/// Runs code with PKCE, ID token, userinfo, refresh, revocation and logout.
async fn run_code_flow(
    login: &TestApp,
    (id, secret): (&str, Option<&str>),
    email: &str,
    sub: &str,
    alg: CoreJwsSigningAlgorithm,
) {
    let http = |request: HttpRequest| send(login, request);
    let issuer = IssuerUrl::new(ISSUER.to_owned()).expect("an address");
    let metadata = ProviderMetadataWithLogout::discover_async(issuer, &http).await.expect("discovery");
    let end_session = metadata.additional_metadata().end_session_endpoint.clone().expect("in discovery");
    let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id.to_owned()), secret)
        .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).expect("an address"))
        .set_revocation_url(RevocationUrl::new(format!("{WITH_TLS}/revoke")).expect("an address"));
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (request, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email", "api"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let (answer, cookie) = authorize(login, email, &request).await;
    assert_eq!(parameter(&answer, "state").as_ref(), Some(state.secret()));
    let code = AuthorizationCode::new(parameter(&answer, "code").expect("a code"));
    let exchange = client.exchange_code(code).expect("a token endpoint").set_pkce_verifier(verifier);
    let tokens: CoreTokenResponse = exchange.request_async(&http).await.expect("tokens");

    let now = login.clock.now();
    let verifier = || client.id_token_verifier().set_time_fn(move || now);
    let id_token = tokens.id_token().expect("an ID token");
    assert_eq!(id_token.signing_alg().expect("signed"), &alg);
    let claims = id_token.claims(&verifier(), &nonce).expect("valid ID token");
    assert_eq!((claims.subject().as_str(), claims.email().map(|email| email.as_str())), (sub, Some(email)));
    assert!(claims.auth_time().is_some());
    assert!(id_token.claims(&verifier(), &Nonce::new("another".to_owned())).is_err(), "the nonce is verified");
    let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).expect("an endpoint");
    let info: CoreUserInfoClaims = request.request_async(&http).await.expect("userinfo");
    assert_eq!(info.email().map(|email| email.as_str()), Some(email));

    let refresh_token = tokens.refresh_token().expect("a refresh token");
    let refresh = client.exchange_refresh_token(refresh_token).expect("a token endpoint");
    let refreshed: CoreTokenResponse = refresh.request_async(&http).await.expect("refreshed");
    let again = refreshed.id_token().expect("an ID token").claims(&verifier(), |_: Option<&Nonce>| Ok(()));
    assert_eq!(again.expect("valid ID token").subject(), claims.subject());

    let token = CoreRevocableToken::from(refreshed.refresh_token().expect("a refresh token").clone());
    client.revoke_token(token).expect("an endpoint").request_async(&http).await.expect("revoked");
    let last = client.exchange_refresh_token(refreshed.refresh_token().expect("a refresh token")).expect("an endpoint");
    assert!(last.request_async(&http).await.is_err());

    let logout = LogoutRequest::from(end_session)
        .set_id_token_hint(refreshed.id_token().expect("an ID token"))
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(BYE.to_owned()).expect("an address"))
        .http_get_url();
    let path = logout.as_str().strip_prefix(ISSUER).expect("the issuer's").to_owned();
    assert_eq!(location(&login.visit(&path, &cookie).await), BYE);
    let home = login.visit("/", &cookie).await.text().await.expect("page text");
    assert!(!home.contains(email), "signed out");
}

#[tokio::test]
async fn a_rust_client_completes_the_code_flow() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    run_code_flow(
        &login,
        ("public", None),
        &acme.admin_email,
        &acme.admin_id,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    )
    .await;
}

#[tokio::test]
async fn a_tenants_rust_client_completes_the_code_flow_with_es256() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({
        "token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": "ES256",
        "post_logout_redirect_uris": [BYE],
    });
    let created = login.register(&admin, &new).await;
    let client = (text(&created, "client_id"), Some(text(&created, "client_secret")));
    run_code_flow(&login, client, &acme.admin_email, &acme.admin_id, CoreJwsSigningAlgorithm::EcdsaP256Sha256).await;
}
