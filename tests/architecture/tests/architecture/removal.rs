//! The workspace still builds after a product's folder is deleted.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use architecture::{products, root};

#[test]
fn the_workspace_builds_without_any_one_product() {
    // One copy for all products, so that the shared crates are compiled once.
    let copy = Copy::of(&root());
    // The same target folder, and with --all-targets the same features as the part lint, so that both share dependencies.
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    for product in products() {
        let (folder, aside) = (copy.0.join("services").join(&product), copy.0.join("aside"));
        fs::rename(&folder, &aside).expect("renamed");
        let cargo = Command::new(env!("CARGO"))
            .args(["check", "--workspace", "--all-targets", "--offline", "--quiet"])
            .env("CARGO_TARGET_DIR", &target)
            .current_dir(&copy.0)
            .output()
            .expect("cargo runs");
        assert!(cargo.status.success(), "without {product}:\n{}", String::from_utf8_lossy(&cargo.stderr));
        fs::rename(&aside, &folder).expect("renamed back");
    }
}

/// A temporary copy of the sources, deleted at the end.
struct Copy(PathBuf);

impl Copy {
    fn of(root: &Path) -> Self {
        let copy = Self(std::env::temp_dir().join(format!("without-one-{}", std::process::id())));
        for folder in ["proto", "infra", "services", "tests"] {
            copy_folder(&root.join(folder), &copy.0.join(folder));
        }
        for file in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "clippy.toml"] {
            copy_file(&root.join(file), &copy.0.join(file));
        }
        copy
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // An error is ignored: the folder is temporary.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            copy_file(&path, &target);
        }
    }
}

/// Keeps the date. For Cargo, a crate has the same name in each copy of a workspace, so newer files would make it compile
/// the crates of the original again.
fn copy_file(from: &Path, to: &Path) {
    fs::copy(from, to).expect("a copy");
    let date = fs::metadata(from).and_then(|it| it.modified()).expect("a date");
    fs::File::options().write(true).open(to).and_then(|file| file.set_modified(date)).expect("the date is set");
}
