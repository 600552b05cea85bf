//! Authorization of the admin pages.

use axum::response::Response;

use super::{failure, page::Visitor};
use crate::{error::Error, http::see_other, usecase::sessions::authenticate::SignedIn};

/// The visitor, if they are an admin.
pub(super) fn admin(visitor: &Visitor) -> Result<&SignedIn, Error> {
    visitor.signed_in.as_ref().filter(|person| person.user.is_admin()).ok_or(Error::Forbidden)
}

/// Redirects visitors without a session to the sign-in page. Shows an error to members who are no admins.
pub(super) fn refused(visitor: &Visitor, error: Error) -> Response {
    if visitor.signed_in.is_none() { see_other("/sign-in") } else { failure::page(visitor, error) }
}
