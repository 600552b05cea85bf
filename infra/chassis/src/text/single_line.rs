use crate::problem::FieldError;

/// Format characters (general category Cf) of Unicode 16.0: DerivedGeneralCategory.txt of the Unicode Character Database.
/// They turn the direction of the text around them or can't be seen, so that one name passes for another.
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
/// Between letters these have a use: some scripts are written with them, and emoji are put together by them.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
/// Seen by nobody, though they are no format characters: grapheme joiner, Hangul fillers, empty Braille, variation selectors.
const UNSEEN: [(char, char); 7] = [
    ('\u{34f}', '\u{34f}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{e0100}', '\u{e01ef}'),
];

/// One line of text that people read as it is written: without space around it, with something to see, of at most `most`
/// characters, and without characters that control or format it.
///
/// # Errors
/// Names the field and the rule.
pub fn single_line(field: &str, text: &str, most: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().any(is_control_or_format) {
        let rule = "must be one line without control and format characters";
        return Err(FieldError::new(field, "invalid_characters", rule));
    }
    if text.chars().all(is_unseen) {
        return Err(FieldError::new(field, "required", "must not be empty"));
    }
    if text.chars().count() > most {
        return Err(FieldError::new(field, "too_long", format!("must have at most {most} characters")));
    }
    Ok(text.to_owned())
}

fn is_control_or_format(character: char) -> bool {
    let separates_lines = matches!(character, '\u{2028}' | '\u{2029}');
    character.is_control() || separates_lines || (is_within(&FORMAT, character) && !JOINERS.contains(&character))
}

fn is_unseen(character: char) -> bool {
    character.is_whitespace() || JOINERS.contains(&character) || is_within(&UNSEEN, character)
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
    fn text_of_all_scripts_is_taken_as_it_is() {
        for good in ["한강 상점", "Acme & Söhne", "شركة", "می\u{200c}خواهم", "👩\u{200d}💻 ❤\u{fe0f}", "पक्ष\u{200d}"]
        {
            assert_eq!(single_line("name", good, 100).as_deref(), Ok(good));
        }
        assert_eq!(single_line("name", "  Acme\n", 4).as_deref(), Ok("Acme"));
    }

    #[test]
    fn what_misleads_is_refused() {
        for override_ in ["\u{202e}emcA", "Acme\u{2066}", "Ac\u{200b}me", "\u{feff}Acme", "Ac\u{e0041}me", "Ac\u{ad}me"]
        {
            assert_eq!(code(override_), "invalid_characters", "{override_:?}");
        }
        for control in ["a\0b", "two\nlines", "two\u{2028}lines", "\u{85}a\u{9b}b"] {
            assert_eq!(code(control), "invalid_characters", "{control:?}");
        }
    }

    #[test]
    fn there_is_something_to_see() {
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
