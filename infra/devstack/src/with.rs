//! `devstack with PRODUCT -- COMMAND`: runs a command with the settings of a product of the running system.

use std::{env, ffi::OsString, path::Path};

use anyhow::{Context, Result};

use crate::{
    command,
    deployment::Deployment,
    layout::Layout,
    postgres::{Databases, as_admin},
    process::own_program,
    product,
    secrets::Secrets,
    state::State,
};

/// Runs the command with the environment of the product's first replica. Returns the command's exit code.
pub async fn run(layout: &Layout, root: &Path, product: &str, words: &[OsString]) -> Result<u8> {
    let settings = settings(layout, root, product)?;
    let mut command = command::of(words)?;
    command.envs(settings).env("PATH", path()?);
    command::run(command).await
}

/// The product's environment, with the database URLs of its owner and of the administrator.
fn settings(layout: &Layout, root: &Path, product: &str) -> Result<Vec<(String, String)>> {
    let state = State::read(&layout.state()).filter(|state| state.devstack.is_alive());
    let state = state.context("no system is running: start it with scripts/up")?;
    let chosen = state.chosen.context("the system is still starting: wait for it (scripts/status)")?;
    let deployment = Deployment {
        products: product::load_all(root)?,
        replicas: chosen.replicas,
        host: chosen.host,
        port_offset: chosen.port_offset,
        brokers: state.brokers,
        secrets: Secrets::open(&layout.run().join("secrets.json"))?,
        clients_file: layout.run().join("clients.json"),
    };
    let product = deployment.product(product)?;
    let admin = state.admins.get(&product.name);
    let admin = admin.with_context(|| {
        format!("{} is not part of the running system: restart it (scripts/down, scripts/up)", product.name)
    })?;
    let databases = Databases::on(admin, &product.name, &deployment.secrets)?;
    let mut settings = deployment.settings_of_a_command(product, databases)?;
    settings.push(("ADMIN_DATABASE_URL".to_owned(), as_admin(admin, &product.name)?));
    Ok(settings)
}

/// `PATH` with the folder of the products' programs first, so that `login` is the product and not the system's command.
fn path() -> Result<OsString> {
    let own = own_program()?;
    let mut folders: Vec<_> = own.parent().map(Path::to_owned).into_iter().collect();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    Ok(env::join_paths(folders)?)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use super::*;
    use crate::{layout::remove_folder, state::StateFile, up::Options};

    const SHOP: &str = "name = \"shop\"\n[ports]\nhttp = 8080\ngrpc = 9080\nops = 9180\n[env]\nKEY = \"{secret.key}\"";

    #[test]
    fn a_command_has_the_settings_of_a_product_that_runs() {
        let root = std::env::temp_dir().join(format!("devstack-with-{}", std::process::id()));
        fs::create_dir_all(root.join("services/shop")).unwrap();
        fs::write(root.join("services/shop/product.toml"), SHOP).unwrap();
        let layout = Layout::open(root.join(".data"), None).unwrap();
        let settings_of = |product: &str| settings(&layout, &root, product);
        assert_eq!(settings_of("shop").unwrap_err().to_string(), "no system is running: start it with scripts/up");

        let state = StateFile::create(layout.state()).unwrap();
        assert!(settings_of("shop").unwrap_err().to_string().starts_with("the system is still starting"));
        let admin = "postgres://postgres:pw@127.0.0.1:15433/postgres".to_owned();
        state
            .update(|state| {
                state.chosen = Some(Options { port_offset: Some(1), ..Options::default() }.chosen("given"));
                state.brokers = "127.0.0.1:19092".to_owned();
                state.admins = BTreeMap::from([("shop".to_owned(), admin)]);
            })
            .unwrap();
        assert_eq!(settings_of("desk").unwrap_err().to_string(), "there is no product `desk`");

        let secrets = Secrets::open(&layout.run().join("secrets.json")).unwrap();
        let key = secrets.get("key").unwrap();
        let of = |role: &str| {
            let password = secrets.get(&format!("shop_{role}")).unwrap();
            format!("postgres://shop_{role}:{password}@127.0.0.1:15433/shop")
        };
        let expected = [
            ("HTTP_ADDR", "127.0.0.1:8081".to_owned()),
            ("KAFKA_BROKERS", "127.0.0.1:19092".to_owned()),
            ("KEY", key),
            ("DATABASE_URL", of("app")),
            ("WORKER_DATABASE_URL", of("worker")),
            ("MIGRATE_DATABASE_URL", of("owner")),
            ("ADMIN_DATABASE_URL", "postgres://postgres:pw@127.0.0.1:15433/shop".to_owned()),
        ];
        let settings = settings_of("shop").unwrap();
        for (name, value) in expected {
            let found = settings.iter().rfind(|(each, _)| each == name);
            assert_eq!(found.map(|(_, value)| value), Some(&value), "{name}");
        }
        remove_folder(&root).unwrap();
    }
}
