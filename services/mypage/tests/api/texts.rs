//! The texts, in both languages.

#[test]
fn every_text_is_there_in_both_languages() {
    chassis::text::assert_complete(env!("CARGO_MANIFEST_DIR"));
}
