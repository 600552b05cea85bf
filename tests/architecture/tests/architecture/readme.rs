//! The README names only what exists, and says the same in both languages.

use std::{collections::BTreeSet, fs};

use architecture::{folder, read, root};

const LANGUAGES: [&str; 2] = ["README.md", "README.ko.md"];
/// A picture must not make a clone slow.
const LARGEST_PICTURE: u64 = 300 * 1024;

fn text(name: &str) -> String {
    read(&root().join(name))
}

/// The targets of links and pictures, without anchors.
fn links(text: &str) -> BTreeSet<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.map(|target| target.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// The scripts that the text names.
fn scripts(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || "`()|,;".contains(letter));
    words.filter(|word| word.starts_with("scripts/")).map(|word| word.trim_end_matches(['.', ':']).to_owned()).collect()
}

/// Whether the link leads into the folder of a product that was removed.
fn is_removed(link: &str) -> bool {
    let product = link.strip_prefix("services/").and_then(|rest| rest.split('/').next());
    product.is_some_and(|product| !folder(product).exists())
}

#[test]
fn every_link_of_the_readme_leads_to_a_file() {
    for name in LANGUAGES {
        for target in links(&text(name)).iter().filter(|target| !target.contains("://") && !is_removed(target)) {
            assert!(root().join(target).exists(), "{name}: {target} does not exist");
        }
    }
}

#[test]
fn every_script_of_the_readme_exists() {
    for name in LANGUAGES {
        let scripts = scripts(&text(name));
        assert!(scripts.contains("scripts/up"), "{name}");
        for script in scripts {
            let script = script.split(|letter: char| !letter.is_ascii_alphanumeric() && !"/-.".contains(letter)).next();
            let script = script.unwrap_or_default();
            assert!(root().join(script).is_file(), "{name}: {script} does not exist");
        }
    }
}

#[test]
fn the_readme_names_the_same_in_both_languages() {
    let [english, korean] = LANGUAGES.map(text);
    let neutral = |links: BTreeSet<String>| -> BTreeSet<String> {
        links.into_iter().map(|link| link.replace(".ko.md", ".md")).collect()
    };
    assert_eq!(neutral(links(&english)), neutral(links(&korean)));
    assert_eq!(scripts(&english), scripts(&korean));
}

#[test]
fn pictures_are_small() {
    for picture in fs::read_dir(root().join("docs/images")).expect("docs/images") {
        let picture = picture.expect("a file");
        let size = picture.metadata().expect("a size").len();
        assert!(size < LARGEST_PICTURE, "{} has {size} bytes", picture.path().display());
    }
}
