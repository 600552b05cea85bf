//! What the pages for admins share.

use axum::response::Response;

use super::{failure, page::Visitor};
use crate::{error::Error, http::see_other, usecase::sessions::authenticate::SignedIn};

/// The admin who visits.
pub(super) fn admin(visitor: &Visitor) -> Result<&SignedIn, Error> {
    visitor.signed_in.as_ref().filter(|person| person.user.is_admin()).ok_or(Error::Forbidden)
}

/// Who is nobody yet may be an admin: they are asked to sign in.
pub(super) fn refused(visitor: &Visitor, error: Error) -> Response {
    if visitor.signed_in.is_none() { see_other("/sign-in") } else { failure::page(visitor, error) }
}
