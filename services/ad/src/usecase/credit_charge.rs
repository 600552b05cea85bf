//! Credits a charge, or a part of it, for an operator.
//!
//! The day's spending stays: a budget is a promise about what is delivered, and the clicks of the day were delivered.

use crate::{
    app::App,
    domain::{
        charge::ChargeId,
        credit::{Credit, CreditId, InvalidAmount, amount},
        usage::UnitKind,
    },
    store,
};

#[derive(Clone, Debug)]
pub struct Request {
    pub charge_id: ChargeId,
    /// `None` for all that is left of the charge.
    pub micros: Option<i64>,
    pub reason: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    #[error("there is no such charge")]
    ChargeNotFound,
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    #[error("database error")]
    Store(#[from] sqlx::Error),
}

/// Inserts the credit and its unit of usage.
pub async fn credit_charge(app: &App, request: Request) -> Result<Credit, CreditError> {
    let Request { charge_id, micros, reason } = request;
    let tenant_id =
        store::credit::tenant_of_charge(app.db.worker(), charge_id).await?.ok_or(CreditError::ChargeNotFound)?;
    let mut tx = app.db.begin(tenant_id).await?;
    store::credit::lock(&mut tx, charge_id).await?;
    let left = store::credit::left(&mut tx, charge_id).await?.ok_or(CreditError::ChargeNotFound)?;
    let tenant = store::tenant::find(&mut tx, tenant_id).await?.ok_or(CreditError::ChargeNotFound)?;
    let now = app.clock.now();
    let credit = Credit {
        credit_id: CreditId::new(&app.clock),
        charge_id,
        tenant_id,
        campaign_id: left.campaign_id,
        amount: amount(micros, left.amount.micros, left.amount.currency)?,
        reason,
        day: tenant.today(now),
        occurred_at: now,
    };
    store::credit::insert(&mut tx, &credit).await?;
    let unit = store::usage::Unit {
        unit_id: credit.credit_id.as_uuid(),
        tenant_id,
        campaign_id: credit.campaign_id,
        kind: UnitKind::Credit,
        amount: credit.amount,
        day: credit.day,
        occurred_at: now,
    };
    store::usage::insert(&mut tx, &unit).await?;
    tx.commit().await?;
    Ok(credit)
}
