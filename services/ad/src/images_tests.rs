use image::{Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

fn red(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb([200, 20, 20]))
}

fn code(bytes: &[u8]) -> Result<MediaType, &'static str> {
    normalize(bytes).map(|image| image.media_type).map_err(|error| error.code)
}

/// A JPEG of 4 × 2 pixels with a segment of Exif: a quarter turn, and a text.
fn turned() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(b"37.5665 N");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    let jpeg = encoded(red(4, 2), ImageFormat::Jpeg);
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn the_bytes_decide_what_an_image_is() {
    assert_eq!(code(&encoded(red(8, 8), ImageFormat::Png)), Ok(MediaType::Png));
    assert_eq!(code(&encoded(red(8, 8), ImageFormat::Jpeg)), Ok(MediaType::Jpeg));
    let clear = RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 4]));
    assert_eq!(code(&encoded(clear, ImageFormat::WebP)), Ok(MediaType::Webp));
    for other in [b"".as_slice(), b"GIF89a\x01\0\x01\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"] {
        assert_eq!(code(other), Err("unsupported"));
    }
    let png = encoded(red(8, 8), ImageFormat::Png);
    assert_eq!(code(&png[..png.len() / 2]), Err("malformed"));
}

#[test]
fn what_is_too_large_is_not_decoded() {
    for (width, height) in [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1)] {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            assert_eq!(code(&encoded(red(width, height), format)), Err("too_large"), "{width} × {height}, {format:?}");
        }
    }
    // A header alone that promises 65,000 × 65,000 pixels.
    let mut png = encoded(red(1, 1), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xfd, 0xe8, 0, 0, 0xfd, 0xe8]);
    assert!(code(&png).is_err());
}

#[test]
fn an_image_is_turned_and_has_no_metadata() {
    let bytes = turned();
    let contains = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    assert!(contains(&bytes, b"37.5665 N"));
    let image = normalize(&bytes).expect("an image");
    assert_eq!((image.width, image.height), (2, 4));
    assert!(!contains(&image.content, b"37.5665 N") && !contains(&image.content, b"Exif"));
}

#[test]
fn the_same_image_has_the_same_id_whatever_is_behind_it() {
    let png = encoded(red(8, 8), ImageFormat::Png);
    let first = normalize(&png).expect("an image");
    let again = normalize(&[png.as_slice(), b"<script>"].concat()).expect("an image");
    assert_eq!(first, again);
    assert_ne!(normalize(&encoded(red(8, 9), ImageFormat::Png)).expect("an image").image_id, first.image_id);
}
