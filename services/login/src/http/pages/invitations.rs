//! The open invitations on the pages of admins, in pages of their own.

use chassis::http::{Cursor, Page, PageQuery};
use serde::Deserialize;
use sqlx::PgConnection;

use crate::{app::App, domain::invitation::Invitation, error::Error, store};

/// Query parameter of the pages.
#[derive(Deserialize, Default)]
pub(super) struct InvitationsQuery {
    /// The cursor of a page of invitations; without it, the first.
    invitations: Option<Cursor>,
}

/// Reads a page of the open invitations, oldest first.
pub(super) async fn page(
    app: &App,
    conn: &mut PgConnection,
    query: &InvitationsQuery,
) -> Result<Page<Invitation>, Error> {
    let query = PageQuery { cursor: query.invitations, ..PageQuery::default() };
    let rows = store::invitation::page_open(conn, query.after(), query.rows(), app.clock.now()).await?;
    Ok(Page::new(rows, &query, |row| row.invitation_id.as_uuid(), |row| row))
}
