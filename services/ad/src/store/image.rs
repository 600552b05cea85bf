//! Table `image`: the images of a tenant's creatives, by their content.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::creative::{Image, ImageId, MediaType};

/// Inserts an image. One that is there already counts as uploaded now.
pub async fn upsert(
    conn: &mut PgConnection,
    tenant: TenantId,
    image: &Image,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO image (tenant_id, image_sha256, media_type, width, height, content, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT ON CONSTRAINT image_pkey DO UPDATE SET created_at = excluded.created_at",
        tenant.as_uuid(),
        &image.image_id.0,
        image.media_type.name(),
        image.width.cast_signed(),
        image.height.cast_signed(),
        image.content,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Reports whether the tenant has the image, which counts as uploaded now: a concurrent [`delete_unused`] keeps it.
pub async fn touch(conn: &mut PgConnection, id: ImageId, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let done =
        sqlx::query!("UPDATE image SET created_at = $2 WHERE image_sha256 = $1", &id.0, now).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Returns the media type and the content of an image.
pub async fn content(conn: &mut PgConnection, id: ImageId) -> Result<Option<(MediaType, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query!("SELECT media_type, content FROM image WHERE image_sha256 = $1", &id.0)
        .fetch_optional(conn)
        .await?;
    Ok(row.and_then(|row| Some((MediaType::from_name(&row.media_type)?, row.content))))
}

/// The size of the tenant's images in bytes.
pub async fn total_bytes(conn: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT coalesce(sum(octet_length(content)), 0) AS "bytes!" FROM image"#)
        .fetch_one(conn)
        .await
}

/// Deletes images that were uploaded, and of which the last creative was removed, before that time.
pub async fn delete_unused(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM image WHERE created_at < $1 AND NOT EXISTS (
             SELECT FROM creative
             WHERE creative.tenant_id = image.tenant_id AND creative.image_sha256 = image.image_sha256
               AND (creative.removed_at IS NULL OR creative.removed_at >= $1))",
        before,
    )
    .execute(conn)
    .await
    .map(drop)
}
