//! The next build of each product: the current build with a patch of `next/`, which adds a migration and a field to an
//! event.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use e2e::system::{System, root};
use sqlx::AssertSqlSafe;
use support::Cluster;

use crate::images::{Image, git, given_binaries, unignored};

/// The next build of a product: a migration and an event with one more field.
pub(crate) struct Next {
    /// The product.
    pub(crate) product: &'static str,
    /// The table and the column that its migration adds.
    pub(crate) column: (&'static str, &'static str),
    /// The topic whose event gets a new field, and the number of the field.
    pub(crate) event: (&'static str, u32),
    /// A product that reads the topic.
    pub(crate) reader: &'static str,
}

/// The next builds of all products.
pub(crate) const NEXT: [Next; 3] = [
    Next { product: "login", column: ("session", "method"), event: ("login.session.v1", 7), reader: "mypage" },
    Next { product: "mypage", column: ("activity", "unread"), event: ("mypage.preferences.v1", 7), reader: "ad" },
    Next { product: "ad", column: ("delivery", "device"), event: ("ad.delivery.v1", 12), reader: "mypage" },
];

/// The tag of their images.
pub(crate) const TAG: &str = "next";

/// The version of their migrations: far above all versions of the products.
const MIGRATION: i64 = 9001;

/// The folder of the patches.
const PATCHES: &str = "tests/cluster/rollout/next";

fn patch(product: &str) -> String {
    root().join(PATCHES).join(format!("{product}.patch")).to_str().expect("a path of UTF-8").to_owned()
}

/// Builds each product's next image and loads it into the cluster, under the image repository of its release.
pub(crate) async fn images(cluster: &Cluster, repositories: &[(&'static str, String)]) {
    let folder = root().join("target/rollout/next");
    copy(&folder);
    for next in &NEXT {
        git(&folder, &["apply", &patch(next.product)]);
    }
    let binaries = given_binaries().map(|_| compile(&folder));
    for (product, repository) in repositories {
        let (name, dockerfile) = (format!("{repository}:{TAG}"), format!("services/{product}/Dockerfile"));
        // The prefix `:!` excludes a path: these folders are not inputs of the image.
        let but = ["chart", "terraform", "tests"].map(|beside| format!(":!services/{product}/{beside}"));
        let inputs = [&[format!("services/{product}"), format!("{PATCHES}/{product}.patch")], &but[..]].concat();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let binaries = binaries.clone();
        Image { name: &name, dockerfile: &dockerfile, context: Some(&folder), inputs: &inputs, binaries }
            .bring(cluster)
            .await;
    }
}

/// Compiles the next builds with the compiled dependencies of the target folder. Returns the folder of their binaries.
///
/// It works in a copy of that folder with hard links, so that the binaries of the current build do not change.
fn compile(sources: &Path) -> PathBuf {
    let warm = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let target = root().join("target/rollout/target");
    run(Command::new("rm").arg("-rf").arg(&target));
    fs::create_dir_all(&target).expect("a folder");
    run(Command::new("cp").arg("-al").arg(warm.join("debug")).arg(&target));
    // Cargo and build scripts write into files that exist, so through a hard link into those of the current build.
    for written in [".fingerprint", "build"] {
        let copy = target.join("debug").join(written);
        run(Command::new("rm").arg("-rf").arg(&copy));
        run(Command::new("cp").arg("-a").arg(warm.join("debug").join(written)).arg(&copy));
    }
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(sources).env("CARGO_TARGET_DIR", &target);
    build.args(["build", "--locked", "--offline", "--quiet", "--workspace"]);
    // Selects a test of the workspace, so that Cargo uses the dependency features of all tests.
    build.args(["--test", "architecture"]);
    for next in &NEXT {
        build.args(["--bin", next.product]);
    }
    run(&mut build);
    target.join("debug")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Reverts the migrations of an earlier run in the databases, so that this run changes the schema.
pub(crate) async fn revert_schema(system: &System) {
    for next in &NEXT {
        let store = system.database(next.product).await;
        let (table, column) = next.column;
        let drop = format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {column}");
        sqlx::query(AssertSqlSafe(drop)).execute(&store).await.expect("the column is dropped");
        let removal = sqlx::query("DELETE FROM _sqlx_migrations WHERE version = $1").bind(MIGRATION);
        removal.execute(&store).await.expect("the migration is deleted");
    }
}

/// Copies the files of the repository that git does not ignore.
fn copy(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", folder.display()),
        _ => {}
    }
    for file in unignored(&[]) {
        let to = folder.join(&file);
        fs::create_dir_all(to.parent().expect("below the folder")).expect("a folder");
        fs::copy(root().join(&file), to).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[test]
fn the_patches_fit() {
    for next in &NEXT {
        git(&root(), &["apply", "--check", &patch(next.product)]);
    }
}

#[test]
fn the_patches_bring_what_is_looked_for() {
    for next in &NEXT {
        let text = fs::read_to_string(patch(next.product)).expect("a patch");
        let (table, column) = next.column;
        assert!(text.contains(&format!("/migrations/{MIGRATION}_")), "{}", next.product);
        assert!(text.contains(&format!("+ALTER TABLE {table} ADD COLUMN {column} ")), "{}", next.product);
        assert!(text.lines().any(|line| line.starts_with('+') && line.ends_with(&format!(" = {};", next.event.1))));
    }
}
