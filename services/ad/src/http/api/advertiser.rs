//! Authorizes the callers of the API.

use axum::{extract::FromRequestParts, http::request::Parts};
use chassis::{
    auth::{Caller, Role},
    id::TenantId,
    idempotency::Owner,
    problem::Problem,
};

use crate::app::App;

/// A caller who manages a tenant's campaigns: an admin of the tenant, or a client that the tenant registered.
#[derive(Clone, Debug)]
pub(super) struct Advertiser {
    pub(super) tenant_id: TenantId,
    /// The owner of the request's idempotency key.
    pub(super) owner: Owner,
}

impl FromRequestParts<App> for Advertiser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Caller::from_request_parts(parts, app).await?.try_into()
    }
}

impl TryFrom<Caller> for Advertiser {
    type Error = Problem;

    fn try_from(caller: Caller) -> Result<Self, Problem> {
        let tenant_id = match &caller {
            Caller::Person(person) => {
                person.require(Role::Admin)?;
                person.tenant_id
            }
            Caller::Service(service) => {
                caller.require_scope("api")?;
                // The clients of our own products belong to no tenant and have no campaigns.
                service.tenant_id.ok_or_else(Problem::forbidden)?
            }
        };
        Ok(Self { tenant_id, owner: Owner::new(tenant_id, &caller) })
    }
}

#[cfg(test)]
mod tests {
    use chassis::{
        auth::{Person, Service},
        clock::Clock,
        id::{SessionId, UserId},
    };

    use super::*;

    fn person(tenant_id: TenantId, roles: &[Role]) -> Caller {
        let clock = Clock::system();
        Caller::Person(Person {
            user_id: UserId::new(&clock),
            tenant_id,
            session_id: SessionId::new(&clock),
            roles: roles.to_vec(),
            scope: "openid".into(),
            client_id: "mypage".into(),
            token: "token".into(),
        })
    }

    fn service(tenant_id: Option<TenantId>, scope: &str) -> Caller {
        Caller::Service(Service { client_id: "reports".into(), tenant_id, scope: scope.into() })
    }

    #[test]
    fn an_admin_and_the_tenants_own_client_are_advertisers() {
        let tenant = TenantId::new(&Clock::system());
        for caller in [person(tenant, &[Role::Member, Role::Admin]), service(Some(tenant), "api")] {
            assert_eq!(Advertiser::try_from(caller).map(|advertiser| advertiser.tenant_id), Ok(tenant));
        }
    }

    #[test]
    fn no_other_caller_is_an_advertiser() {
        let tenant = TenantId::new(&Clock::system());
        for caller in [person(tenant, &[Role::Member]), service(None, "api"), service(Some(tenant), "openid")] {
            assert!(Advertiser::try_from(caller.clone()).is_err(), "{caller:?}");
        }
    }
}
