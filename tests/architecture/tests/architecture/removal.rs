//! The workspace still builds after a product's folder is deleted.
//!
//! Compiling it without each product in turn takes minutes. So this test compiles what is left without all products, and
//! checks that no product needs another one. scripts/sqlx-prepare compiles each product alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use architecture::{files, products, read, root};

#[test]
fn the_workspace_builds_without_any_one_product() {
    let copy = Copy::of(&root());
    for product in products() {
        copy.aside(&product);
        let metadata = copy.cargo(&["metadata", "--format-version", "1"]);
        assert!(metadata.status.success(), "without {product}:\n{}", String::from_utf8_lossy(&metadata.stderr));
        copy.back(&product);
    }
    products().iter().for_each(|product| copy.aside(product));
    copy.add_empty_crate();
    let check = copy.cargo(&["check", "--workspace", "--quiet"]);
    assert!(check.status.success(), "without products:\n{}", String::from_utf8_lossy(&check.stderr));
}

#[test]
fn no_product_includes_a_file_of_another() {
    let mut found = vec![];
    for product in products() {
        let folder = root().join("services").join(&product);
        for file in files(&folder).into_iter().filter(|file| file.extension().is_some_and(|it| it == "rs")) {
            let text = read(&file);
            let foreign = included(&text).filter(|path| products().iter().any(|it| *it != product && is_in(path, it)));
            found.extend(foreign.map(|path| format!("{}: {path}", file.display())));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn included_files_are_found() {
    let text = r#"include_str!("../../../ad/README.md"); sqlx::migrate!("../ad/migrations"); #[path = "../../login/x.rs"]
        concat!(env!("CARGO_MANIFEST_DIR"), "/../mypage/product.toml"); "services/ad""#;
    let paths: Vec<_> = included(text).collect();
    assert_eq!(paths.len(), 4);
    assert!(is_in(paths[0], "ad") && is_in(paths[2], "login") && is_in(paths[3], "mypage") && !is_in(paths[3], "ad"));
}

/// String literals that are paths out of the folder.
fn included(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2).filter(|literal| literal.contains("../"))
}

fn is_in(path: &str, product: &str) -> bool {
    path.split('/').any(|part| part == product)
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

    fn folder(&self, product: &str) -> PathBuf {
        self.0.join("services").join(product)
    }

    fn aside(&self, product: &str) {
        fs::rename(self.folder(product), self.0.join(product)).expect("renamed");
    }

    fn back(&self, product: &str) {
        fs::rename(self.0.join(product), self.folder(product)).expect("renamed back");
    }

    /// Cargo refuses a workspace in which `services/*` matches no crate.
    fn add_empty_crate(&self) {
        let folder = self.folder("empty");
        fs::create_dir_all(folder.join("src")).expect("a folder");
        fs::write(folder.join("src/lib.rs"), "").expect("a file");
        let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
        fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    }

    /// Runs cargo with the target folder of this build, which already has the dependencies.
    fn cargo(&self, arguments: &[&str]) -> Output {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).arg("--offline").env("CARGO_TARGET_DIR", target).current_dir(&self.0);
        cargo.output().expect("cargo runs")
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
