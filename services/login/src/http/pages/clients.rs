//! `/clients`: an admin's list of the tenant's apps, and the form to register one.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::{Form, Page, PageQuery, Query};
use http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    admins::{admin, refused},
    page::{Frame, Head, Mistakes, Visitor, show},
};
use crate::{
    app::App,
    domain::registered_client::RegisteredClient,
    error::Error,
    http::{
        client_metadata::{NewClient, check},
        origin::SameOrigin,
    },
    store,
    usecase::{
        access::{Acting, Right, begin_write},
        clients::register_client::register_client,
        sessions::authenticate::SignedIn,
    },
};

#[derive(Template)]
#[template(path = "clients.html")]
struct Clients<'a> {
    page: Frame<'a>,
    person: &'a SignedIn,
    issuer: &'a str,
    clients: Vec<RegisteredClient>,
    next_cursor: Option<String>,
    registered: Option<Registered>,
    fields: Fields,
    mistakes: Mistakes,
}

/// Form fields, with the names of the API, which its validation errors use.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    client_name: String,
    token_endpoint_auth_method: String,
    /// One address per line.
    redirect_uris: String,
}

/// A new client with its secret, which is shown only once.
struct Registered {
    client: RegisteredClient,
    client_secret: Option<String>,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(query): Query<PageQuery>) -> Response {
    page(&app, &visitor, query, None, Fields::default(), Mistakes::none()).await
}

/// Registers a client. Returns the page itself, so that the secret is in no address.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Form(fields): Form<Fields>,
) -> Response {
    let first = PageQuery::default();
    match act(&app, &visitor, &fields).await.map_err(|error| Mistakes::of(error, &visitor.texts)) {
        Ok(registered) => {
            let created = (StatusCode::CREATED.into(), Mistakes::default());
            page(&app, &visitor, first, Some(registered), Fields::default(), created).await
        }
        Err(Ok(mistakes)) => page(&app, &visitor, first, None, fields, mistakes).await,
        Err(Err(error)) => refused(&visitor, error),
    }
}

async fn act(app: &App, visitor: &Visitor, fields: &Fields) -> Result<Registered, Error> {
    let person = admin(visitor)?;
    let redirect_uris = fields.addresses().map(str::to_owned).collect();
    let new =
        NewClient::with_defaults(fields.client_name.clone(), fields.token_endpoint_auth_method.clone(), redirect_uris);
    let registration = check(app, &new, None).map_err(Error::Invalid)?;
    let by = Acting::on_page(person);
    let mut tx = begin_write(app, &by, Right::Admin).await?;
    let (client, client_secret) = register_client(app, &mut tx, &by, registration).await?;
    tx.commit().await?;
    Ok(Registered { client, client_secret })
}

async fn page(
    app: &App,
    visitor: &Visitor,
    query: PageQuery,
    registered: Option<Registered>,
    fields: Fields,
    (head, mistakes): (Head, Mistakes),
) -> Response {
    let read = async {
        let person = admin(visitor)?;
        let mut tx = app.db.begin(person.tenant.tenant_id).await?;
        let after = query.after().map(|id| id.to_string());
        let rows = store::client::page(&mut tx, after, query.rows()).await?;
        tx.commit().await?;
        let id = |row: &RegisteredClient| row.client_id.parse().unwrap_or(Uuid::nil());
        let Page { items: clients, next_cursor } = Page::new(rows, &query, id, |row| row);
        let (page, issuer) = (visitor.frame(), app.issuer.as_str());
        Ok(Clients { page, person, issuer, clients, next_cursor, registered, fields, mistakes })
    };
    match read.await {
        Ok(template) => show(head, &template),
        Err(error) => refused(visitor, error),
    }
}

impl Fields {
    fn addresses(&self) -> impl Iterator<Item = &str> {
        self.redirect_uris.lines().map(str::trim).filter(|line| !line.is_empty())
    }
}

impl Clients<'_> {
    /// Error of the addresses: of the whole list, or the list of invalid ones.
    fn wrong_addresses(&self) -> Option<String> {
        if let Some(text) = self.mistakes.field("redirect_uris") {
            return Some(text.to_owned());
        }
        let each = self.fields.addresses().enumerate();
        let wrong = each.filter(|(index, _)| self.mistakes.field(&format!("redirect_uris[{index}]")).is_some());
        let wrong: Vec<_> = wrong.map(|(_, address)| address).collect();
        let texts = self.page.texts;
        (!wrong.is_empty()).then(|| texts.with("error-redirect-uri", &[("addresses", wrong.join(", ").as_str())]))
    }
}
