//! Reads the parts of pages that the load needs.

/// Whether a page lacks its ad or the person's devices.
pub fn is_incomplete(page: &str) -> bool {
    let devices = page.split_once("id=\"sessions\"").is_some_and(|(_, rest)| rest.contains("<li class=\"device\""));
    !devices || !page.contains("<aside class=\"card ad\"")
}

/// Returns the ids of the lines of a timeline.
pub fn lines(timeline: &str) -> impl Iterator<Item = &str> {
    timeline.split("<li id=\"a-").skip(1).filter_map(|line| Some(line.split_once('"')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<aside class="card ad" aria-label="Ad"></aside><section id="timeline"><li id="a-1" data-kind="ad_seen"></li>
        <li id="a-2"></li></section><section class="card" id="sessions"><li class="device"></li></section>"#;

    #[test]
    fn lines_and_missing_parts_are_found() {
        assert_eq!(lines(PAGE).collect::<Vec<_>>(), ["1", "2"]);
        assert!(!is_incomplete(PAGE));
        assert!(is_incomplete(&PAGE.replace("card ad", "card")) && is_incomplete(&PAGE.replace("\"device\"", "\"\"")));
    }
}
