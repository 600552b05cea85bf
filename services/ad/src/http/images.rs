//! `GET /images/{tenant_id}/{image_id}`: the images of creatives, for the pages that show ads.

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use chassis::{id::TenantId, problem::Problem};

use crate::{app::App, error::Error, usecase::images::get_image::get_image};

/// The address names the content, so it never serves another one.
const IMMUTABLE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));

/// An image that is opened by itself loads and runs nothing.
const NOTHING_ELSE: (HeaderName, HeaderValue) =
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));

pub(super) async fn image(
    State(app): State<App>,
    Path((tenant, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let not_found = || Error::ImageNotFound;
    let tenant: TenantId = tenant.parse().map_err(|_| not_found())?;
    let (media_type, content) = get_image(&app, tenant, id.parse().map_err(|()| not_found())?).await?;
    let content_type = (header::CONTENT_TYPE, HeaderValue::from_static(media_type.name()));
    Ok(([content_type, IMMUTABLE, NOTHING_ELSE], content).into_response())
}
