//! Authorization of each gRPC method.

use contracts::login::v1::{
    BatchGetUsersRequest, GetUserRequest, IntrospectTokenRequest, ListSessionsRequest, RevokeSessionRequest,
    login_client::LoginClient, login_server,
};
use tonic::{
    Code::{self, NotFound, Ok, PermissionDenied, Unauthenticated},
    Request,
    transport::Channel,
};

use crate::{
    grpc::by,
    harness::{TestApp, claims},
};

/// Expected status of each method about a member. Callers: anonymous, a first-party client without the scope `internal`, one
/// with it, an admin of another tenant, and the member.
const EXPECTED: [(&str, [Code; 5]); 5] = [
    ("GetUser", [Unauthenticated, PermissionDenied, Ok, NotFound, Ok]),
    // Users of another tenant are omitted.
    ("BatchGetUsers", [Unauthenticated, PermissionDenied, Ok, Ok, Ok]),
    // The person has no sessions in another tenant.
    ("ListSessions", [Unauthenticated, PermissionDenied, PermissionDenied, Ok, Ok]),
    // The id does not exist in another tenant. Ending an unknown session succeeds.
    ("RevokeSession", [Unauthenticated, PermissionDenied, PermissionDenied, Ok, Ok]),
    ("IntrospectToken", [Unauthenticated, PermissionDenied, Ok, PermissionDenied, PermissionDenied]),
];

/// The member that the calls are about.
struct Subject {
    user_id: String,
    tenant_id: String,
    session_id: String,
    access_token: String,
}

impl Subject {
    /// Calls a method. Returns the status and the number of returned items.
    async fn ask(&self, method: &str, client: &mut LoginClient<Channel>, token: Option<&str>) -> (Code, usize) {
        let Self { user_id, tenant_id, session_id, access_token } = self;
        let (user_id, tenant_id, session_id) = (user_id.clone(), tenant_id.clone(), session_id.clone());
        let answer = match method {
            "GetUser" => client.get_user(from(token, GetUserRequest { user_id, tenant_id })).await.map(|_| 1),
            "BatchGetUsers" => {
                let message = BatchGetUsersRequest { user_ids: vec![user_id], tenant_id };
                client.batch_get_users(from(token, message)).await.map(|answer| answer.get_ref().users.len())
            }
            "ListSessions" => {
                let answer = client.list_sessions(from(token, ListSessionsRequest { user_id })).await;
                answer.map(|answer| answer.get_ref().sessions.len())
            }
            "RevokeSession" => client.revoke_session(from(token, RevokeSessionRequest { session_id })).await.map(|_| 0),
            "IntrospectToken" => {
                let message = IntrospectTokenRequest { access_token: access_token.clone() };
                client.introspect_token(from(token, message)).await.map(|answer| answer.get_ref().active.into())
            }
            unknown => panic!("{unknown} is not called here"),
        };
        answer.map_or_else(|status| (status.code(), 0), |count| (Ok, count))
    }
}

fn from<T>(token: Option<&str>, message: T) -> Request<T> {
    match token {
        Some(token) => by(token, message),
        None => Request::new(message),
    }
}

#[tokio::test]
async fn each_method_admits_the_callers_of_the_table() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let member = login.tokens(&login.member(&admin, "amy").await).await;
    let (demo, product) = (login.service_token("confidential").await, login.service_token("product").await);
    let text = |claim: &str| claims(member.access())[claim].as_str().expect("an id").to_owned();
    let subject = Subject {
        user_id: text("sub"),
        tenant_id: acme.tenant_id,
        session_id: text("sid"),
        access_token: member.access().to_owned(),
    };
    let address = support::serve_grpc(login::grpc::routes(login.app.clone())).await;
    let mut client = LoginClient::connect(format!("http://{address}")).await.expect("connected");
    let callers = [None, Some(demo.as_str()), Some(product.as_str()), Some(foreign.access()), Some(member.access())];
    for (index, token) in callers.into_iter().enumerate() {
        assert_eq!(subject.ask("IntrospectToken", &mut client, Some(&product)).await, (Ok, 1), "the session is active");
        for (method, expected) in EXPECTED {
            let (code, count) = subject.ask(method, &mut client, token).await;
            assert_eq!(code, expected[index], "{method} by caller {index}");
            assert!(index != 3 || count == 0, "{method} returns data to another tenant's admin");
        }
    }
    let (code, active) = subject.ask("IntrospectToken", &mut client, Some(&product)).await;
    assert_eq!((code, active), (Ok, 0), "the member ended the session");
}

#[test]
fn the_table_lists_every_method() {
    support::assert_lists_every_rpc(&EXPECTED.map(|(method, _)| method), login_server::SERVICE_NAME);
}
