//! Decodes uploaded images and encodes them anew, a few at a time, on threads that may block.
//!
//! The bytes decide what an image is. What is stored was encoded here, so it has no metadata, such as the place of a
//! photograph, and nothing behind the image.

use std::{io::Cursor, sync::Arc, time::Duration};

use aws_lc_rs::digest;
use axum::body::Bytes;
use chassis::problem::FieldError;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits, codecs::jpeg::JpegEncoder};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use crate::{
    domain::creative::{Image, ImageId, MAX_BYTES, MAX_SIDE, MediaType},
    error::Error,
};

/// One image takes up to 60 MiB while it is decoded and encoded.
const AT_ONCE: usize = 1;

/// Maximum time to wait for the images before.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Maximum memory of a decoder in bytes: of an image of the maximum size with 16 bits a channel.
const MAX_ALLOCATION: u64 = 40 * 1024 * 1024;

const JPEG_QUALITY: u8 = 85;

/// Clones share the limit.
#[derive(Clone)]
pub struct Images {
    permits: Arc<Semaphore>,
}

impl Default for Images {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Images {
    /// Reads an uploaded PNG, JPEG or WebP.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `image`; [`Error::Busy`] when other images take too long.
    pub async fn read(&self, bytes: Bytes) -> Result<Image, Error> {
        let permit = timeout(MAX_WAIT, self.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Busy)?.expect("the semaphore is never closed");
        let read = spawn_blocking(move || {
            // Held until the work has ended, also if the request is cancelled.
            let _permit = permit;
            normalize(&bytes)
        });
        Ok(read.await.expect("the decoders do not panic")?)
    }
}

fn normalize(bytes: &[u8]) -> Result<Image, FieldError> {
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        _ => return Err(FieldError::new("image", "unsupported", "must be a PNG, a JPEG or a WebP")),
    };
    let (media_type, content, image) = decode(bytes, format)
        .and_then(|image| encode(&image, format).map(|(media_type, content)| (media_type, content, image)))
        .map_err(|error| match error {
            image::ImageError::Limits(_) => {
                let detail = format!("must be at most {MAX_SIDE} pixels wide and high");
                FieldError::new("image", "too_large", detail)
            }
            error => FieldError::new("image", "malformed", error.to_string()),
        })?;
    if content.len() > MAX_BYTES {
        let detail = format!("must be at most {MAX_BYTES} bytes as {}: make it smaller", media_type.name());
        return Err(FieldError::new("image", "too_large", detail));
    }
    let mut image_id = [0; 32];
    image_id.copy_from_slice(digest::digest(&digest::SHA256, &content).as_ref());
    let (width, height) = (image.width(), image.height());
    Ok(Image { image_id: ImageId(image_id), media_type, width, height, content })
}

/// Decodes the image with 8 bits a channel, turned as its metadata says.
fn decode(bytes: &[u8], format: ImageFormat) -> ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let image = DynamicImage::from_decoder(decoder)?;
    let mut image = match image.color().has_alpha() {
        true => DynamicImage::from(image.into_rgba8()),
        false => DynamicImage::from(image.into_rgb8()),
    };
    image.apply_orientation(orientation);
    Ok(image)
}

/// Encodes the image in its own format. There is only a lossless encoder of WebP, so one without transparency becomes a JPEG
/// where that is smaller, as for photographs.
fn encode(image: &DynamicImage, format: ImageFormat) -> ImageResult<(MediaType, Vec<u8>)> {
    let jpeg = || {
        let mut content = Vec::new();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut content, JPEG_QUALITY)).map(|()| content)
    };
    let lossless = |format| {
        let mut content = Cursor::new(Vec::new());
        image.write_to(&mut content, format).map(|()| content.into_inner())
    };
    match format {
        ImageFormat::Jpeg => Ok((MediaType::Jpeg, jpeg()?)),
        ImageFormat::WebP => {
            let content = lossless(format)?;
            if image.color().has_alpha() {
                return Ok((MediaType::Webp, content));
            }
            let smaller = jpeg()?;
            let is_smaller = smaller.len() < content.len();
            Ok(if is_smaller { (MediaType::Jpeg, smaller) } else { (MediaType::Webp, content) })
        }
        _ => Ok((MediaType::Png, lossless(ImageFormat::Png)?)),
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
