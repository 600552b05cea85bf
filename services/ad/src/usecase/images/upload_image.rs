//! Stores an uploaded image.

use axum::body::Bytes;
use chassis::id::TenantId;
use chrono::Duration;

use crate::{
    app::App,
    domain::creative::{Image, QUOTA_BYTES},
    error::Error,
    store,
    usecase::tenant::tenant,
};

/// How long an image that no creative uses is kept: longer than the links of ads that had it are valid.
const UNUSED: Duration = Duration::hours(48);

/// Stores an image for the tenant's creatives. When the tenant's images take too much space, deletes unused ones.
///
/// The same image again is stored once.
pub async fn upload_image(app: &App, tenant_id: TenantId, bytes: Bytes) -> Result<Image, Error> {
    let image = app.images.read(bytes).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin(tenant_id).await?;
    tenant(&mut tx, tenant_id).await?;
    // One upload at a time counts the space.
    store::tenant::lock(&mut tx, tenant_id).await?;
    store::image::upsert(&mut tx, tenant_id, &image, now).await?;
    if store::image::total_bytes(&mut tx).await? > QUOTA_BYTES {
        store::image::delete_unused(&mut tx, now - UNUSED).await?;
        if store::image::total_bytes(&mut tx).await? > QUOTA_BYTES {
            return Err(Error::ImageQuotaExceeded);
        }
    }
    tx.commit().await?;
    Ok(image)
}
