//! GET /v1/usage.

use axum::extract::State;
use chassis::{
    auth::{Person, Role},
    http::{Json, Query},
    problem::{FieldError, Problem},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    domain::{month::Month, usage::MetricUsage},
    usecase::statement,
};

/// The month of a statement.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// Such as `2026-11`; defaults to the current month.
    #[param(example = "2026-11")]
    month: Option<String>,
}

/// Usage of a tenant in a month.
#[derive(Serialize, ToSchema)]
pub struct UsageView {
    /// Such as `2026-11`.
    month: String,
    /// IANA time zone in which the month is counted. A change of the tenant's time zone holds from the next month on.
    time_zone: &'static str,
    /// One line per metric; of money one per metric and currency, where there is any.
    lines: Vec<UsageLineView>,
}

/// Usage of one metric.
#[derive(Serialize, ToSchema)]
pub struct UsageLineView {
    /// Such as `login.sign_ins`.
    metric: String,
    /// Quantity of the metric; micros of `currency_code` for a metric of money.
    quantity: i64,
    /// ISO 4217 code of a metric of money, such as `ad.spend`.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_code: Option<String>,
    /// Quantity of each day of the month, from its first.
    days: Vec<i64>,
}

/// Returns the usage of all products by the caller's tenant. For admins.
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
    let line = |line: &MetricUsage| UsageLineView {
        metric: line.metric.clone(),
        quantity: line.quantity,
        currency_code: line.currency_code.clone(),
        days: usage.by_day(line),
    };
    Ok(Json(UsageView {
        month: usage.month.to_string(),
        time_zone: usage.time_zone.name(),
        lines: usage.lines.iter().map(line).collect(),
    }))
}
