//! GET /v1/usage.

use axum::extract::State;
use chassis::{
    auth::{Person, Role},
    http::{Json, Query},
    problem::{FieldError, Problem},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{app::App, domain::month::Month, usecase::statement};

/// Which month.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// Such as `2026-11`; the present month of the tenant's time zone when not given.
    #[param(example = "2026-11")]
    month: Option<String>,
}

/// A tenant's use of all products in a month.
#[derive(Serialize, ToSchema)]
pub struct UsageView {
    /// Such as `2026-11`.
    month: String,
    /// The time zone that the month follows.
    time_zone: &'static str,
    /// A line a metric.
    lines: Vec<UsageLineView>,
}

/// How much of one metric.
#[derive(Serialize, ToSchema)]
pub struct UsageLineView {
    /// Such as `login.sign_ins`.
    metric: String,
    /// How many.
    quantity: i64,
}

/// The tenant's use of all products in a month. For admins.
#[utoipa::path(get, path = "/v1/usage", tag = "usage", params(UsageQuery),
    responses((status = OK, body = UsageView), (status = FORBIDDEN, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem),
        (status = UNAUTHORIZED, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    person: Person,
    Query(query): Query<UsageQuery>,
) -> Result<Json<UsageView>, Problem> {
    person.require(Role::Admin)?;
    let month = query.month.map(|month| month.parse::<Month>()).transpose();
    let month = month.map_err(|error| FieldError::new("month", "invalid_month", error.to_string()))?;
    let usage = statement::month_usage(&app, person.tenant_id, month).await?;
    let line = |line: crate::domain::usage::MetricUsage| UsageLineView { metric: line.metric, quantity: line.quantity };
    Ok(Json(UsageView {
        month: usage.month.to_string(),
        time_zone: usage.time_zone.name(),
        lines: usage.lines.into_iter().map(line).collect(),
    }))
}
