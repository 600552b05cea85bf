//! Reads an image for its public address.

use chassis::id::TenantId;

use crate::{
    app::App,
    domain::creative::{ImageId, MediaType},
    error::Error,
    store,
};

pub async fn get_image(app: &App, tenant_id: TenantId, id: ImageId) -> Result<(MediaType, Vec<u8>), Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    store::image::content(&mut tx, id).await?.ok_or(Error::ImageNotFound)
}
