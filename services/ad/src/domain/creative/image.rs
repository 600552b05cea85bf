//! Images of creatives. An image is named by its content, so it never changes.

use std::{fmt, str::FromStr};

use chassis::{id::TenantId, problem::FieldError, text::single_line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Maximum width and height in pixels.
pub const MAX_SIDE: u32 = 2_000;

/// Maximum size of a stored image in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Maximum size of all images of a tenant in bytes.
pub const QUOTA_BYTES: i64 = 20 * 1024 * 1024;

const ALT_CHARS: usize = 140;

/// The SHA-256 of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageId(pub [u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    Jpeg,
    Png,
    Webp,
}

/// An image as it is stored and served: decoded and encoded here, so it has no metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub image_id: ImageId,
    pub media_type: MediaType,
    pub width: u32,
    pub height: u32,
    pub content: Vec<u8>,
}

/// The image of a creative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreativeImage {
    pub image_id: ImageId,
    /// The image as text, for people who do not see it.
    pub alt: String,
}

/// The image of a creative with its size, as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownImage {
    pub image: CreativeImage,
    pub width: u32,
    pub height: u32,
}

/// A request for the image of a creative.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCreativeImage {
    /// Id of an uploaded image.
    #[schema(
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$"
    )]
    pub image_id: String,
    /// The image as text, for people who do not see it: at most 140 characters.
    #[schema(example = "제주 바다가 보이는 객실", min_length = 1, max_length = 140)]
    pub alt: String,
}

impl From<CreativeImage> for NewCreativeImage {
    fn from(image: CreativeImage) -> Self {
        Self { image_id: image.image_id.to_string(), alt: image.alt }
    }
}

impl CreativeImage {
    pub(super) fn new(new: &NewCreativeImage) -> Result<Self, Vec<FieldError>> {
        let malformed = || FieldError::new("image.image_id", "malformed", "must be the id of an uploaded image");
        match (new.image_id.parse().map_err(|()| malformed()), single_line("image.alt", &new.alt, ALT_CHARS)) {
            (Ok(image_id), Ok(alt)) => Ok(Self { image_id, alt }),
            (id, alt) => Err([id.err(), alt.err()].into_iter().flatten().collect()),
        }
    }
}

impl ImageId {
    /// The path of its public address. It never serves another image.
    pub fn path(self, tenant: TenantId) -> String {
        format!("/images/{tenant}/{self}")
    }
}

impl MediaType {
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Webp];

    /// The name in headers and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media_type| media_type.name() == name)
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl FromStr for ImageId {
    type Err = ();

    /// Reads the lower-case hexadecimal digits, so that each image has one address.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(()),
        };
        let pairs: &[[u8; 2]; 32] = text.as_bytes().as_chunks().0.try_into().map_err(|_| ())?;
        let mut id = [0; 32];
        for (byte, [high, low]) in id.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        if text.len() == 64 { Ok(Self(id)) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_text() {
        let id = ImageId(std::array::from_fn(|at| u8::try_from(at * 8).expect("a byte")));
        assert_eq!(id.to_string().parse(), Ok(id));
        let text = id.to_string();
        for other in ["", "0", &text[1..], &format!("{text}0"), &text.to_uppercase(), &text.replace('0', "g")] {
            assert_eq!(other.parse::<ImageId>(), Err(()), "{other}");
        }
    }

    #[test]
    fn every_media_type_is_found_by_its_name() {
        for media_type in MediaType::ALL {
            assert_eq!(MediaType::from_name(media_type.name()), Some(media_type));
        }
    }
}
