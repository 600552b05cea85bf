use crate::problem::FieldError;

/// Format characters (general category Cf) of Unicode 16.0, from DerivedGeneralCategory.txt.
///
/// They change the direction of text or are invisible, so that one name looks like another.
const FORMAT: [(char, char); 21] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0001}', '\u{e0001}'),
    ('\u{e0020}', '\u{e007f}'),
];
/// Format characters that are allowed: some scripts and combined emoji need them.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
/// Invisible characters that are not format characters: grapheme joiner, Hangul fillers, Braille blank, variation selectors.
const INVISIBLE: [(char, char); 7] = [
    ('\u{34f}', '\u{34f}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{e0100}', '\u{e01ef}'),
];

/// Validates one line of text for people and trims it.
///
/// It has at least one visible and at most `max` characters, and no control or format characters.
///
/// # Errors
/// `required`, `too_long` or `invalid_characters` with the field's name.
pub fn single_line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().any(is_control_or_format) {
        let rule = "must be one line without control and format characters";
        return Err(FieldError::new(field, "invalid_characters", rule));
    }
    if text.chars().all(is_invisible) {
        return Err(FieldError::new(field, "required", "must not be empty"));
    }
    if text.chars().count() > max {
        return Err(FieldError::new(field, "too_long", format!("must have at most {max} characters")));
    }
    Ok(text.to_owned())
}

fn is_control_or_format(character: char) -> bool {
    let separates_lines = matches!(character, '\u{2028}' | '\u{2029}');
    character.is_control() || separates_lines || (is_within(&FORMAT, character) && !JOINERS.contains(&character))
}

fn is_invisible(character: char) -> bool {
    character.is_whitespace() || JOINERS.contains(&character) || is_within(&INVISIBLE, character)
}

fn is_within(ranges: &[(char, char)], character: char) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        single_line("name", text, 100).expect_err(text).code
    }

    #[test]
    fn text_of_all_scripts_is_unchanged() {
        for good in ["한강 상점", "Acme & Söhne", "شركة", "می\u{200c}خواهم", "👩\u{200d}💻 ❤\u{fe0f}", "पक्ष\u{200d}"]
        {
            assert_eq!(single_line("name", good, 100).as_deref(), Ok(good));
        }
        assert_eq!(single_line("name", "  Acme\n", 4).as_deref(), Ok("Acme"));
    }

    #[test]
    fn misleading_characters_are_rejected() {
        for override_ in ["\u{202e}emcA", "Acme\u{2066}", "Ac\u{200b}me", "\u{feff}Acme", "Ac\u{e0041}me", "Ac\u{ad}me"]
        {
            assert_eq!(code(override_), "invalid_characters", "{override_:?}");
        }
        for control in ["a\0b", "two\nlines", "two\u{2028}lines", "\u{85}a\u{9b}b"] {
            assert_eq!(code(control), "invalid_characters", "{control:?}");
        }
    }

    #[test]
    fn invisible_text_is_rejected() {
        for unseen in ["", " \u{3000} ", "\u{200c}\u{200d}", "\u{3164}", "\u{2800} \u{115f}", "\u{fe0f}"] {
            assert_eq!(code(unseen), "required", "{unseen:?}");
        }
        assert_eq!(code("\u{200b}"), "invalid_characters");
    }

    #[test]
    fn length_counts_characters() {
        assert!(single_line("name", &"가".repeat(100), 100).is_ok());
        assert_eq!(code(&"가".repeat(101)), "too_long");
    }
}
