//! Charts, Terraform modules and Dockerfiles of the products are copies: they stay equal but for the exceptions in `copies.toml`.

use architecture::copies::{self, Copies, List, problems};

fn real() -> (Copies, List) {
    let list = copies::list();
    (copies::copies(&list), list)
}

/// The problems after `change` of one file of `product`.
fn after(product: &str, file: &str, change: fn(&str) -> String) -> Vec<String> {
    let (mut copies, list) = real();
    let text = copies.get_mut(product).and_then(|files| files.get_mut(file)).expect("a compared file");
    *text = change(text);
    problems(&copies, &list)
}

#[test]
fn copies_are_equal_and_every_exception_is_used() {
    let (copies, list) = real();
    let problems = problems(&copies, &list);
    assert!(
        problems.is_empty(),
        "change all copies alike, or add an exception to copies.toml:\n{}",
        problems.join("\n")
    );
}

#[test]
fn a_changed_template_is_found() {
    let found = after("ad", "chart/templates/deployment.yaml", |text| text.replace("maxSurge: 1", "maxSurge: 2"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("chart/templates/deployment.yaml, line "), "{found:?}");
    assert!(found[0].contains("maxSurge: 2"), "{found:?}");
}

#[test]
fn a_changed_terraform_file_is_found() {
    let found = after("mypage", "terraform/database.tf", |text| text.replace("monitoring_interval", "interval"));
    assert!(matches!(&found[..], [one] if one.starts_with("terraform/database.tf, line ")), "{found:?}");
}

#[test]
fn a_change_beside_an_excepted_line_is_found() {
    let found = after("login", "Dockerfile", |text| text.replace("USER 65532:65532", "USER 0"));
    assert!(matches!(&found[..], [one] if one.contains("USER 0")), "{found:?}");
}

#[test]
fn a_missing_file_is_found() {
    let (mut copies, list) = real();
    copies.get_mut("login").expect("login").remove("chart/templates/route.yaml");
    let found = problems(&copies, &list);
    assert!(matches!(&found[..], [one] if one.contains("no such file")), "{found:?}");
}

#[test]
fn an_exception_for_equal_files_is_found() {
    let (copies, mut list) = real();
    let mut exception = list.exceptions[0].clone();
    "chart/templates/route.yaml".clone_into(&mut exception.file);
    exception.lines.clear();
    list.exceptions.push(exception);
    let found = problems(&copies, &list);
    assert!(matches!(&found[..], [one] if one.contains("all products have the same")), "{found:?}");
}

#[test]
fn an_exception_for_a_file_that_does_not_exist_is_found() {
    let (copies, mut list) = real();
    let mut exception = list.exceptions[0].clone();
    "chart/templates/gone.yaml".clone_into(&mut exception.file);
    exception.lines.clear();
    list.exceptions.push(exception);
    let found = problems(&copies, &list);
    assert!(matches!(&found[..], [one] if one.contains("none has the file")), "{found:?}");
}

#[test]
fn an_excepted_line_that_does_not_exist_is_found() {
    let (copies, mut list) = real();
    list.exceptions[0].lines.push("no such line".to_owned());
    let found = problems(&copies, &list);
    assert_eq!(found.len(), 3, "{found:?}");
}
