//! Suspends or activates a tenant, or changes its plan, for an operator.

use chassis::{id::TenantId, outbox};

use crate::{app::App, domain::plan::Plan, error::Error, events, store, usecase::sessions::end_session::end_sessions};

/// Suspends a tenant and ends all its sessions. Returns the number of ended sessions, or `None` when the tenant was
/// already suspended.
///
/// # Errors
/// `tenant_not_found`.
pub async fn suspend_tenant(app: &App, slug: &str) -> Result<Option<usize>, Error> {
    let tenant_id = find(app, slug).await?;
    let mut tx = app.db.begin(tenant_id).await?;
    let before = store::tenant::lock(&mut tx).await?.ok_or(Error::NotFound("tenant_not_found"))?;
    if !before.is_active() {
        return Ok(None);
    }
    let tenant = store::tenant::set_status(&mut tx, "suspended", app.clock.now()).await?;
    outbox::publish(&mut tx, &app.clock, &events::tenant_changed(&tenant)).await?;
    let ended = end_sessions(app, &mut tx, None).await?;
    tx.commit().await?;
    Ok(Some(ended))
}

/// Activates a tenant. Returns whether it was suspended.
///
/// # Errors
/// `tenant_not_found`.
pub async fn activate_tenant(app: &App, slug: &str) -> Result<bool, Error> {
    let tenant_id = find(app, slug).await?;
    let mut tx = app.db.begin(tenant_id).await?;
    let before = store::tenant::lock(&mut tx).await?.ok_or(Error::NotFound("tenant_not_found"))?;
    if before.is_active() {
        return Ok(false);
    }
    let tenant = store::tenant::set_status(&mut tx, "active", app.clock.now()).await?;
    outbox::publish(&mut tx, &app.clock, &events::tenant_changed(&tenant)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Changes the plan of a tenant. People above the new limit stay.
///
/// # Errors
/// `tenant_not_found`.
pub async fn set_plan(app: &App, slug: &str, plan: Plan) -> Result<(), Error> {
    let tenant_id = find(app, slug).await?;
    let mut tx = app.db.begin(tenant_id).await?;
    store::tenant::set_plan(&mut tx, plan.as_str()).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(app: &App, slug: &str) -> Result<TenantId, Error> {
    let mut worker = app.db.worker().acquire().await?;
    store::tenant::find_by_slug(&mut worker, slug).await?.ok_or(Error::NotFound("tenant_not_found"))
}
