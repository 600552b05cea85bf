//! `devstack sqlx-prepare`: writes the checked queries of each crate into its `.sqlx`, so that it compiles without a
//! database.
//!
//! The schema is made from the migration files, since the product's own `migrate` may not compile yet.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sqlx::{AssertSqlSafe, Connection, postgres::PgConnection};
use tokio::process::Command;

use crate::{
    layout::{Layout, remove_folder},
    postgres::{Databases, provision},
    report::{note, say},
    secrets::Secrets,
    stores::Stores,
    touch::Touched,
};

/// A crate whose SQL is checked at compile time.
#[derive(Debug)]
struct Checked {
    name: String,
    folder: PathBuf,
    variable: String,
}

#[derive(Deserialize)]
struct SqlxToml {
    common: Common,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Common {
    database_url_var: String,
}

/// Rewrites the `.sqlx` of each crate; with `check` only compares them. Returns the exit code.
pub async fn run(layout: &Layout, root: &Path, check: bool, only: &[String]) -> Result<u8> {
    let mut crates = find(root)?;
    if let Some(unknown) = only.iter().find(|name| crates.iter().all(|found| &found.name != *name)) {
        bail!("no crate `{unknown}` has a sqlx.toml");
    }
    crates.retain(|found| only.is_empty() || only.contains(&found.name));
    let stores = Stores::start(layout, false).await?;
    let outcome = prepare_all(&stores, root, &crates, check).await;
    stores.stop().await?;
    outcome
}

async fn prepare_all(stores: &Stores, root: &Path, crates: &[Checked], check: bool) -> Result<u8> {
    let mut differ = Vec::new();
    for found in crates {
        let made = stores.folder().join(format!("sqlx-{}", found.name));
        fs::create_dir_all(&made)?;
        let url =
            migrated(stores, root, found).await.with_context(|| format!("cannot make the schema of {}", found.name))?;
        compile(root, found, &url, &made).await?;
        let (old, new) = (read(&found.folder.join(".sqlx"))?, read(&made)?);
        let changed = old != new;
        note(format_args!("{}: {} queries{}", found.name, new.len(), if changed { ", changed" } else { "" }));
        if changed {
            differ.push(found.name.clone());
        }
        if changed && !check {
            replace(&found.folder.join(".sqlx"), &new)?;
        }
    }
    if check && !differ.is_empty() {
        say(format_args!("Out of date: .sqlx of {}. Run scripts/sqlx-prepare.", differ.join(", ")));
        return Ok(1);
    }
    Ok(0)
}

/// Finds the crates with a `sqlx.toml`; chassis comes first, since the products depend on it.
fn find(root: &Path) -> Result<Vec<Checked>> {
    let mut folders = vec![root.join("infra/chassis")];
    let mut services: Vec<PathBuf> = fs::read_dir(root.join("services"))?.flatten().map(|entry| entry.path()).collect();
    services.sort();
    folders.extend(services);
    folders.retain(|folder| folder.join("sqlx.toml").is_file());
    let read = |folder: PathBuf| {
        let file = folder.join("sqlx.toml");
        let settings: SqlxToml =
            toml::from_str(&fs::read_to_string(&file)?).with_context(|| file.display().to_string())?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Checked { name, folder, variable: settings.common.database_url_var })
    };
    folders.into_iter().map(read).collect()
}

/// Creates a database with the tables of chassis and of the crate. Returns its URL.
async fn migrated(stores: &Stores, root: &Path, found: &Checked) -> Result<String> {
    let secrets = Secrets::open(&stores.folder().join("secrets.json"))?;
    let databases: Databases = provision(&stores.admin_url(), &found.name, &secrets).await?;
    let mut connection = PgConnection::connect(&databases.owner).await?;
    let chassis = root.join("infra/chassis");
    let folders = if found.folder == chassis { vec![chassis] } else { vec![chassis, found.folder.clone()] };
    for file in folders.iter().flat_map(|folder| sql_files(&folder.join("migrations"))) {
        let sql = fs::read_to_string(&file)?.replace("{product}", &found.name);
        let applied = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
        applied.with_context(|| file.display().to_string())?;
    }
    connection.close().await?;
    Ok(databases.owner)
}

fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files
}

/// Compiles the crate against the database, whereby sqlx writes the queries into `made`.
async fn compile(root: &Path, found: &Checked, url: &str, made: &Path) -> Result<()> {
    let _touched = Touched::new(&found.folder)?;
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--locked", "--quiet", "--all-targets", "--package", &found.name])
        .env(&found.variable, url)
        .env("SQLX_OFFLINE_DIR", made)
        .env_remove("SQLX_OFFLINE")
        .current_dir(root)
        .status()
        .await
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("{} does not compile", found.name);
    }
    Ok(())
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let file = |entry: fs::DirEntry| Ok((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    entries.map(file).collect()
}

fn replace(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    remove_folder(folder)?;
    fs::create_dir_all(folder)?;
    for (name, content) in files {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}
