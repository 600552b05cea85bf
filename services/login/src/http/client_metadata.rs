//! Validates the metadata of a client that a tenant registers, by the API or on the page.

use std::iter;

use chassis::problem::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    domain::{
        client::{AuthMethod, GrantType, IdTokenAlg},
        redirect,
        registered_client::RegisteredClient,
        resource, scope, text,
    },
    usecase::clients::register_client::Metadata,
};

/// Limit for each list of addresses.
const MAX_ADDRESSES: usize = 20;

/// Client metadata with the names of RFC 7591.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct NewClient {
    /// Name shown to people.
    #[schema(example = "Wiki", min_length = 1, max_length = 100)]
    client_name: String,
    /// `none` for an app that cannot protect a secret. Otherwise the client gets a secret and sends it by the named method.
    #[serde(default = "basic")]
    #[schema(example = "client_secret_basic", pattern = "^(none|client_secret_basic|client_secret_post)$")]
    token_endpoint_auth_method: String,
    /// `authorization_code`, `refresh_token`, `client_credentials`. Default: the first two.
    #[serde(default = "default_grants")]
    #[schema(example = json!(["authorization_code", "refresh_token"]), min_items = 1)]
    grant_types: Vec<String>,
    /// Redirect URIs, compared as text: https, or http on a loopback address. An internationalized host is stored with
    /// A-labels (`xn--…`).
    #[serde(default)]
    #[schema(example = json!(["https://wiki.example/callback"]), max_items = 20)]
    redirect_uris: Vec<String>,
    /// Redirect URIs after signing out, compared as text.
    #[serde(default)]
    #[schema(example = json!(["https://wiki.example/"]), max_items = 20)]
    post_logout_redirect_uris: Vec<String>,
    /// Scopes that the client may request, separated by spaces.
    #[serde(default = "scope::all")]
    #[schema(example = "openid profile email", min_length = 1)]
    scope: String,
    /// Audiences that the client may request by `resource` (RFC 8707), besides the issuer's own API: https addresses of the
    /// tenant's APIs. Another tenant may register the same address, so an API must check the token's `tenant_id`.
    #[serde(default)]
    resources: Vec<String>,
    /// `RS256` or `ES256`.
    #[serde(default = "rs256")]
    #[schema(example = "RS256", pattern = "^(RS256|ES256)$")]
    id_token_signed_response_alg: String,
}

impl NewClient {
    /// Metadata with the defaults of the API for everything else.
    pub(crate) fn with_defaults(
        client_name: String,
        token_endpoint_auth_method: String,
        redirect_uris: Vec<String>,
    ) -> Self {
        Self {
            client_name,
            token_endpoint_auth_method,
            grant_types: default_grants(),
            redirect_uris,
            post_logout_redirect_uris: vec![],
            scope: scope::all(),
            resources: vec![],
            id_token_signed_response_alg: rs256(),
        }
    }
}

fn rs256() -> String {
    IdTokenAlg::Rs256.as_str().to_owned()
}

fn basic() -> String {
    "client_secret_basic".to_owned()
}

fn default_grants() -> Vec<String> {
    vec!["authorization_code".to_owned(), "refresh_token".to_owned()]
}

