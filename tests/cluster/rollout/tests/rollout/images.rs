//! Images that the proof needs in addition to those of the release. `scripts/cluster image` builds and loads them, and
//! repeats that only when their inputs or the cluster have changed.

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
    /// The folder to build from; `None` is the repository.
    pub(crate) context: Option<&'a Path>,
    /// Its inputs, in addition to those of all images.
    pub(crate) inputs: &'a [&'a str],
    /// The folder of the compiled binary, if it is not the one in `IMAGE_BINARIES`.
    pub(crate) binaries: Option<PathBuf>,
}

/// Returns the folder of compiled binaries in `IMAGE_BINARIES`, if it is set.
pub(crate) fn given_binaries() -> Option<PathBuf> {
    std::env::var_os("IMAGE_BINARIES").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

impl Image<'_> {
    /// Builds the image and loads it into the cluster, unless that was done before.
    pub(crate) async fn bring(&self, cluster: &Cluster) {
        let done = root().join("target/rollout/images").join(self.name.replace(['/', ':'], "_"));
        let wanted = format!("{} {}", self.sum(), id(cluster).await);
        let binaries = self.binaries.clone().or_else(given_binaries);
        // With a compiled binary, the build takes seconds and is always done.
        if binaries.is_none() && fs::read_to_string(&done).is_ok_and(|there| there == wanted) {
            println!("{} is already loaded", self.name);
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
        assert!(output.status.success(), "cannot build {}:\n{}", self.name, last.join("\n"));
        if binaries.is_none() {
            fs::create_dir_all(done.parent().expect("below a folder")).expect("a folder");
            fs::write(&done, wanted).expect("written");
        }
    }

    /// Returns the names and the content of all inputs.
    fn sum(&self) -> String {
        let from = self.context.map_or_else(root, Path::to_owned);
        let mut all = String::from(self.name);
        for file in unignored(&[&SHARED[..], &[self.dockerfile], self.inputs].concat()) {
            // Of a file that is not text, only the name counts.
            all += &format!("\n{file}\n{}", fs::read_to_string(from.join(&file)).unwrap_or_default());
        }
        BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&all))
    }
}

/// Returns the id of the cluster, which changes when the cluster is created again.
async fn id(cluster: &Cluster) -> String {
    let get = ["get", "namespace", "kube-system", "--output", "jsonpath={.metadata.uid}"];
    cluster.kubectl(&get).await.expect("a cluster")
}

/// Lists the files below these paths that git does not ignore, committed or not; without paths, those of the whole
/// repository.
pub(crate) fn unignored(paths: &[&str]) -> Vec<String> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
    let files = git(&root(), &[&list, paths].concat());
    files.split('\0').filter(|file| root().join(file).is_file()).map(str::to_owned).collect()
}

/// Runs git in a folder.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.env("GIT_CEILING_DIRECTORIES", root().join("target/rollout")).current_dir(folder).args(arguments);
    let output = git.output().expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
