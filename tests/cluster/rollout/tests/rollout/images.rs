//! Images that the proof needs beside those of the release. `scripts/cluster image` builds them and loads them into the
//! cluster, again only when their inputs or the cluster have changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret;
use e2e::system::root;
use support::Cluster;

/// Inputs of every image of the workspace.
const SHARED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "proto", "infra/chassis"];

/// An image to be built.
pub(crate) struct Image<'a> {
    /// Its name and tag.
    pub(crate) name: &'a str,
    /// Path of the Dockerfile, relative to the repository.
    pub(crate) dockerfile: &'a str,
    /// The folder it is built from; the repository when it is none.
    pub(crate) context: Option<&'a Path>,
    /// Its inputs, beside those of all images.
    pub(crate) inputs: &'a [&'a str],
    /// A folder of compiled binaries, for an image that takes its own from another folder than `IMAGE_BINARIES`.
    pub(crate) binaries: Option<PathBuf>,
}

/// The folder of compiled binaries that `scripts/cluster` makes images of, if `IMAGE_BINARIES` is set.
pub(crate) fn given_binaries() -> Option<PathBuf> {
    std::env::var_os("IMAGE_BINARIES").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

impl Image<'_> {
    /// Builds it and brings it to the cluster, unless that was done.
    pub(crate) async fn bring(&self, cluster: &Cluster) {
        let done = root().join("target/rollout/images").join(self.name.replace(['/', ':'], "_"));
        let wanted = format!("{} {}", self.sum(), id(cluster).await);
        let binaries = self.binaries.clone().or_else(given_binaries);
        // With a given binary it takes seconds, and is not looked up.
        if binaries.is_none() && fs::read_to_string(&done).is_ok_and(|there| there == wanted) {
            println!("{} is there", self.name);
            return;
        }
        println!("{}: building", self.name);
        let mut build = tokio::process::Command::new("scripts/cluster");
        build.current_dir(root()).args(["image", self.name, self.dockerfile]).args(self.context);
        if let Some(folder) = &binaries {
            build.env("IMAGE_BINARIES", folder).env_remove("IMAGE_COMPILED");
        }
        let output = build.output().await.expect("scripts/cluster");
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = said.lines().rev().take(40).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        assert!(output.status.success(), "{} can't be built:\n{}", self.name, last.join("\n"));
        if binaries.is_none() {
            fs::create_dir_all(done.parent().expect("below a folder")).expect("a folder");
            fs::write(&done, wanted).expect("written");
        }
    }

    /// Names what it is made of.
    fn sum(&self) -> String {
        let from = self.context.map_or_else(root, Path::to_owned);
        let mut all = String::from(self.name);
        for file in kept(&[&SHARED[..], &[self.dockerfile], self.inputs].concat()) {
            // A file that is not text counts by its name alone.
            all += &format!("\n{file}\n{}", fs::read_to_string(from.join(&file)).unwrap_or_default());
        }
        BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&all))
    }
}

/// Another cluster of the same name is another one.
async fn id(cluster: &Cluster) -> String {
    let get = ["get", "namespace", "kube-system", "--output", "jsonpath={.metadata.uid}"];
    cluster.kubectl(&get).await.expect("a cluster")
}

/// Files below these paths that git would keep, committed or not; all of the repository for none.
pub(crate) fn kept(paths: &[&str]) -> Vec<String> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
    let files = git(&root(), &[&list, paths].concat());
    files.split('\0').filter(|file| root().join(file).is_file()).map(str::to_owned).collect()
}

/// Runs git in a folder. A copy below `target` lies in the repository's own folder, and is none.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.env("GIT_CEILING_DIRECTORIES", root().join("target/rollout")).current_dir(folder).args(arguments);
    let output = git.output().expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
