//! Placeholders `{…}` in the `[env]` section of a `product.toml`.

use anyhow::{Context, Result, bail};

/// Replaces each `{name}` by `value(name)`.
pub fn fill(template: &str, value: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').context("a `{` has no `}`")?;
        filled.push_str(before);
        filled.push_str(&value(name)?);
        rest = after;
    }
    if rest.contains('}') {
        bail!("a `}}` has no `{{`");
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(name: &str) -> Result<String> {
        if name == "unknown" {
            bail!("`{{{name}}}` is not known")
        }
        Ok(name.to_uppercase())
    }

    #[test]
    fn each_placeholder_is_replaced() {
        assert_eq!(fill("a {b.c},{d} e", upper).unwrap(), "a B.C,D e");
        assert_eq!(fill("plain", upper).unwrap(), "plain");
    }

    #[test]
    fn an_unbalanced_bracket_or_unknown_name_is_an_error() {
        for template in ["{b", "b}", "{unknown}"] {
            assert!(fill(template, upper).is_err(), "{template}");
        }
    }
}
