//! Images of creatives: upload and read.

pub mod get_image;
pub mod upload_image;
