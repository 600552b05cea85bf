//! Tests of the page texts.

#[test]
fn every_text_exists_in_both_languages() {
    chassis::text::assert_complete(env!("CARGO_MANIFEST_DIR"));
}
