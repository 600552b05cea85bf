//! Reads `CODEOWNERS` as GitHub and GitLab do: the last matching line decides.
//!
//! Only patterns that both forges read alike are accepted: `*`, `/FOLDER/` and `/FILE`.

/// A line of `CODEOWNERS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `*`, `/FOLDER/` or `/FILE`.
    pub pattern: String,
    /// Owners, with their `@`.
    pub owners: Vec<String>,
}

impl Rule {
    /// Whether the rule matches `path`, which is relative to the root.
    pub fn matches(&self, path: &str) -> bool {
        match self.pattern.as_str() {
            "*" => true,
            folder if folder.ends_with('/') => format!("/{path}").starts_with(folder),
            file => format!("/{path}") == file,
        }
    }

    /// Whether every path of `other` matches this rule, too.
    fn covers(&self, other: &Self) -> bool {
        self.pattern == "*" || self.pattern == other.pattern || self.matches(other.pattern.trim_start_matches('/'))
    }
}

/// Reads the lines of `CODEOWNERS`.
///
/// # Errors
/// A line that GitHub and GitLab would read differently, or that has no owner.
pub fn rules(text: &str) -> Result<Vec<Rule>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(rule).collect()
}

fn rule(line: &str) -> Result<Rule, String> {
    let mut words = line.split_whitespace().map(str::to_owned);
    let pattern = words.next().unwrap_or_default();
    let owners: Vec<String> = words.collect();
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '_' | '-');
    if pattern != "*" && !(pattern.starts_with('/') && pattern.chars().all(plain)) {
        return Err(format!("CODEOWNERS: `{pattern}` is neither `*` nor `/FOLDER/` nor `/FILE`"));
    }
    if owners.is_empty() || !owners.iter().all(|owner| owner.starts_with('@')) {
        return Err(format!("CODEOWNERS: `{pattern}` needs owners that begin with @"));
    }
    Ok(Rule { pattern, owners })
}

/// The owners of `path`: those of the last matching rule.
pub fn owners<'a>(path: &str, rules: &'a [Rule]) -> &'a [String] {
    rules.iter().rev().find(|rule| rule.matches(path)).map_or(&[], |rule| &rule.owners)
}

/// Returns the patterns of the rules without effect, because a later rule matches all their paths.
pub fn shadowed(rules: &[Rule]) -> Vec<&str> {
    let later = |index: usize| rules[index + 1..].iter();
    let is_shadowed = |(index, rule): &(usize, &Rule)| later(*index).any(|other| other.covers(rule));
    rules.iter().enumerate().filter(is_shadowed).map(|(_, rule)| rule.pattern.as_str()).collect()
}
