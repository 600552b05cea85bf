//! The little that is read of pages.

/// The value of an attribute of the first such tag.
pub fn attribute(html: &str, tag: &str, name: &str) -> Option<String> {
    let tag = &html[html.find(tag)?..];
    let tag = &tag[..tag.find('>')?];
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = value.split_once('"')?;
    Some(value.replace("&amp;", "&").replace("&#38;", "&"))
}

/// The ads of a page: impression and click of each.
pub fn ads(page: &str) -> Vec<(String, String)> {
    let card = |part: &str| Some((attribute(part, "<img", "src")?, attribute(part, "<a class=\"ad-link\"", "href")?));
    page.split("<aside class=\"card ad\"").skip(1).filter_map(card).collect()
}

/// Whether a page lacks its ad, or the person's devices.
pub fn lacks_a_part(page: &str) -> bool {
    let devices = page.split_once("id=\"sessions\"").is_some_and(|(_, rest)| rest.contains("<li class=\"device\""));
    !devices || !page.contains("<aside class=\"card ad\"")
}

/// The lines of a timeline, by their ids.
pub fn lines(timeline: &str) -> impl Iterator<Item = &str> {
    timeline.split("<li id=\"a-").skip(1).filter_map(|line| Some(line.split_once('"')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<aside class="card ad" aria-label="Ad"><a class="ad-link" href="http://ad/c/x?a&amp;b"></a>
        <img src="http://ad/i/x" width="1"></aside><section id="timeline"><li id="a-1" data-kind="ad_seen"></li>
        <li id="a-2"></li></section><section class="card" id="sessions"><li class="device"></li></section>"#;

    #[test]
    fn a_page_has_ads_and_lines_and_says_what_it_lacks() {
        assert_eq!(ads(PAGE), [("http://ad/i/x".to_owned(), "http://ad/c/x?a&b".to_owned())]);
        assert_eq!(lines(PAGE).collect::<Vec<_>>(), ["1", "2"]);
        assert!(!lacks_a_part(PAGE));
        assert!(lacks_a_part(&PAGE.replace("card ad", "card")) && lacks_a_part(&PAGE.replace("\"device\"", "\"\"")));
    }
}
