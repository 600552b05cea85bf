//! Laptops, pipelines and images build with the Rust version of `rust-toolchain.toml`.

use std::path::PathBuf;

use architecture::{files, read, root};

/// The channel of `rust-toolchain.toml`, such as `1.95.0`.
fn channel() -> String {
    let file: toml::Table = read(&root().join("rust-toolchain.toml")).parse().expect("TOML");
    file["toolchain"]["channel"].as_str().expect("a channel").to_owned()
}

/// The files that name a Rust version: Dockerfiles and the action of the pipelines.
fn pinned() -> Vec<PathBuf> {
    let folders = ["services", "infra", "tests", "scripts"].map(|folder| root().join(folder));
    let all = folders.iter().flat_map(|folder| files(folder));
    all.filter(|file| file.ends_with("Dockerfile") || file.ends_with("pipeline.d/github/action.yml")).collect()
}

/// Returns the Rust versions in `text`: of base images, and of toolchains that rustup installs.
fn versions(text: &str) -> Vec<String> {
    let version = |text: &str| text.chars().take_while(|it| it.is_ascii_digit() || *it == '.').collect::<String>();
    let after = |before: &'static str| text.split(before).skip(1).map(version).filter(|it| !it.is_empty());
    after("library/rust:").chain(after("rustup toolchain install ")).chain(after("rustup default ")).collect()
}

/// Whether a version such as `1.95` or `1.95.0` means the channel.
fn agrees(version: &str, channel: &str) -> bool {
    channel == version || channel.starts_with(&format!("{version}.")) && version.matches('.').count() == 1
}

#[test]
fn images_and_pipelines_use_the_toolchain() {
    let (channel, mut found) = (channel(), 0);
    for file in pinned() {
        for version in versions(&read(&file)) {
            found += 1;
            assert!(agrees(&version, &channel), "{}: Rust {version}, rust-toolchain.toml: {channel}", file.display());
        }
    }
    assert!(found >= 5, "only {found} Rust versions found in Dockerfiles and pipelines");
}

#[test]
fn the_toolchain_is_new_enough_for_the_workspace() {
    let manifest: toml::Table = read(&root().join("Cargo.toml")).parse().expect("TOML");
    let wanted = manifest["workspace"]["package"]["rust-version"].as_str().expect("rust-version").to_owned();
    let numbers = |version: &str| version.split('.').map(|it| it.parse().expect("a number")).collect::<Vec<u32>>();
    assert!(numbers(&channel()) >= numbers(&wanted), "rust-version is {wanted}, the toolchain {}", channel());
}

#[test]
fn another_version_is_found() {
    assert_eq!(versions("FROM docker.io/library/rust:1.96-bookworm AS build"), ["1.96"]);
    assert_eq!(
        versions("rustup toolchain install 1.96.1 --profile minimal\nrustup default 1.96.1"),
        ["1.96.1", "1.96.1"]
    );
    for version in ["1.96", "1.9", "1", "1.95.1", "1.950"] {
        assert!(!agrees(version, "1.95.0"), "{version}");
    }
    assert!(agrees("1.95", "1.95.0") && agrees("1.95.0", "1.95.0"));
}
