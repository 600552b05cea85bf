//! Login's first-party clients: each product with a `[client]` section, and two for trying out the API.

use anyhow::Result;
use serde::Serialize;

use crate::{
    deployment::Deployment,
    layout::write_private,
    product::{Client, Product},
};

const SCOPE: &str = "openid profile email offline_access api";
/// Scope of a product that gets tokens for itself: it may act in every tenant. The demo clients lack it, as their secrets
/// are public.
const INTERNAL: &str = "internal";
/// Redirect URI without a listener: a person reads the code from the address bar.
pub(crate) const DEMO_REDIRECT: &str = "http://127.0.0.1:9999/callback";
pub(crate) const DEMO_PUBLIC: &str = "demo-public";

/// A client in the form of login's `LOGIN_CLIENTS_FILE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstParty {
    client_id: String,
    client_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    grant_types: Vec<String>,
    redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    post_logout_redirect_uris: Vec<String>,
    scope: String,
}

#[derive(Serialize)]
struct File {
    clients: Vec<FirstParty>,
}

/// Writes the clients of a deployment into its `clients_file`.
pub fn write(deployment: &Deployment) -> Result<()> {
    let url = |product: &Product| deployment.public_url(product);
    let clients = first_party(&deployment.products, url, |_, client| deployment.client_secret(&client.id))?;
    write_private(&deployment.clients_file, &serde_json::to_string_pretty(&File { clients })?)
}

/// Returns the demo clients and the clients of the products. `public_url` and `secret` return the values that differ
/// between one machine and a cluster.
pub fn first_party(
    products: &[Product],
    public_url: impl Fn(&Product) -> String,
    secret: impl Fn(&Product, &Client) -> Result<String>,
) -> Result<Vec<FirstParty>> {
    let confidential = ["authorization_code", "refresh_token", "client_credentials"];
    let mut clients = vec![
        demo(DEMO_PUBLIC, None, &["authorization_code", "refresh_token"]),
        demo("demo-confidential", Some("demo-confidential-secret"), &confidential),
    ];
    for product in products {
        if let Some(client) = &product.client {
            clients.push(of_product(product, client, &public_url(product), secret(product, client)?));
        }
    }
    Ok(clients)
}

fn of_product(product: &Product, client: &Client, url: &str, secret: String) -> FirstParty {
    let below = |paths: &[String]| paths.iter().map(|path| format!("{url}{path}")).collect();
    let for_itself = client.grant_types.iter().any(|grant| grant == "client_credentials");
    FirstParty {
        client_id: client.id.clone(),
        client_name: product.name.clone(),
        client_secret: Some(secret),
        grant_types: client.grant_types.clone(),
        redirect_uris: below(&client.redirect_paths),
        post_logout_redirect_uris: below(&client.post_logout_redirect_paths),
        scope: if for_itself { format!("{SCOPE} {INTERNAL}") } else { SCOPE.to_owned() },
    }
}

fn demo(id: &str, secret: Option<&str>, grant_types: &[&str]) -> FirstParty {
    FirstParty {
        client_id: id.to_owned(),
        client_name: id.to_owned(),
        client_secret: secret.map(str::to_owned),
        grant_types: grant_types.iter().map(|&grant| grant.to_owned()).collect(),
        redirect_uris: vec![DEMO_REDIRECT.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: SCOPE.to_owned(),
    }
}
