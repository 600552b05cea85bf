//! Browsers that open links.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ad::domain::serve::Serve;
use reqwest::{Client, redirect::Policy};
use tokio::{sync::watch, task::JoinSet};

use crate::{dice::Dice, harness::TestApp};

const BROWSERS: usize = 6;

/// The links of these serves, each twice, in any order.
pub(super) fn links(test: &TestApp, serves: &[Serve], dice: &mut Dice) -> Arc<[String]> {
    let of = |serve: &Serve| {
        let token = test.app.links.token(serve);
        [format!("/i/{token}"), format!("/c/{token}")]
    };
    let mut links: Vec<_> = serves.iter().flat_map(of).flat_map(|link| [link.clone(), link]).collect();
    dice.shuffle(&mut links);
    links.into()
}

#[derive(Clone)]
pub(super) struct Traffic {
    client: Client,
    bases: Arc<[String]>,
    seed: u64,
    /// The number of answers up to now.
    answers: watch::Sender<usize>,
}

impl Traffic {
    pub(super) fn new(bases: Vec<String>, seed: u64) -> Self {
        let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(8)).build();
        Self { client: client.expect("a client"), bases: bases.into(), seed, answers: watch::Sender::default() }
    }

    pub(super) fn answers(&self) -> watch::Receiver<usize> {
        self.answers.subscribe()
    }

    /// Opens each link once, by several browsers at a time.
    pub(super) async fn open_all(&self, links: &Arc<[String]>) {
        let next = Arc::new(AtomicUsize::new(0));
        let mut browsers = JoinSet::new();
        for browser in 0..BROWSERS {
            let (traffic, links, next) = (self.clone(), Arc::clone(links), Arc::clone(&next));
            browsers.spawn(async move {
                let mut dice = Dice::new(traffic.seed.wrapping_add(browser as u64));
                while let Some(link) = links.get(next.fetch_add(1, Ordering::Relaxed)) {
                    traffic.open(link, &mut dice).await;
                }
            });
        }
        browsers.join_all().await;
    }

    /// Opens a link until a replica answers. Each attempt may reach another one.
    async fn open(&self, link: &str, dice: &mut Dice) {
        support::eventually("the answer to a link", || {
            let base = &self.bases[dice.roll(self.bases.len())];
            let request = self.client.get(format!("{base}{link}")).send();
            async move { (request.await.ok()?.status().as_u16() < 400).then_some(()) }
        })
        .await;
        self.answers.send_modify(|answers| *answers += 1);
    }
}
