//! One Postgres data folder and its server.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use sqlx::{
    Connection, Executor,
    postgres::{PgConnectOptions, PgConnection},
};
use tokio::process::Command;

use super::find::{Binaries, data_folder};
use crate::{
    account::Account,
    process::{Running, Spec},
    secrets,
};

/// Superuser of a server that devstack starts.
const SUPERUSER: &str = "postgres";
const READY_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(25);

/// A data folder, with the port and the password of its server.
#[derive(Debug, Clone)]
pub struct Cluster {
    binaries: Binaries,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    password: String,
    account: Option<Account>,
    durable: bool,
}

impl Cluster {
    /// Describes a cluster with persistent data, in a folder of `parent` named after the major version.
    pub fn persistent(binaries: Binaries, parent: &Path, log: &Path, port: u16, password: String) -> Result<Self> {
        let data = data_folder(parent, binaries.major);
        let account = Account::unprivileged()?;
        Ok(Self { binaries, data, log: log.to_owned(), port, password, account, durable: true })
    }

    /// Describes a cluster for one test run: on a free port and without fsync.
    pub fn throw_away(binaries: Binaries, parent: &Path) -> Result<Self> {
        let port = crate::ports::free_port()?;
        let log = parent.join("postgres.log");
        let cluster = Self::persistent(binaries, parent, &log, port, secrets::random()?)?;
        Ok(Self { durable: false, ..cluster })
    }

    /// Major version of the server.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.binaries.major
    }

    /// Port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// URL of a database for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Creates the data folder, unless it exists.
    pub async fn prepare(&self) -> Result<()> {
        if let Some(account) = &self.account {
            account.check_reaches(&self.data)?;
            account.check_reaches(&self.binaries.folder.join("postgres"))?;
        }
        if self.data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        // The folder is created under another name and then renamed, so that an incomplete folder is never used.
        let new = self.data.with_extension("new");
        crate::layout::remove_folder(&new)?;
        fs::create_dir_all(&new)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(0o700))?;
        let password_file = new.with_extension("password");
        crate::layout::write_private(&password_file, &self.password)?;
        if let Some(account) = &self.account {
            account.own(&new)?;
            account.own(&password_file)?;
        }
        let made = self.initdb(&new, &password_file).await;
        fs::remove_file(&password_file)?;
        made?;
        fs::rename(&new, &self.data).context("cannot rename the new data folder")
    }

    async fn initdb(&self, folder: &Path, password_file: &Path) -> Result<()> {
        let mut command = Command::new(self.binaries.folder.join("initdb"));
        command
            .arg("--pgdata")
            .arg(folder)
            .arg("--pwfile")
            .arg(password_file)
            .args(["--username", SUPERUSER, "--auth", "scram-sha-256"])
            .args(["--encoding", "UTF8", "--no-locale", "--no-instructions"])
            .current_dir("/");
        if !self.durable {
            command.arg("--no-sync");
        }
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        let output = command.output().await.context("cannot run initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Describes the process of the server.
    #[must_use]
    pub fn spec(&self) -> Spec {
        let mut args: Vec<OsString> = vec!["-D".into(), self.data.clone().into()];
        let port = format!("port={}", self.port);
        let mut settings = vec![
            port.as_str(),
            "listen_addresses=127.0.0.1",
            // No socket file: clients connect by TCP on loopback only, with a password.
            "unix_socket_directories=",
            // In the data folder instead of /dev/shm, where a killed server would leave files.
            "dynamic_shared_memory_type=mmap",
            "password_encryption=scram-sha-256",
            "shared_buffers=32MB",
            "log_min_duration_statement=1s",
        ];
        if self.durable {
            settings.push("max_connections=200");
        } else {
            settings.extend(["max_connections=500", "fsync=off", "full_page_writes=off", "synchronous_commit=off"]);
            if self.binaries.can_count_statements() {
                // Counts nothing until a role has another value: counting the statements of all tests would cost time.
                settings.extend(["shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track=none"]);
            }
        }
        for setting in settings {
            args.extend(["-c".into(), setting.into()]);
        }
        Spec {
            name: "postgres".to_owned(),
            program: self.binaries.folder.join("postgres"),
            args,
            env: Vec::new(),
            account: self.account.clone(),
            log: self.log.clone(),
            // SIGINT is Postgres's fast shutdown, which ends sessions instead of waiting for them.
            stop_signal: Signal::SIGINT,
            stop_deadline: Duration::from_secs(20),
        }
    }

    /// Waits until the server answers a query.
    pub async fn wait_ready(&self, server: &mut Running) -> Result<()> {
        let started = Instant::now();
        loop {
            if let Some(status) = server.ended() {
                bail!("Postgres exited ({status}); the end of its log:{}", self.spec().last_lines());
            }
            match self.answers().await {
                Ok(()) => return Ok(()),
                Err(error) if started.elapsed() > READY_WITHIN => {
                    return Err(error).context("Postgres does not answer");
                }
                Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }

    async fn answers(&self) -> Result<()> {
        let options: PgConnectOptions = self.url("postgres").parse()?;
        let mut connection = PgConnection::connect_with(&options).await?;
        connection.execute("SELECT 1").await?;
        connection.close().await?;
        Ok(())
    }
}
