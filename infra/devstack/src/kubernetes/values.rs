//! The chart values of a product for `scripts/cluster up`.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Serialize;

use super::client_secrets::ClientSecrets;
use crate::{
    clients::{FirstParty, first_party},
    deployment::ISSUER,
    product::Product,
};

/// Offset from a product's HTTP port to its node port: 8080 becomes 30080.
const NODE_PORT_OFFSET: u16 = 22_000;

/// The Kafka on the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kafka {
    /// One pod, which the charts expect by default
    Small,
    /// Three nodes, run by the Strimzi operator
    Strimzi,
}

/// Settings of the products on one cluster.
#[derive(Debug)]
pub struct Installation {
    pub kafka: Kafka,
    /// Whether the Gateway API routes requests to the products.
    pub gateway: bool,
    pub secrets: ClientSecrets,
}

/// Values of a product's chart.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Values {
    image: Image,
    public_url: String,
    service: Service,
    postgres: Postgres,
    #[serde(skip_serializing_if = "Option::is_none")]
    kafka: Option<Brokers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<Route>,
    development: Development,
}

#[derive(Debug, Serialize)]
struct Image {
    repository: String,
    tag: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Service {
    r#type: &'static str,
    node_port: u16,
}

#[derive(Debug, Serialize)]
struct Postgres {
    enabled: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Brokers {
    brokers: &'static str,
    topic_replication: u8,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Route {
    enabled: bool,
    parent_refs: [ParentRef; 1],
}

/// A listener of the gateway in `k8s/gateway.yaml`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ParentRef {
    name: &'static str,
    namespace: &'static str,
    section_name: String,
}

#[derive(Debug, Serialize)]
struct Development {
    enabled: bool,
    secrets: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clients: Option<Vec<FirstParty>>,
}

/// Builds the values of the product called `name`, which runs `image`, such as `localhost/login:1a2b3c`.
pub fn values(products: &[Product], name: &str, image: &str, installation: &Installation) -> Result<Values> {
    let product = products.iter().find(|product| product.name == name);
    let product = product.with_context(|| format!("there is no product `{name}`"))?;
    let (repository, tag) = image.rsplit_once(':').with_context(|| format!("the image `{image}` has no tag"))?;
    Ok(Values {
        image: Image { repository: repository.to_owned(), tag: tag.to_owned() },
        public_url: public_url(product),
        service: Service { r#type: "NodePort", node_port: product.ports.http + NODE_PORT_OFFSET },
        postgres: Postgres { enabled: true },
        kafka: installation.kafka.brokers(),
        route: installation.gateway.then(|| route(product)),
        development: development(products, product, &installation.secrets)?,
    })
}

impl Kafka {
    /// `None` uses the charts' defaults, which fit the small Kafka.
    fn brokers(self) -> Option<Brokers> {
        match self {
            Self::Small => None,
            Self::Strimzi => Some(Brokers { brokers: "kafka-kafka-bootstrap.kafka.svc:9092", topic_replication: 3 }),
        }
    }
}

fn route(product: &Product) -> Route {
    let listener = ParentRef { name: "web", namespace: "gateway", section_name: product.name.clone() };
    Route { enabled: true, parent_refs: [listener] }
}

/// The secrets that several products share, and login's clients. The chart generates all other secrets.
fn development(products: &[Product], product: &Product, secrets: &ClientSecrets) -> Result<Development> {
    let mut shared = BTreeMap::new();
    if let Some(variable) = secret_variable(product)? {
        shared.insert(variable.to_owned(), secrets.get(&product.name)?);
    }
    let clients = (product.name == ISSUER).then(|| clients(products, secrets)).transpose()?;
    Ok(Development { enabled: true, secrets: shared, clients })
}

/// Login's first-party clients on the cluster.
pub fn clients(products: &[Product], secrets: &ClientSecrets) -> Result<Vec<FirstParty>> {
    first_party(products, public_url, |product, _| secrets.get(&product.name))
}

/// URL of a product in a browser: the same as on one machine.
fn public_url(product: &Product) -> String {
    format!("http://localhost:{}", product.ports.http)
}

/// The variable from which a product reads its client secret for login; `None` for a product that is no client.
pub(super) fn secret_variable(product: &Product) -> Result<Option<&str>> {
    let Some(client) = &product.client else { return Ok(None) };
    let placeholder = format!("{{client_secret.{}}}", client.id);
    let found = product.env.iter().find(|(_, template)| **template == placeholder);
    let (variable, _) = found.with_context(|| {
        format!("{}: env: set a variable to \"{placeholder}\", the secret of [client]", product.file.display())
    })?;
    Ok(Some(variable))
}

#[cfg(test)]
pub(super) mod tests {
    use std::{env, fs, process};

    use serde_json::{Value, json};

    use super::*;
    use crate::layout::remove_folder;

    const LOGIN: &str = r#"
        name = "login"
        ports = { http = 8180, grpc = 9190, ops = 9200 }
        env = { LOGIN_CLIENTS_FILE = "{clients_file}" }
    "#;
    const MYPAGE: &str = r#"
        name = "mypage"
        ports = { http = 8080, grpc = 9090, ops = 9100 }
        [client]
        id = "mypage"
        grant_types = ["authorization_code", "refresh_token", "client_credentials"]
        redirect_paths = ["/auth/callback"]
        post_logout_redirect_paths = ["/"]
        [env]
        MYPAGE_CLIENT_ID = "mypage"
        MYPAGE_CLIENT_SECRET = "{client_secret.mypage}"
    "#;
    const AD: &str = r#"
        name = "ad"
        ports = { http = 8280, grpc = 9290, ops = 9300 }
        env = { AD_LINK_SECRET = "{secret.ad_link}" }
    "#;

    pub(in crate::kubernetes) fn products() -> Vec<Product> {
        [AD, LOGIN, MYPAGE].map(|text| toml::from_str(text).unwrap()).to_vec()
    }

    /// Runs a check with a folder that holds a secret of mypage.
    fn with_secrets(name: &str, check: impl FnOnce(&dyn Fn() -> ClientSecrets)) {
        let folder = env::temp_dir().join(format!("devstack-values-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mypage.client-secret"), "stored").unwrap();
        check(&|| ClientSecrets::new(&folder));
        remove_folder(&folder).unwrap();
    }

    fn all_clients() -> Value {
        json!([
            {
                "client_id": "demo-public",
                "client_name": "demo-public",
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": ["http://127.0.0.1:9999/callback"],
                "scope": "openid profile email offline_access api",
            },
            {
                "client_id": "demo-confidential",
                "client_name": "demo-confidential",
                "client_secret": "demo-confidential-secret",
                "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
                "redirect_uris": ["http://127.0.0.1:9999/callback"],
                "scope": "openid profile email offline_access api",
            },
            {
                "client_id": "mypage",
                "client_name": "mypage",
                "client_secret": "stored",
                "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
                "redirect_uris": ["http://localhost:8080/auth/callback"],
                "post_logout_redirect_uris": ["http://localhost:8080/"],
                "scope": "openid profile email offline_access api internal",
            },
        ])
    }

    /// The values of a product that do not depend on Kafka and gateway.
    fn always(name: &str, port: u16) -> Value {
        json!({
            "image": { "repository": format!("localhost/{name}"), "tag": "1a2b3c" },
            "publicUrl": format!("http://localhost:{port}"),
            "service": { "type": "NodePort", "nodePort": port + 22000 },
            "postgres": { "enabled": true },
            "development": { "enabled": true, "secrets": {} },
        })
    }

    #[test]
    fn values_of_each_product_for_each_kafka_and_gateway() {
        let (mut login, mut mypage, ad) = (always("login", 8180), always("mypage", 8080), always("ad", 8280));
        login["development"]["clients"] = all_clients();
        mypage["development"]["secrets"] = json!({ "MYPAGE_CLIENT_SECRET": "stored" });
        with_secrets("all", |secrets| {
            for (name, always) in [("login", login), ("mypage", mypage), ("ad", ad)] {
                for (kafka, gateway) in
                    [(Kafka::Small, false), (Kafka::Small, true), (Kafka::Strimzi, false), (Kafka::Strimzi, true)]
                {
                    let mut expected = always.clone();
                    if kafka == Kafka::Strimzi {
                        expected["kafka"] =
                            json!({ "brokers": "kafka-kafka-bootstrap.kafka.svc:9092", "topicReplication": 3 });
                    }
                    if gateway {
                        let parent = json!({ "name": "web", "namespace": "gateway", "sectionName": name });
                        expected["route"] = json!({ "enabled": true, "parentRefs": [parent] });
                    }
                    let installation = Installation { kafka, gateway, secrets: secrets() };
                    let found = values(&products(), name, &format!("localhost/{name}:1a2b3c"), &installation).unwrap();
                    assert_eq!(serde_json::to_value(found).unwrap(), expected, "{name} {kafka:?} {gateway}");
                }
            }
        });
    }

    #[test]
    fn clients_are_the_demo_clients_and_those_of_the_products() {
        with_secrets("clients", |secrets| {
            let found = clients(&products(), &secrets()).unwrap();
            assert_eq!(serde_json::to_value(found).unwrap(), all_clients());
        });
    }

    #[test]
    fn an_unknown_product_and_an_image_without_tag_are_errors() {
        with_secrets("errors", |secrets| {
            let installation = Installation { kafka: Kafka::Small, gateway: false, secrets: secrets() };
            assert!(values(&products(), "desk", "localhost/desk:1", &installation).is_err());
            assert!(values(&products(), "ad", "localhost/ad", &installation).is_err());
        });
    }

    #[test]
    fn a_client_without_a_secret_variable_is_an_error() {
        let shop: Product = toml::from_str(&MYPAGE.replace("{client_secret.mypage}", "typo")).unwrap();
        assert!(secret_variable(&shop).unwrap_err().to_string().contains("{client_secret.mypage}"));
    }
}
