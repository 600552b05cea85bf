//! Reads the parts of pages that the load needs.

/// Returns the value of attribute `name` of the first `tag`.
pub fn attribute(html: &str, tag: &str, name: &str) -> Option<String> {
    let tag = &html[html.find(tag)?..];
    let tag = &tag[..tag.find('>')?];
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = value.split_once('"')?;
    Some(value.replace("&amp;", "&").replace("&#38;", "&"))
}

/// Returns the impression and the click link of each ad on a page.
pub fn ads(page: &str) -> Vec<(String, String)> {
    // An image of the creative has its class first.
    let card =
        |part: &str| Some((attribute(part, "<img src", "src")?, attribute(part, "<a class=\"ad-link\"", "href")?));
    page.split("<aside class=\"card ad\"").skip(1).filter_map(card).collect()
}

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

    const PAGE: &str = r#"<aside class="card ad" aria-label="Ad"><a class="ad-link" href="http://ad/c/x?a&amp;b"><img
        class="ad-image" src="http://ad/images/y"></a>
        <img src="http://ad/i/x" width="1"></aside><section id="timeline"><li id="a-1" data-kind="ad_seen"></li>
        <li id="a-2"></li></section><section class="card" id="sessions"><li class="device"></li></section>"#;

    #[test]
    fn ads_lines_and_missing_parts_are_found() {
        assert_eq!(ads(PAGE), [("http://ad/i/x".to_owned(), "http://ad/c/x?a&b".to_owned())]);
        assert_eq!(lines(PAGE).collect::<Vec<_>>(), ["1", "2"]);
        assert!(!is_incomplete(PAGE));
        assert!(is_incomplete(&PAGE.replace("card ad", "card")) && is_incomplete(&PAGE.replace("\"device\"", "\"\"")));
    }
}
