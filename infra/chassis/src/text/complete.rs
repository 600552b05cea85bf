use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::Locale;

/// The names of the arguments of a text.
type Arguments = BTreeSet<String>;

/// Asserts that the texts of a product are complete. For a test of the product.
///
/// Each text must exist in each language with the same arguments. Each key that `src/` or `templates/` use
/// (`t.get("…")`, `texts.with("…"`) must exist. A text `KEY-of` is the spoken name of a button that shows the text `KEY`, so
/// it contains that text: a person who speaks to the browser says what they see (WCAG 2.5.3).
///
/// # Panics
/// With a list of all missing texts.
pub fn assert_complete(crate_root: impl AsRef<Path>) {
    let root = crate_root.as_ref();
    let languages = Locale::ALL.map(|locale| (locale, texts(&root.join("locales").join(locale.as_str()))));
    let mut wrong = vec![];
    for (locale, texts) in &languages {
        for (other, others) in &languages {
            for (key, arguments) in others {
                match texts.get(key) {
                    None => wrong.push(format!("`{key}` exists in {other} but not in {locale}")),
                    Some(own) if own != arguments => {
                        wrong.push(format!("`{key}` takes {own:?} in {locale} and {arguments:?} in {other}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    for locale in Locale::ALL {
        wrong.extend(misnamed(&lines(&root.join("locales").join(locale.as_str()))));
    }
    let files = ["src", "templates"].into_iter().flat_map(|folder| files(&root.join(folder)));
    for file in files {
        for key in used_keys(&read(&file)) {
            if languages.iter().any(|(_, texts)| !texts.contains_key(&key)) {
                wrong.push(format!("`{key}` is used in {} but does not exist", file.display()));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "texts are not complete:\n{}", wrong.join("\n"));
}

/// The first line of each text in this folder.
fn lines(folder: &Path) -> BTreeMap<String, String> {
    let all = files(folder).iter().map(|file| read(file)).collect::<String>();
    let pairs = all.lines().filter_map(|line| line.split_once(" = "));
    pairs.map(|(key, text)| (key.to_owned(), text.to_lowercase())).collect()
}

fn misnamed(lines: &BTreeMap<String, String>) -> Vec<String> {
    let spoken = lines.iter().filter_map(|(key, text)| Some((key, text, lines.get(key.strip_suffix("-of")?)?)));
    let spoken = spoken.filter(|(_, text, shown)| !text.contains(*shown));
    spoken.map(|(key, text, shown)| format!("`{key}` ({text}) does not contain the shown text ({shown})")).collect()
}

/// The keys of all Fluent files in this folder.
fn texts(folder: &Path) -> BTreeMap<String, Arguments> {
    let mut texts = BTreeMap::new();
    for file in files(folder).iter().filter(|file| file.extension().is_some_and(|extension| extension == "ftl")) {
        let mut current: Option<String> = None;
        for line in read(file).lines() {
            // A text starts at the start of a line. Indented lines continue it.
            if line.starts_with(|first: char| first.is_ascii_alphabetic())
                && let Some((key, _)) = line.split_once('=')
            {
                let key = key.trim().to_owned();
                assert!(
                    texts.insert(key.clone(), Arguments::new()).is_none(),
                    "`{key}` exists twice in {}",
                    file.display()
                );
                current = Some(key);
            }
            if let Some(arguments) =
                current.as_ref().and_then(|key| texts.get_mut(key)).filter(|_| !line.starts_with('#'))
            {
                arguments.extend(line.split('$').skip(1).map(name).filter(|name| !name.is_empty()));
            }
        }
    }
    texts
}

fn name(text: &str) -> String {
    text.chars().take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_')).collect()
}

/// The keys of calls on a variable named `t` or `texts`.
fn used_keys(source: &str) -> Vec<String> {
    let mut keys = vec![];
    for call in [".get(\"", ".with(\""] {
        for (at, _) in source.match_indices(call) {
            let before =
                source[..at].rsplit(|character: char| !character.is_ascii_alphanumeric() && character != '_').next();
            let (key, _) = source[at + call.len()..].split_once('"').unwrap_or_default();
            if matches!(before, Some("t" | "texts")) {
                keys.push(key.to_owned());
            }
        }
    }
    keys
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let mut found = vec![];
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn read(file: &Path) -> String {
    String::from_utf8(fs::read(file).unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary product folder, deleted at the end of the test.
    struct Scratch(PathBuf);

    impl AsRef<Path> for Scratch {
        fn as_ref(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            // A failure is harmless: it leaves temporary files behind.
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn product(name: &str, english: &str, korean: &str, template: &str) -> Scratch {
        let root = std::env::temp_dir().join(format!("chassis-texts-{}-{name}", std::process::id()));
        for (file, content) in
            [("locales/en/a.ftl", english), ("locales/ko/a.ftl", korean), ("templates/a.html", template)]
        {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        Scratch(root)
    }

    fn complaint(root: &Scratch) -> String {
        let failure = std::panic::catch_unwind(|| assert_complete(root)).expect_err("incomplete");
        failure.downcast_ref::<String>().expect("a message").clone()
    }

    #[test]
    fn complete_texts_pass() {
        let english = "end = End\nend-of = End { $name }\nhello = Hello { $name }\n    and welcome\n# note = none\nitems = { $count ->\n    [one] one\n   *[other] { $count }\n}\n";
        let korean = "end = 종료\nend-of = { $name } 종료\nhello = 안녕하세요 { $name }\nitems = { $count }개\n";
        assert_complete(product("good", english, korean, r#"{{ t.get("hello") }} {{ map.get("other") }}"#));
    }

    #[test]
    fn missing_texts_are_named() {
        let text = complaint(&product(
            "missing",
            "hello = Hello\nbye = Bye\n",
            "hello = { $name }\n",
            r#"{{ t.get("ghost") }}"#,
        ));
        assert!(text.contains("`bye` exists in en but not in ko"), "{text}");
        assert!(text.contains("`hello` takes"), "{text}");
        assert!(text.contains("`ghost` is used in"), "{text}");
        let text = complaint(&product(
            "misnamed",
            "add = Add\nadd-of = Make { $name } one\n",
            "add = 추가\nadd-of = { $name } 추가\n",
            "",
        ));
        assert!(text.contains("`add-of` (make { $name } one) does not contain the shown text (add)"), "{text}");
    }
}
