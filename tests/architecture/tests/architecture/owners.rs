//! `CODEOWNERS` gives each path to its team, by the last matching line.

use architecture::{
    catalog_of,
    owners::{Rule, owners, rules, shadowed},
    products, read, root,
};

fn real() -> String {
    read(&root().join("CODEOWNERS"))
}

fn parsed(text: &str) -> Vec<Rule> {
    rules(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Paths with the owner that each must have.
fn expected() -> Vec<(String, String)> {
    let of_platform = [
        "README.md",
        "CODEOWNERS",
        "Cargo.toml",
        "deny.toml",
        ".gitlab-ci.yml",
        ".ci/run",
        ".github/zizmor.yml",
        "docs/decisions/README.md",
        "infra/chassis/src/lib.rs",
        "infra/terraform/test",
        "k8s/kafka.yaml",
        "proto/README.md",
        "proto/src/topics.rs",
        "proto/common/v1/money.proto",
        "scripts/test",
        "tests/architecture/src/lib.rs",
    ];
    let mut expected: Vec<_> = of_platform.map(|path| (path.to_owned(), "@team-platform".to_owned())).to_vec();
    for product in products() {
        let owner = format!("@{}", catalog_of(&product).owner);
        for path in ["src/main.rs", "chart/values.yaml", "terraform/main.tf", "Dockerfile", "product.toml"] {
            expected.push((format!("services/{product}/{path}"), owner.clone()));
        }
        expected.push((format!("proto/{product}/v1"), owner.clone()));
        let workflow = format!(".github/workflows/{product}.yml");
        if root().join(&workflow).exists() {
            expected.push((workflow, owner));
        }
    }
    expected
}

/// Returns the paths that have another owner than the expected one.
fn wrong(rules: &[Rule]) -> Vec<String> {
    let expected = expected().into_iter();
    expected.filter(|(path, owner)| owners(path, rules) != [owner.as_str()]).map(|(path, _)| path).collect()
}

#[test]
fn each_path_has_its_owner() {
    for (path, _) in expected() {
        assert!(root().join(&path).exists(), "{path} does not exist: correct the table of this test");
    }
    assert_eq!(wrong(&parsed(&real())), [""; 0]);
}

#[test]
fn no_line_is_shadowed_by_a_later_one() {
    assert_eq!(shadowed(&parsed(&real())), [""; 0]);
}

#[test]
fn each_line_is_about_something_that_exists() {
    for rule in parsed(&real()).iter().filter(|rule| rule.pattern != "*") {
        let path = root().join(rule.pattern.trim_start_matches('/'));
        assert_eq!(path.is_dir(), rule.pattern.ends_with('/'), "CODEOWNERS: {}: a folder ends with /", rule.pattern);
        assert!(path.exists(), "CODEOWNERS: {} does not exist", rule.pattern);
    }
}

#[test]
fn a_general_line_after_a_special_one_is_found() {
    let text = real();
    let (general, special) = ("/proto/            @team-platform\n", "/proto/ad/         @team-ad\n");
    assert!(text.contains(general) && text.contains(special), "the lines of this test");
    let rules = parsed(&text.replacen(general, "", 1).replacen(special, &format!("{special}{general}"), 1));
    assert_eq!(shadowed(&rules), ["/proto/login/", "/proto/mypage/", "/proto/ad/"]);
    assert_eq!(wrong(&rules), ["proto/ad/v1", "proto/login/v1", "proto/mypage/v1"]);
}

#[test]
fn a_catch_all_at_the_end_is_found() {
    let rules = parsed(&format!("{}\n* @team-platform\n", real()));
    assert!(wrong(&rules).contains(&"services/ad/src/main.rs".to_owned()));
    assert_eq!(shadowed(&rules).len(), rules.len() - 1);
}

#[test]
fn a_missing_line_is_found() {
    let text: String =
        real().lines().filter(|line| !line.starts_with("/services/mypage/")).map(|it| format!("{it}\n")).collect();
    assert!(wrong(&parsed(&text)).contains(&"services/mypage/src/main.rs".to_owned()));
}

#[test]
fn a_pattern_that_the_forges_read_differently_is_refused() {
    for line in
        ["[Section] @team-ad", "docs/ @team-ad", "!/docs/ @team-ad", "/docs/*.md @team-ad", "^[Optional] @team-ad"]
    {
        assert!(rules(line).is_err(), "{line}");
    }
    for line in ["/docs/", "/docs/ team-ad"] {
        assert!(rules(line).is_err(), "{line}");
    }
}

#[test]
fn a_folder_is_matched_only_as_a_whole() {
    let rules = parsed("* @a\n/services/ad/ @b\n/services/ad/Dockerfile @c");
    for (path, owner) in [
        ("services/admin/x", "@a"),
        ("services/ad/x/y", "@b"),
        ("services/ad/Dockerfile", "@c"),
        ("x/services/ad/y", "@a"),
    ] {
        assert_eq!(owners(path, &rules), [owner], "{path}");
    }
}
