//! Starts Postgres and creates each product's database and schema.

use std::time::Instant;

use anyhow::{Context, Result};
use futures::future::try_join_all;

use super::{given, plan::Database, stack::Stack};
use crate::{
    postgres::{Databases, close_to_public, provision},
    product::Product,
    report::done,
};

impl Stack {
    /// The database URLs of each product, in the order of the products. They are known before the server runs.
    pub(super) fn databases(&self) -> Result<Vec<Databases>> {
        let products = self.plan.deployment.products.iter().enumerate();
        products
            .map(|(index, product)| {
                Databases::on(&self.plan.database.admin_url(index), &product.name, &self.plan.deployment.secrets)
            })
            .collect()
    }

    /// Starts the server, unless one was given, and creates databases, roles and schemas.
    pub(super) async fn start_databases(&self, databases: &[Databases]) -> Result<()> {
        let started = Instant::now();
        if let Database::Ours(cluster) = &self.plan.database {
            cluster.prepare().await?;
            let spec = cluster.spec();
            let mut server = self.postgres.start(&spec, vec![("postgres".to_owned(), cluster.port())])?;
            cluster.wait_ready(&mut server).await?;
            self.postgres.supervise(spec, server);
            close_to_public(&cluster.url("postgres")).await?;
            done(format_args!("PostgreSQL {} on port {}", cluster.major(), cluster.port()), started);
        }
        let products = self.plan.deployment.products.iter().zip(databases).enumerate();
        try_join_all(products.map(|(index, (product, own))| self.make_database(index, product, own))).await?;
        done("databases and schemas", started);
        Ok(())
    }

    async fn make_database(&self, index: usize, product: &Product, own: &Databases) -> Result<()> {
        let admin = self.plan.database.admin_url(index);
        let made = async {
            provision(&admin, &product.name, &self.plan.deployment.secrets)
                .await
                .with_context(|| format!("cannot create the database of {}", product.name))?;
            self.migrate(product, own, "assume").await
        };
        let made = made.await;
        match self.plan.database {
            Database::Given(_) => made.with_context(|| given::database_hint(product, &admin)),
            Database::Ours(_) => made,
        }
    }
}
