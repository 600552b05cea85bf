//! A replica of ad as a process: this test's executable, which serves at the test's time.

use std::{fs::File, path::PathBuf, process::Stdio};

use ad::{
    cli::{Cli, Command},
    server,
};
use chassis::clock::Clock;
use chrono::Duration;
use clap::Parser;
use tokio::process::{self, Child};

/// Milliseconds between the time of the operating system and that of the replica. Only replicas have it.
const SHIFT: &str = "AD_TEST_CLOCK_SHIFT";

/// The process of a replica.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other tests start it as a process"]
async fn replica() {
    let Ok(shift) = std::env::var(SHIFT) else { return };
    let clock = Clock::shifted(Duration::milliseconds(shift.parse().expect("a number")));
    let Command::Serve(config) = Cli::parse_from(["ad", "serve"]).command else { unreachable!("the arguments") };
    let _ = chassis::process::run("ad", config.telemetry.clone(), server::serve(*config, clock)).await;
}

pub(super) struct Replica {
    pub(super) base: String,
    ready: String,
    environment: Vec<(String, String)>,
    log: PathBuf,
    child: Child,
}

impl Replica {
    /// Starts a replica with free ports. `environment` has the other settings.
    pub(super) async fn start(number: usize, environment: &[(String, String)], shift: Duration) -> Self {
        let [http, grpc, ops] = [(); 3].map(|()| format!("127.0.0.1:{}", support::free_port()));
        let (base, ready) = (format!("http://{http}"), format!("http://{ops}/readyz"));
        let addresses = [("HTTP_ADDR", http), ("GRPC_ADDR", grpc), ("OPS_ADDR", ops)];
        let mut environment = environment.to_vec();
        environment.extend(addresses.map(|(name, value)| (name.to_owned(), value)));
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("ad-replica-{number}.log"));
        let child = spawn(&environment, shift, &log);
        let replica = Self { base, ready, environment, log, child };
        replica.wait_until_ready().await;
        replica
    }

    /// Kills the process, starts it again at a time of this distance, and waits until it is ready.
    pub(super) async fn kill_and_restart(&mut self, shift: Duration) {
        self.child.kill().await.expect("SIGKILL");
        self.child = spawn(&self.environment, shift, &self.log);
        self.wait_until_ready().await;
    }

    async fn wait_until_ready(&self) {
        let what = format!("a replica; its log is {}", self.log.display());
        support::eventually(&what, async || {
            let answer = reqwest::get(&self.ready).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }
}

fn spawn(environment: &[(String, String)], shift: Duration, log: &PathBuf) -> Child {
    let log = File::options().create(true).append(true).open(log).expect("a file");
    process::Command::new(std::env::current_exe().expect("the test"))
        .args(["processes::replica::replica", "--exact", "--ignored", "--nocapture"])
        .envs(environment.iter().cloned())
        .env(SHIFT, shift.num_milliseconds().to_string())
        .stdout(Stdio::from(log.try_clone().expect("a file")))
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .expect("a process")
}
