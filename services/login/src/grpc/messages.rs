use chassis::{auth::Caller, id::SessionId};
use chrono::{DateTime, Utc};
use contracts::{
    convert::timestamp,
    login::v1::{IntrospectTokenResponse, Session as SessionMessage},
};

use crate::domain::session::Session;

pub(super) fn session(session: &Session, current: SessionId) -> SessionMessage {
    SessionMessage {
        session_id: session.session_id.to_string(),
        user_id: session.user_id.to_string(),
        device: session.device.clone(),
        created_at: Some(timestamp(session.created_at)),
        last_used_at: Some(timestamp(session.last_used_at)),
        current: current == session.session_id,
    }
}

pub(super) fn active(caller: Caller, expires_at: DateTime<Utc>) -> IntrospectTokenResponse {
    let known = IntrospectTokenResponse { active: true, expires_at: Some(timestamp(expires_at)), ..Default::default() };
    match caller {
        Caller::Person(person) => IntrospectTokenResponse {
            user_id: person.user_id.to_string(),
            tenant_id: person.tenant_id.to_string(),
            session_id: person.session_id.to_string(),
            client_id: person.client_id,
            scope: person.scope,
            ..known
        },
        Caller::Service(service) => {
            IntrospectTokenResponse { client_id: service.client_id, scope: service.scope, ..known }
        }
    }
}
