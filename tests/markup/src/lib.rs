//! Reads parts of our pages as text, for tests and for the load of a rollout. It depends on nothing, so that the image of the load
//! stays small.

/// The two links of an ad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdLinks {
    /// The image that counts an impression.
    pub impression: String,
    /// The link that counts a click.
    pub click: String,
}

/// Returns the links of all ads on a page.
pub fn ads(page: &str) -> Vec<AdLinks> {
    let card = |part: &str| {
        Some(AdLinks {
            // An image of the creative has its class first.
            impression: attribute(part, "<img src", "src")?,
            click: attribute(part, "<a class=\"ad-link\"", "href")?,
        })
    };
    page.split("<aside class=\"card ad\"").skip(1).filter_map(card).collect()
}

/// Returns the value of attribute `name` of the first `tag`.
pub fn attribute(page: &str, tag: &str, name: &str) -> Option<String> {
    let tag = &page[page.find(tag)?..];
    let tag = &tag[..tag.find('>')?];
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = value.split_once('"')?;
    Some(value.replace("&amp;", "&").replace("&#38;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form method="post" action="/sign-in?a&#38;b"></form><aside class="card ad" aria-label="Ad">
        <a class="ad-link" href="http://ad/c/x?a&amp;b"><img class="ad-image" src="http://ad/images/y"></a>
        <img src="http://ad/i/x" width="1"></aside><aside class="card ad"><a class="ad-link" href="/c/y"></a></aside>"#;

    #[test]
    fn an_ad_has_the_link_of_its_impression_and_not_that_of_its_image() {
        assert_eq!(ads(PAGE), [AdLinks { impression: "http://ad/i/x".into(), click: "http://ad/c/x?a&b".into() }]);
    }

    #[test]
    fn an_attribute_is_read_without_its_escapes() {
        assert_eq!(attribute(PAGE, "<form", "action").as_deref(), Some("/sign-in?a&b"));
        assert_eq!(attribute(PAGE, "<form", "href"), None, "of another tag");
        assert_eq!(attribute(PAGE, "<table", "class"), None);
    }
}
