//! `ETag` and `If-Match` of campaigns (RFC 9110, section 13.1.1): a change names the state that it is for.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Response},
};
use chassis::idempotency::Answer;
use utoipa::IntoParams;

use crate::domain::campaign::{CampaignToday, Expected, Revision};

/// Reads `If-Match`. Without it, or with `*`, a change is for whichever state is there.
pub(super) struct IfMatch(pub(super) Expected);

/// Documents the header in OpenAPI: `params(IfMatchHeader)`.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct IfMatchHeader {
    /// The `ETag` of the campaign that the change is for. If another change came first, it is refused: 412.
    #[param(rename = "If-Match", example = "\"1767225600000000\"")]
    #[expect(dead_code, reason = "documents the header; the extractor reads it")]
    if_match: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.get_all(header::IF_MATCH).into_iter();
        let tags: Vec<_> = headers.map(|value| value.to_str().unwrap_or_default()).collect();
        Ok(Self(expected(&tags)))
    }
}

/// A text that is no tag of a campaign is equal to none, and so is a weak tag.
fn expected(headers: &[&str]) -> Expected {
    let tags: Vec<_> = headers.iter().flat_map(|tags| tags.split(',')).map(str::trim).collect();
    if headers.is_empty() || tags.contains(&"*") {
        return Expected::Any;
    }
    let unquoted = |tag: &&str| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    Expected::OneOf(tags.iter().filter_map(unquoted).map(Revision).collect())
}

/// The header `ETag` of an answer.
pub(super) type Tag = [(HeaderName, HeaderValue); 1];

/// Returns the `ETag` of the campaign's state.
pub(super) fn tag(campaign: &CampaignToday) -> Tag {
    [(header::ETAG, etag(campaign.campaign.revision()))]
}

/// Adds the `ETag` of what was made to its answer. A repeated answer has none: other changes may have followed.
pub(super) fn tagged(made: Option<Tag>, answer: Answer) -> Response {
    (AppendHeaders(made.into_iter().flatten()), answer).into_response()
}

fn etag(revision: Revision) -> HeaderValue {
    HeaderValue::try_from(format!("\"{}\"", revision.0)).expect("digits in quotes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back() {
        let tag = etag(Revision(7));
        let tag = tag.to_str().expect("text");
        assert_eq!(expected(&[tag]), Expected::OneOf(vec![Revision(7)]));
        assert_eq!(expected(&["\"1\", \"2\"", "\"3\""]), Expected::OneOf([1, 2, 3].map(Revision).to_vec()));
    }

    #[test]
    fn only_no_header_and_a_star_are_for_any_state() {
        assert_eq!((expected(&[]), expected(&["*"])), (Expected::Any, Expected::Any));
        for other in ["", "7", "W/\"7\"", "\"x\"", "\""] {
            assert_eq!(expected(&[other]), Expected::OneOf(vec![]), "{other}");
        }
    }
}