/// Validates the metadata. The error lists every invalid field with its rule. A name or an address that the client has
/// already, `before`, stays: an earlier release may have accepted it.
pub(crate) fn check(
    app: &App,
    new: &NewClient,
    before: Option<&RegisteredClient>,
) -> Result<Metadata, Vec<FieldError>> {
    let mut errors = vec![];
    let name_before = before.map(|before| before.client_name.as_str());
    let client_name = name(app, &new.client_name, name_before).unwrap_or_else(|error| {
        errors.push(error);
        String::new()
    });
    let auth_method = AuthMethod::named(&new.token_endpoint_auth_method).unwrap_or_else(|| {
        let rule = "must be none, client_secret_basic or client_secret_post";
        errors.push(FieldError::new("token_endpoint_auth_method", "invalid_auth_method", rule));
        AuthMethod::Basic
    });
    let grant_types = grants(new, auth_method, &mut errors);
    let known = |list: fn(&RegisteredClient) -> &[String]| before.map(list).unwrap_or_default();
    let (redirect, resource) = (redirect::registrable, |field: &str, uri: &str| {
        resource::registrable(field, uri, iter::once(app.issuer.as_str()).chain(app.first_party.resources()))
    });
    let uris = known(|before| &before.redirect_uris);
    let redirect_uris = each("redirect_uris", &new.redirect_uris, uris, &mut errors, redirect);
    let uris = known(|before| &before.post_logout_redirect_uris);
    let post_logout_redirect_uris =
        each("post_logout_redirect_uris", &new.post_logout_redirect_uris, uris, &mut errors, redirect);
    let scope = scope::of_tenants_client(&new.scope);
    if scope.split(' ').count() != new.scope.split_ascii_whitespace().count() || scope.is_empty() {
        let rule = format!("must be from {}, each once", scope::all());
        errors.push(FieldError::new("scope", "invalid_scope", rule));
    }
    let resources = each("resources", &new.resources, known(|before| &before.resources), &mut errors, resource);
    let id_token_alg = IdTokenAlg::named(&new.id_token_signed_response_alg).unwrap_or_else(|| {
        let rule = "must be RS256 or ES256";
        errors.push(FieldError::new("id_token_signed_response_alg", "invalid_algorithm", rule));
        IdTokenAlg::default()
    });
    let metadata = Metadata {
        client_name,
        auth_method,
        grant_types,
        redirect_uris,
        post_logout_redirect_uris,
        scope,
        resources,
        id_token_alg,
    };
    if errors.is_empty() { Ok(metadata) } else { Err(errors) }
}

/// The grants. Rules that they break are added to `errors`.
fn grants(new: &NewClient, auth_method: AuthMethod, errors: &mut Vec<FieldError>) -> Vec<GrantType> {
    let grant_types: Vec<_> = new.grant_types.iter().filter_map(|name| GrantType::named(name)).collect();
    let is_listed = |grant: &GrantType| grant_types.iter().filter(|each| *each == grant).count() <= 1;
    let is_known = grant_types.len() == new.grant_types.len() && !grant_types.is_empty();
    if !is_known || !GrantType::ALL.iter().all(is_listed) {
        let rule = "must be from authorization_code, refresh_token and client_credentials, each once";
        errors.push(FieldError::new("grant_types", "invalid_grant_type", rule));
    }
    if grant_types.contains(&GrantType::ClientCredentials) && auth_method == AuthMethod::None {
        let rule = "client_credentials requires a client with a secret";
        errors.push(FieldError::new("grant_types", "secret_needed", rule));
    }
    if grant_types.contains(&GrantType::AuthorizationCode) && new.redirect_uris.is_empty() {
        errors.push(FieldError::new("redirect_uris", "required", "authorization_code requires at least one"));
    }
    grant_types
}

fn name(app: &App, given: &str, before: Option<&str>) -> Result<String, FieldError> {
    if before == Some(given) {
        return Ok(given.to_owned());
    }
    let name = text::name("client_name", given)?;
    if app.first_party.has_name(&name) {
        return Err(FieldError::new("client_name", "name_reserved", "is the name of one of our products"));
    }
    Ok(name)
}

/// The entries that pass `check`, or that are in `before`. The others are added to `errors`.
fn each(
    field: &str,
    given: &[String],
    before: &[String],
    errors: &mut Vec<FieldError>,
    check: impl Fn(&str, &str) -> Result<String, FieldError>,
) -> Vec<String> {
    if given.len() > MAX_ADDRESSES && given != before {
        // The entries are not checked: each invalid one would be an error.
        errors.push(FieldError::new(field, "too_many", "must be at most 20"));
        return vec![];
    }
    let checked = given.iter().enumerate().map(|(index, uri)| match before.contains(uri) {
        true => Ok(uri.clone()),
        false => check(&format!("{field}[{index}]"), uri),
    });
    checked.filter_map(|each| each.map_err(|error| errors.push(error)).ok()).collect()
}
