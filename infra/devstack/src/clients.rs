//! The file of first-party clients that login reads: the products' and, in development, two for trying things out.

use anyhow::Result;
use serde::Serialize;

use crate::{
    deployment::Deployment,
    product::{Client, Product},
};

const SCOPE: &str = "openid profile email offline_access api";
/// Lets a product act in each tenant when it asks for itself. The demo clients' secrets are known to everyone.
const INTERNAL: &str = "internal";
/// Nothing has to listen there: whoever tries things out reads the code from the address bar.
pub(crate) const DEMO_REDIRECT: &str = "http://127.0.0.1:9999/callback";
pub(crate) const DEMO_PUBLIC: &str = "demo-public";

#[derive(Serialize)]
struct File {
    clients: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    client_id: String,
    client_name: String,
    client_secret: Option<String>,
    grant_types: Vec<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    scope: String,
}

/// Writes the file.
pub fn write(deployment: &Deployment) -> Result<()> {
    let mut clients = vec![
        demo(DEMO_PUBLIC, None, &["authorization_code", "refresh_token"]),
        demo(
            "demo-confidential",
            Some("demo-confidential-secret"),
            &["authorization_code", "refresh_token", "client_credentials"],
        ),
    ];
    for product in &deployment.products {
        if let Some(client) = &product.client {
            clients.push(first_party(deployment, product, client)?);
        }
    }
    crate::layout::write_private(&deployment.clients_file, &serde_json::to_string_pretty(&File { clients })?)
}

fn first_party(deployment: &Deployment, product: &Product, client: &Client) -> Result<Entry> {
    let url = deployment.public_url(product);
    let below = |paths: &[String]| paths.iter().map(|path| format!("{url}{path}")).collect();
    let for_itself = client.grant_types.iter().any(|grant| grant == "client_credentials");
    Ok(Entry {
        client_id: client.id.clone(),
        client_name: product.name.clone(),
        client_secret: Some(deployment.client_secret(&client.id)?),
        grant_types: client.grant_types.clone(),
        redirect_uris: below(&client.redirect_paths),
        post_logout_redirect_uris: below(&client.post_logout_redirect_paths),
        scope: if for_itself { format!("{SCOPE} {INTERNAL}") } else { SCOPE.to_owned() },
    })
}

fn demo(id: &str, secret: Option<&str>, grant_types: &[&str]) -> Entry {
    Entry {
        client_id: id.to_owned(),
        client_name: id.to_owned(),
        client_secret: secret.map(str::to_owned),
        grant_types: grant_types.iter().map(|&grant| grant.to_owned()).collect(),
        redirect_uris: vec![DEMO_REDIRECT.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: SCOPE.to_owned(),
    }
}
