//! Reads the form of a simple HTML page: its action and hidden fields.

use anyhow::{Context, Result};

/// An HTML form that is sent by POST.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) action: Option<String>,
    /// Names and values of the hidden fields.
    pub(super) hidden: Vec<(String, String)>,
}

/// Reads the first form of the page that is sent by POST.
pub(super) fn first(html: &str) -> Result<Form> {
    let (tag, rest) = tags(html, "form")
        .find(|(tag, _)| attribute(tag, "method").is_some_and(|method| method.eq_ignore_ascii_case("post")))
        .context("the page has no form that is sent by POST")?;
    let end = rest.find("</form").unwrap_or(rest.len());
    let hidden = tags(&rest[..end], "input")
        .filter(|(tag, _)| attribute(tag, "type").as_deref() == Some("hidden"))
        .filter_map(|(tag, _)| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
        .collect();
    Ok(Form { action: attribute(tag, "action"), hidden })
}

/// Finds each tag of that name, with the text after it.
fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let opening = format!("<{name}");
    let starts: Vec<usize> = html.match_indices(&opening).map(|(start, _)| start + opening.len()).collect();
    starts
        .into_iter()
        .filter_map(|start| html[start..].split_once('>'))
        .filter(|(tag, _)| !tag.starts_with(char::is_alphanumeric))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = value.split_once('"')?;
    Some(unescape(value))
}

/// Replaces the character references of an attribute or a text.
pub(super) fn unescape(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest)));
        match known {
            Some((character, rest)) => {
                plain.push(character);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_s_action_and_hidden_fields_are_read() {
        let html = r#"<form class="a" action="/search"><input type="hidden" name="no" value="no"></form>
            <format><form class="stack" method="post" action="/sign-in?return_to=%2Fa%3Fb&#38;c=d&amp;e">
            <input type="hidden" name="token" value="x&#x26;y &unknown; &lt;z">
            <input type="email" name="email" value="shown"></form><input type="hidden" name="after" value="">"#;
        let form = first(html).unwrap();
        assert_eq!(form.action.as_deref(), Some("/sign-in?return_to=%2Fa%3Fb&c=d&e"));
        assert_eq!(form.hidden, [("token".to_owned(), "x&y &unknown; <z".to_owned())]);
    }

    #[test]
    fn a_page_without_a_form_says_so() {
        assert!(first("<p>busy</p>").is_err());
    }
}
