//! First-party clients: the clients of the products, which belong to no tenant. The operator lists them in
//! `LOGIN_CLIENTS_FILE`.

use std::{collections::HashMap, fmt, path::Path, str::FromStr, sync::Arc};

use chassis::{auth::INTERNAL_SCOPE, host};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use url::Url;

use crate::domain::{
    client::{AuthMethod, Client, GrantType, IdTokenAlg},
    redirect, scope, text,
};

/// The first-party clients, by id.
#[derive(Clone, Default)]
pub struct FirstParty(Arc<HashMap<String, Client>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clients: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    client_id: String,
    client_name: String,
    #[serde(default)]
    client_secret: Option<SecretString>,
    grant_types: Vec<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    #[serde(default = "scope::all")]
    scope: String,
    /// When missing, the client may use either method with its secret.
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    id_token_signed_response_alg: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
}

impl FirstParty {
    /// Reads and validates the file.
    ///
    /// # Errors
    /// Names the file, the client and the invalid value.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Parses and validates the text of the file.
    ///
    /// # Errors
    /// Names the client and the invalid value.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut clients = HashMap::new();
        for entry in file.clients {
            let id = entry.client_id.clone();
            let client = entry.check().map_err(|error| format!("client `{id}`: {error}"))?;
            if clients.insert(id.clone(), client).is_some() {
                return Err(format!("client_id `{id}` occurs twice"));
            }
        }
        Ok(Self(Arc::new(clients)))
    }

    /// The audiences of all first-party clients.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.0.values().flat_map(|client| client.resources.iter().map(String::as_str))
    }

    /// Whether a client has this name, in any case and width.
    pub fn has_name(&self, name: &str) -> bool {
        let folded = |name: &str| name.nfkc().collect::<String>().trim().to_lowercase();
        self.0.values().any(|client| folded(&client.client_name) == folded(name))
    }

    /// The name of a tenant's client to show: its id where the name is that of a product or reads as an address. An older
    /// release accepted such names.
    pub fn shown_name<'a>(&self, client_name: &'a str, client_id: &'a str) -> &'a str {
        if self.has_name(client_name) { client_id } else { text::shown(client_name, client_id) }
    }

    pub fn get(&self, client_id: &str) -> Option<&Client> {
        self.0.get(client_id)
    }
}

impl Entry {
    fn check(self) -> Result<Client, String> {
        if self.client_id.is_empty() {
            return Err("client_id must not be empty".to_owned());
        }
        let grant = |name: &String| {
            GrantType::named(name).ok_or_else(|| {
                format!("unknown grant type `{name}`: use authorization_code, refresh_token or client_credentials")
            })
        };
        let grant_types = self.grant_types.iter().map(grant).collect::<Result<Vec<_>, _>>()?;
        for address in self.redirect_uris.iter().chain(&self.post_logout_redirect_uris).chain(&self.resources) {
            let url = Url::parse(address).map_err(|error| format!("`{address}`: {error}"))?;
            if matches!(url.scheme(), "https" | "http") && !host::is_possible(&url) {
                return Err(format!("`{address}`: {}", host::RULE));
            }
        }
        if grant_types.contains(&GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            return Err("authorization_code needs redirect_uris".to_owned());
        }
        if grant_types.contains(&GrantType::ClientCredentials) && self.client_secret.is_none() {
            return Err("client_credentials needs a client_secret".to_owned());
        }
        let scope = scope::of_first_party(&self.scope);
        if scope::has(&scope, INTERNAL_SCOPE) && !grant_types.contains(&GrantType::ClientCredentials) {
            return Err(format!("the scope `{INTERNAL_SCOPE}` needs client_credentials"));
        }
        let named =
            |name: String| AuthMethod::named(&name).ok_or(format!("unknown token_endpoint_auth_method `{name}`"));
        let auth_method = self.token_endpoint_auth_method.map(named).transpose()?;
        if auth_method.is_some_and(|method| (method == AuthMethod::None) == self.client_secret.is_some()) {
            return Err("token_endpoint_auth_method and client_secret contradict each other".to_owned());
        }
        let named = |name: String| {
            IdTokenAlg::named(&name).ok_or(format!("unknown id_token_signed_response_alg `{name}`: use RS256 or ES256"))
        };
        let id_token_alg = self.id_token_signed_response_alg.map(named).transpose()?.unwrap_or_default();
        Ok(Client {
            client_id: self.client_id,
            tenant_id: None,
            client_name: self.client_name,
            secret_hash: self.client_secret.map(|secret| chassis::secret::hash(secret.expose_secret()).to_vec()),
            previous_secret_hash: None,
            auth_method,
            id_token_alg,
            resources: self.resources,
            grant_types,
            redirect_uris: redirect::with_ascii_hosts(&self.redirect_uris),
            post_logout_redirect_uris: redirect::with_ascii_hosts(&self.post_logout_redirect_uris),
            scope,
        })
    }
}

/// Parses the setting: the path of a valid file.
impl FromStr for FirstParty {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        Self::read(Path::new(path))
    }
}

impl fmt::Debug for FirstParty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_is_read() {
        let text = r#"{"clients":[{"client_id":"mypage","client_name":"mypage","client_secret":"s","grant_types":["authorization_code","client_credentials"],
            "redirect_uris":["http://localhost:8080/auth/callback"],"post_logout_redirect_uris":[],"scope":"openid api internal unheard_of"}]}"#;
        let clients = FirstParty::parse(text).expect("good");
        let mypage = clients.get("mypage").expect("there");
        assert!(mypage.is_proved_by(Some("s")) && !mypage.is_proved_by(None));
        assert_eq!(mypage.scope, "openid api internal");
    }

    #[test]
    fn errors_name_the_invalid_value() {
        let cases = [
            ("{}", "clients"),
            (r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":["implicit"]}]}"#, "`implicit`"),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":["client_credentials"]}]}"#,
                "client_secret",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":["authorization_code"]}]}"#,
                "redirect_uris",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":["authorization_code"],
                    "redirect_uris":["https://x.example/"],"scope":"openid internal"}]}"#,
                "`internal`",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":[],"token_endpoint_auth_method":"client_secret_post"}]}"#,
                "token_endpoint_auth_method",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":[],"id_token_signed_response_alg":"none"}]}"#,
                "`none`",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":[],"redirect_uris":["/callback"]}]}"#,
                "/callback",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":[],"redirect_uris":["https://x..example/"]}]}"#,
                "https://x..example/",
            ),
            (
                r#"{"clients":[{"client_id":"x","client_name":"x","grant_types":[]},{"client_id":"x","client_name":"x","grant_types":[]}]}"#,
                "twice",
            ),
        ];
        for (text, expected) in cases {
            let error = FirstParty::parse(text).expect_err("wrong");
            assert!(error.contains(expected), "{error}");
        }
    }
}
