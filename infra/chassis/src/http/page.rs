use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{IntoParams, PartialSchema, ToSchema, openapi};
use uuid::Uuid;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// The `cursor` of the next page; `null` on the last page.
    pub next_cursor: Option<String>,
}

/// The query parameters of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the previous page. Without it, or when it is empty, the first page.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^([A-Za-z0-9_-]{21}[AQgw])?$")]
    pub cursor: Option<Cursor>,
    /// Maximum number of items on a page: 1 to 100.
    #[serde(default = "default_limit", deserialize_with = "limit")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
}

/// The end of a page: the id of its last item. Opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(Uuid);

impl<T> Page<T> {
    /// Builds a page from rows of a query with `LIMIT` [`PageQuery::rows`]. An additional row means that another page
    /// follows.
    pub fn new<R>(mut rows: Vec<R>, query: &PageQuery, id: impl Fn(&R) -> Uuid, item: impl FnMut(R) -> T) -> Self {
        let limit = query.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| Cursor(id(last)).to_string());
        Self { items: rows.into_iter().map(item).collect(), next_cursor }
    }
}

impl PageQuery {
    /// The `LIMIT` of the SQL query: one more than the page has.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The id of the last item of the previous page.
    pub fn after(&self) -> Option<Uuid> {
        self.cursor.map(Cursor::as_uuid)
    }
}

impl Default for PageQuery {
    fn default() -> Self {
        Self { cursor: None, limit: default_limit() }
    }
}

fn default_limit() -> u32 {
    20
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let limit = u32::deserialize(deserializer)?;
    if (1..=100).contains(&limit) { Ok(limit) } else { Err(de::Error::custom("must be from 1 to 100")) }
}

impl Cursor {
    /// The id of the last item.
    pub fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for Cursor {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok()).map(Self).ok_or("must be `next_cursor` of a page")
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for Cursor {
    fn schema() -> openapi::RefOr<openapi::schema::Schema> {
        String::schema()
    }
}

impl ToSchema for Cursor {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_parsed_back() {
        let cursor = Cursor::from(Uuid::from_u128(7));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert!("7".parse::<Cursor>().is_err());
        assert!("".parse::<Cursor>().is_err());
    }

    #[test]
    fn a_page_has_a_cursor_if_another_page_follows() {
        let query = PageQuery { limit: 2, ..PageQuery::default() };
        let ids = |numbers: &[u128]| numbers.iter().copied().map(Uuid::from_u128).collect::<Vec<_>>();
        let first = Page::new(ids(&[1, 2, 3]), &query, |id| *id, |id| id);
        assert_eq!(first.items, ids(&[1, 2]));
        assert_eq!(first.next_cursor.expect("more").parse(), Ok(Cursor(Uuid::from_u128(2))));
        assert_eq!(Page::new(ids(&[3]), &query, |id| *id, |id| id).next_cursor, None);
    }

    #[test]
    fn a_limit_has_bounds() {
        let read = |text: &str| serde_html_form::from_str::<PageQuery>(text).map(|query| query.limit);
        assert_eq!(read("").ok(), Some(20));
        assert_eq!(read("limit=100").ok(), Some(100));
        assert!(read("limit=0").is_err() && read("limit=101").is_err());
    }
}
