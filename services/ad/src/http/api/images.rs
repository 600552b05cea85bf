//! `/v1/images`.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use chassis::{http::Json, problem::Problem};

use super::{advertiser::Advertiser, creative_view::Image};
use crate::{app::App, usecase::images::upload_image::upload_image};

/// Uploads an image for creatives: a PNG, a JPEG or a WebP, at most 1 MiB, 2000 pixels wide and high.
///
/// Its bytes decide what it is, whatever its media type says. It is stored without metadata, and served at an address that never
/// changes. The same image again gets the same answer. An image that no creative has used for two days may be deleted.
#[utoipa::path(
    post,
    path = "/v1/images",
    operation_id = "upload_image",
    tag = "creatives",
    request_body(content = String, content_type = "application/octet-stream", description = "The bytes of the image"),
    responses(
        (status = CREATED, body = Image, headers(("Location" = String, description = "Public path of the image"))),
        (status = BAD_REQUEST, body = Problem, description = "The body cannot be read: `unreadable_body`"),
        (
            status = CONFLICT, body = Problem,
            description = "`image_quota_exceeded`: your tenant has 20 MiB of images. \
                `tenant_not_known_yet`: your tenant is not known here yet",
        ),
        (
            status = UNPROCESSABLE_ENTITY, body = Problem,
            description = "`invalid_request`, with the field `image` and its code: `unsupported`, `malformed` or `too_large`",
        ),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn upload(
    State(app): State<App>,
    advertiser: Advertiser,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let bytes = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The image is longer than 1 MiB.")
        }
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "The request body cannot be read."),
    })?;
    let image = upload_image(&app, advertiser.tenant_id, bytes).await?;
    let path = image.image_id.path(advertiser.tenant_id);
    let view = Image::new(&image, path.clone());
    Ok((StatusCode::CREATED, [(LOCATION, path)], Json(view)).into_response())
}
