//! The next build of each product: today's with a patch of `next/`, which adds a migration and a field of an event.

use std::{fs, path::Path, path::PathBuf, process::Command};

use e2e::system::{System, root};
use sqlx::AssertSqlSafe;

use crate::stage::image;

/// What the next build of a product brings.
pub(crate) struct Next {
    /// The product.
    pub(crate) product: &'static str,
    /// The table and the column that its migration adds.
    pub(crate) column: (&'static str, &'static str),
    /// The topic whose event has a field more, and that field's number.
    pub(crate) event: (&'static str, u32),
    /// A product that reads the topic.
    pub(crate) reader: &'static str,
}

/// All of them.
pub(crate) const NEXT: [Next; 3] = [
    Next { product: "login", column: ("session", "method"), event: ("login.session.v1", 7), reader: "mypage" },
    Next { product: "mypage", column: ("activity", "unread"), event: ("mypage.preferences.v1", 7), reader: "ad" },
    Next { product: "ad", column: ("delivery", "device"), event: ("ad.delivery.v1", 12), reader: "mypage" },
];

/// The tag of their images.
pub(crate) const TAG: &str = "next";

/// The version of their migrations: far above any that the products will have.
const MIGRATION: i64 = 9001;

fn patch(product: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("next/{product}.patch"));
    file.to_str().expect("a path of UTF-8").to_owned()
}

/// Builds each product's next image, under the repository that its release has, and brings it to the cluster.
pub(crate) async fn images(repositories: &[(&'static str, String)]) {
    let folder = root().join("target/rollout/next");
    copy(&folder);
    for next in &NEXT {
        git(&folder, &["apply", &patch(next.product)]);
    }
    let context = folder.to_str().expect("a path of UTF-8");
    for (product, repository) in repositories {
        let dockerfile = format!("services/{product}/Dockerfile");
        image(&format!("{repository}:{TAG}"), &dockerfile, Some(context)).await;
    }
}

/// Takes out of the stores what the migrations of a run before have left there: so the schema really changes in this one.
pub(crate) async fn forget(system: &System) {
    for next in &NEXT {
        let store = system.database(next.product).await;
        let (table, column) = next.column;
        let drop = format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {column}");
        sqlx::query(AssertSqlSafe(drop)).execute(&store).await.expect("the column goes");
        let forget = sqlx::query("DELETE FROM _sqlx_migrations WHERE version = $1").bind(MIGRATION);
        forget.execute(&store).await.expect("the migration is forgotten");
    }
}

/// What git would keep of the repository, committed or not.
fn copy(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", folder.display()),
        _ => {}
    }
    let files = git(&root(), &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    for file in files.split('\0').filter(|file| root().join(file).is_file()) {
        let to = folder.join(file);
        fs::create_dir_all(to.parent().expect("below the folder")).expect("a folder");
        fs::copy(root().join(file), to).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    // The copy lies in the repository's own folder, and is none.
    git.env("GIT_CEILING_DIRECTORIES", root().join("target/rollout")).current_dir(folder).args(arguments);
    let output = git.output().expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
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
