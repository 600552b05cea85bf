//! All products on one machine: their addresses and environments.

use std::{net::Ipv4Addr, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{
    advertiser,
    postgres::Databases,
    product::{Ports, Product},
    secrets::Secrets,
    template,
};

/// The product that issues tokens; all others are configured with its URLs.
pub(crate) const ISSUER: &str = "login";

/// The products, and the settings that they share.
#[derive(Debug)]
pub struct Deployment {
    pub products: Vec<Product>,
    /// Number of processes of each product.
    pub replicas: u16,
    /// Host name in public URLs; `None` serves this machine only.
    pub host: Option<String>,
    /// Offset added to every port.
    pub port_offset: u16,
    /// Bootstrap address of the broker.
    pub brokers: String,
    pub secrets: Secrets,
    /// File of login's first-party clients.
    pub clients_file: PathBuf,
}

impl Deployment {
    /// Finds a product by its name.
    pub fn product(&self, name: &str) -> Result<&Product> {
        let found = self.products.iter().find(|product| product.name == name);
        found.with_context(|| format!("there is no product `{name}`"))
    }

    /// Ports of one replica.
    #[must_use]
    pub fn ports(&self, product: &Product, replica: u16) -> Ports {
        product.ports.moved(self.port_offset + replica)
    }

    /// URL of a product in a browser.
    #[must_use]
    pub fn public_url(&self, product: &Product) -> String {
        self.browser_url(self.ports(product, 0).http)
    }

    /// URL of the advertisers' site in a browser.
    #[must_use]
    pub fn advertiser_url(&self) -> String {
        self.browser_url(self.advertiser_port())
    }

    /// Port of the advertisers' site.
    #[must_use]
    pub fn advertiser_port(&self) -> u16 {
        advertiser::PORT + self.port_offset
    }

    fn browser_url(&self, port: u16) -> String {
        format!("http://{}:{port}", self.host.as_deref().unwrap_or("localhost"))
    }

    /// Address of this machine on which pages are served: other machines reach it only if a host name was given.
    #[must_use]
    pub fn public_address(&self) -> Ipv4Addr {
        if self.host.is_some() { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST }
    }

    /// URL of a product on loopback, independent of its public host name.
    #[must_use]
    pub fn local_url(&self, product: &Product) -> String {
        format!("http://127.0.0.1:{}", self.ports(product, 0).http)
    }

    /// gRPC addresses of all replicas, with commas between.
    #[must_use]
    pub fn grpc_addrs(&self, product: &Product) -> String {
        let addrs = (0..self.replicas).map(|replica| format!("127.0.0.1:{}", self.ports(product, replica).grpc));
        addrs.collect::<Vec<_>>().join(",")
    }

    /// Environment of a command that runs in place of a product: the environment of its first replica, with readable
    /// logs and `MIGRATE_DATABASE_URL`.
    pub fn settings_of_a_command(&self, product: &Product, databases: Databases) -> Result<Vec<(String, String)>> {
        let mut settings = self.environment(product, 0, &databases)?;
        settings.push(("LOG_FORMAT".to_owned(), "pretty".to_owned()));
        settings.push(("MIGRATE_DATABASE_URL".to_owned(), databases.owner));
        Ok(settings)
    }

    /// Environment of one replica.
    pub fn environment(&self, product: &Product, replica: u16, databases: &Databases) -> Result<Vec<(String, String)>> {
        let ports = self.ports(product, replica);
        // Other machines reach only the public HTTP port; gRPC and ops stay on loopback.
        let public = self.public_address();
        let mut environment = vec![
            ("HTTP_ADDR".to_owned(), format!("{public}:{}", ports.http)),
            ("GRPC_ADDR".to_owned(), format!("127.0.0.1:{}", ports.grpc)),
            ("OPS_ADDR".to_owned(), format!("127.0.0.1:{}", ports.ops)),
            ("DATABASE_URL".to_owned(), databases.app.clone()),
            ("WORKER_DATABASE_URL".to_owned(), databases.worker.clone()),
            ("KAFKA_BROKERS".to_owned(), self.brokers.clone()),
            ("LOG_FORMAT".to_owned(), "json".to_owned()),
            // No drain delay: this machine has no load balancer that must react before the ports close.
            ("DRAIN_DELAY_SECONDS".to_owned(), "0".to_owned()),
            ("DRAIN_DEADLINE_SECONDS".to_owned(), "10".to_owned()),
        ];
        if let Ok(issuer) = self.product(ISSUER) {
            environment.push(("LOGIN_PUBLIC_URL".to_owned(), self.public_url(issuer)));
            environment.push(("LOGIN_BACKCHANNEL_URL".to_owned(), self.local_url(issuer)));
        }
        for (variable, template) in &product.env {
            let value = template::fill(template, |name| self.value(name))
                .with_context(|| format!("{}: env.{variable}", product.file.display()))?;
            environment.push((variable.clone(), value));
        }
        Ok(environment)
    }

    fn value(&self, name: &str) -> Result<String> {
        match name.split_once('.') {
            None if name == "clients_file" => Ok(self.clients_file.display().to_string()),
            Some(("public_url", product)) => Ok(self.public_url(self.product(product)?)),
            Some(("grpc_addrs", product)) => Ok(self.grpc_addrs(self.product(product)?)),
            Some(("secret", secret)) => self.secrets.get(secret),
            Some(("client_secret", client)) => self.client_secret(client),
            _ => bail!(
                "unknown placeholder `{{{name}}}`: use public_url.PRODUCT, grpc_addrs.PRODUCT, secret.NAME, client_secret.ID or clients_file"
            ),
        }
    }

    /// Secret of a client of login.
    pub fn client_secret(&self, client: &str) -> Result<String> {
        self.secrets.get(&format!("client_{client}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(env: &str) -> Deployment {
        let text = |name: &str, http: u16| {
            let ports = format!("http = {http}\ngrpc = {}\nops = {}", http + 1000, http + 2000);
            format!("name = \"{name}\"\n[ports]\n{ports}\n[env]\n{env}")
        };
        let products = [("login", 8180), ("shop", 8080)].map(|(name, http)| toml::from_str(&text(name, http)).unwrap());
        let secrets = std::env::temp_dir().join(format!("devstack-deployment-{}", std::process::id()));
        Deployment {
            products: products.to_vec(),
            replicas: 2,
            host: None,
            port_offset: 0,
            brokers: "127.0.0.1:19092".to_owned(),
            secrets: Secrets::open(&secrets).unwrap(),
            clients_file: PathBuf::from("/data/clients.json"),
        }
    }

    fn get(deployment: &Deployment, replica: u16, variable: &str) -> Result<String> {
        let databases = Databases { app: "a".to_owned(), worker: "w".to_owned(), owner: "o".to_owned() };
        let shop = deployment.product("shop")?;
        let environment = deployment.environment(shop, replica, &databases)?;
        let found = environment.into_iter().rfind(|(name, _)| name == variable);
        Ok(found.context("not set")?.1)
    }

    #[test]
    fn a_replica_has_its_own_ports_and_the_addresses_of_all_peers() {
        let deployment = deployment("PEERS = \"{grpc_addrs.login}\"\nURL = \"{public_url.shop}/x\"");
        assert_eq!(get(&deployment, 1, "HTTP_ADDR").unwrap(), "127.0.0.1:8081");
        assert_eq!(get(&deployment, 1, "PEERS").unwrap(), "127.0.0.1:9180,127.0.0.1:9181");
        assert_eq!(get(&deployment, 1, "URL").unwrap(), "http://localhost:8080/x");
        assert_eq!(get(&deployment, 1, "LOGIN_PUBLIC_URL").unwrap(), "http://localhost:8180");
        assert_eq!(deployment.advertiser_url(), "http://localhost:8480");
    }

    #[test]
    fn a_host_name_opens_the_http_port_only() {
        let deployment = Deployment { host: Some("box.example".to_owned()), ..deployment("") };
        assert_eq!(get(&deployment, 0, "HTTP_ADDR").unwrap(), "0.0.0.0:8080");
        assert_eq!(get(&deployment, 0, "GRPC_ADDR").unwrap(), "127.0.0.1:9080");
        assert_eq!(get(&deployment, 0, "LOGIN_PUBLIC_URL").unwrap(), "http://box.example:8180");
        assert_eq!(get(&deployment, 0, "LOGIN_BACKCHANNEL_URL").unwrap(), "http://127.0.0.1:8180");
        assert_eq!(deployment.advertiser_url(), "http://box.example:8480");
    }

    #[test]
    fn a_bad_placeholder_is_reported_with_its_variable() {
        for template in ["{grpc_addrs.nobody}", "{nonsense}"] {
            let error = get(&deployment(&format!("PEERS = \"{template}\"")), 0, "PEERS").unwrap_err();
            assert!(format!("{error:#}").contains("env.PEERS"), "{error:#}");
        }
    }
}
