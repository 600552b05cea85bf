//! A product that is to be down is stopped, is not restarted, and is started again.

use std::{path::Path, sync::Arc, time::Duration};

use devstack::{
    control::Down,
    process::Spec,
    state::{Entry, Role, State, StateFile},
    supervise::Supervisor,
};
use nix::sys::signal::Signal;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

fn spec(folder: &Path, program: &str, args: &[&str]) -> Spec {
    Spec {
        name: "shop-1".to_owned(),
        program: program.into(),
        args: args.iter().map(Into::into).collect(),
        env: Vec::new(),
        account: None,
        log: folder.join("shop-1.log"),
        stop_signal: Signal::SIGTERM,
        stop_deadline: Duration::from_secs(10),
    }
}

/// Waits until the state file has the process in this condition.
async fn wait_until(state: &Path, is_wanted: impl Fn(&Entry) -> bool) -> Entry {
    let found = async {
        loop {
            let entry = State::read(state).and_then(|state| state.processes.into_iter().next());
            if let Some(entry) = entry.filter(&is_wanted) {
                return entry;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), found).await.expect("the condition within 20 s")
}

/// Requests the same again and again until the process is in this condition: a request may come before devstack has noticed
/// that the process has ended.
async fn request_until(world: &World, is_wanted: impl Fn(&Entry) -> bool) {
    let requests = async {
        while !State::read(&world.state).is_some_and(|state| is_wanted(&state.processes[0])) {
            world.down.send_replace(Down::new());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), requests).await.expect("the condition within 20 s");
}

struct World {
    folder: std::path::PathBuf,
    state: std::path::PathBuf,
    down: watch::Sender<Down>,
    supervisor: Supervisor,
}

impl World {
    fn with(name: &str, program: &str, args: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("devstack-supervise-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let state = folder.join("state.json");
        let file = Arc::new(StateFile::create(state.clone()).expect("a state"));
        let (down, watched) = watch::channel(Down::new());
        let supervisor = Supervisor::new(Role::Product, file, watched, CancellationToken::new());
        let spec = spec(&folder, program, args);
        let running = supervisor.start(&spec, Vec::new()).expect("started");
        supervisor.supervise(spec, running);
        Self { folder, state, down, supervisor }
    }

    async fn end(self) {
        self.supervisor.stop().await;
        std::fs::remove_dir_all(&self.folder).expect("removed");
    }
}

#[tokio::test]
async fn a_stopped_product_stays_down_until_it_is_started() {
    let world = World::with("stop", "tail", &["-f", "/dev/null"]);
    let first = wait_until(&world.state, Entry::is_alive).await;
    world.down.send_replace(Down::from(["desk".to_owned()]));
    world.down.send_replace(Down::from(["shop".to_owned()]));
    let stopped = wait_until(&world.state, |entry| entry.stopped).await;
    assert!(!stopped.is_alive());
    world.down.send_replace(Down::new());
    let second = wait_until(&world.state, |entry| entry.is_alive() && !entry.stopped).await;
    assert_ne!(first.identity, second.identity);
    assert_eq!(second.restarts, 0, "a request is no crash");
    world.end().await;
}

#[tokio::test]
async fn a_crashing_product_can_be_stopped() {
    let world = World::with("crash", "false", &[]);
    wait_until(&world.state, |entry| entry.restarts > 0).await;
    world.down.send_replace(Down::from(["shop".to_owned()]));
    let stopped = wait_until(&world.state, |entry| entry.stopped).await;
    assert!(!stopped.is_alive());
    world.end().await;
}

#[tokio::test]
async fn a_request_does_not_wait_for_the_next_restart() {
    let world = World::with("soon", "false", &[]);
    // Each request is a restart at once: by themselves, eight restarts take longer than a minute.
    request_until(&world, |entry| entry.restarts >= 8).await;
    world.end().await;
}

#[tokio::test]
async fn a_product_with_a_bad_configuration_is_started_again_on_request() {
    let folder = std::env::temp_dir().join(format!("devstack-corrected-{}", std::process::id()));
    let script = format!("test -e {} && exec tail -f /dev/null; exit 64", folder.display());
    let world = World::with("bad", "sh", &["-c", &script]);
    wait_until(&world.state, |entry| !entry.is_alive()).await;
    std::fs::write(&folder, "").expect("corrected");
    request_until(&world, Entry::is_alive).await;
    std::fs::remove_file(&folder).expect("removed");
    world.end().await;
}
