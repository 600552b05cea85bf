//! A form with a file, as a browser sends it: `multipart/form-data` (RFC 7578).

use axum::{
    body::{Body, Bytes},
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use chassis::{http::Form, problem::Problem};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::domain::creative::MAX_BYTES;

/// Maximum size of the body in bytes. A photograph of a phone fits, so that its error can be shown beside the field.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// Maximum size of the texts in bytes.
const MAX_TEXTS: usize = 1024 * 1024;

/// The name of the file's field.
const FILE: &str = "image";

/// The fields and the file of a form.
pub(in crate::http::pages) struct Sent<T> {
    pub(in crate::http::pages) form: T,
    pub(in crate::http::pages) file: File,
}

/// The file of a form. One that is too large is not kept in memory.
pub(in crate::http::pages) enum File {
    None,
    TooLarge,
    Content(Bytes),
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    /// Also reads a form without a file: a preview sends it while a person types, and so do pages of an earlier version.
    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let Form(form) = Form::from_request(request, state).await?;
            return Ok(Self { form, file: File::None });
        }
        DefaultBodyLimit::max(MAX_BODY).apply(&mut request);
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
        let (mut texts, mut file) = (vec![], File::None);
        let mut room = MAX_TEXTS;
        while let Some(mut part) = parts.next_field().await.map_err(|error| refused(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == FILE {
                file = match read(&mut part, MAX_BYTES).await? {
                    // A browser sends an empty file if none was chosen.
                    Some(content) if content.is_empty() => File::None,
                    Some(content) => File::Content(content.into()),
                    None => File::TooLarge,
                };
            } else {
                let text = read(&mut part, room).await?.ok_or_else(too_large)?;
                room = room.saturating_sub(name.len() + text.len());
                texts.push((name, String::from_utf8_lossy(&text).into_owned()));
            }
        }
        let request = Request::builder().header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let texts = form_urlencoded::Serializer::new(String::new()).extend_pairs(texts).finish();
        let request = request.body(Body::from(texts)).map_err(|error| Problem::internal(&error))?;
        let Form(form) = Form::from_request(request, state).await?;
        Ok(Self { form, file })
    }
}

/// Reads a field to its end. `None` if it is longer than `max`.
async fn read(field: &mut Field<'_>, max: usize) -> Result<Option<Vec<u8>>, Problem> {
    let mut content = Some(Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(|error| refused(&error))? {
        content = content.filter(|read| read.len() + chunk.len() <= max);
        if let Some(read) = &mut content {
            read.extend_from_slice(&chunk);
        }
    }
    Ok(content)
}

fn refused(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { unreadable() }
}

fn unreadable() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "The form cannot be read.")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The form is too long.")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Texts {
        headline: String,
        #[serde(default)]
        interests: Vec<String>,
    }

    async fn sent(kind: &str, body: impl Into<Body>) -> Result<Sent<Texts>, Problem> {
        let request = Request::builder().header(header::CONTENT_TYPE, kind).body(body.into()).expect("a request");
        Sent::from_request(request, &()).await
    }

    fn multipart(fields: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, content) in fields {
            let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"\"\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        [body.as_slice(), b"--x--\r\n"].concat()
    }

    const KIND: &str = "multipart/form-data; boundary=x";

    #[tokio::test]
    async fn texts_and_the_file_are_read() {
        let body = multipart(&[
            ("headline", "봄 & 여름".as_bytes()),
            ("interests", b"travel"),
            ("interests", b"music"),
            ("image", b"\x89PNG"),
        ]);
        let Sent { form, file } = sent(KIND, body).await.expect("a form");
        let expected = Texts { headline: "봄 & 여름".into(), interests: vec!["travel".into(), "music".into()] };
        assert_eq!(form, expected);
        assert!(matches!(file, File::Content(content) if content == b"\x89PNG"[..]));
    }

    #[tokio::test]
    async fn a_form_without_a_file_is_read_in_both_encodings() {
        let empty = sent(KIND, multipart(&[("headline", b"a"), ("image", b"")])).await.expect("a form");
        assert!(matches!(empty.file, File::None));
        let plain = sent("application/x-www-form-urlencoded", "headline=a&image=x").await.expect("a form");
        assert!(matches!(plain.file, File::None) && plain.form.headline == "a");
    }

    #[tokio::test]
    async fn what_is_too_large_is_told_from_what_cannot_be_read() {
        let large = vec![0; MAX_BYTES + 1];
        let file = sent(KIND, multipart(&[("image", &large), ("headline", b"a")])).await.expect("a form");
        assert!(matches!(file.file, File::TooLarge) && file.form.headline == "a");
        let code = |answer: Result<Sent<Texts>, Problem>| answer.err().map(|problem| problem.code().to_owned());
        assert_eq!(code(sent(KIND, multipart(&[("headline", &large)])).await).as_deref(), Some("too_large"));
        let huge = vec![0; MAX_BODY + 1];
        assert_eq!(code(sent(KIND, multipart(&[("image", &huge)])).await).as_deref(), Some("too_large"));
        assert_eq!(code(sent(KIND, "--x\r\n").await).as_deref(), Some("unreadable_body"));
        assert_eq!(code(sent("text/plain", "a").await).as_deref(), Some("unsupported_media_type"));
    }
}
