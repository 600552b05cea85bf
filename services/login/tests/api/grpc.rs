use contracts::login::v1::{
    BatchGetUsersRequest, GetUserRequest, IntrospectTokenRequest, ListSessionsRequest, RevokeSessionRequest, Role,
    login_client::LoginClient,
};
use tonic::{Code, Request, transport::Channel};

use crate::harness::{Tenant, TestApp, Tokens, claims};

struct World {
    login: TestApp,
    acme: Tenant,
    other: Tenant,
    admin: Tokens,
    member: Tokens,
    service: String,
    client: LoginClient<Channel>,
}

async fn world() -> World {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let admin = login.tokens(&acme.admin_email).await;
    let member = login.tokens(&login.member(&admin, "amy").await).await;
    let service = login.service_token("product").await;
    let address = support::serve_grpc(login::grpc::routes(login.app.clone())).await;
    let client = LoginClient::connect(format!("http://{address}")).await.expect("connected");
    World { login, acme, other, admin, member, service, client }
}

pub(crate) fn by<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    request
}

fn user(user_id: &str, tenant_id: &str) -> GetUserRequest {
    GetUserRequest { user_id: user_id.to_owned(), tenant_id: tenant_id.to_owned() }
}

#[tokio::test]
async fn users_are_read_within_the_tenant() {
    let World { acme, other, member, service, mut client, .. } = world().await;
    let answer = client.get_user(by(member.access(), user(&acme.admin_id, ""))).await.expect("response").into_inner();
    let found = answer.user.expect("a user");
    assert_eq!((found.email.as_str(), found.tenant_id.as_str()), ("admin@acme.example", acme.tenant_id.as_str()));
    assert_eq!(found.roles, [i32::from(Role::Member), i32::from(Role::Admin)]);

    let foreign = client
        .get_user(by(member.access(), user(&other.admin_id, &other.tenant_id)))
        .await
        .expect_err("of another user");
    assert_eq!(foreign.code(), Code::NotFound, "a person's token is limited to its own tenant");
    assert!(client.get_user(by(&service, user(&other.admin_id, &other.tenant_id))).await.is_ok());
    let elsewhere =
        client.get_user(by(&service, user(&other.admin_id, &acme.tenant_id))).await.expect_err("of another tenant");
    assert_eq!(elsewhere.code(), Code::NotFound);
    for unclear in [user(&other.admin_id, ""), user("no id", &acme.tenant_id)] {
        assert_eq!(client.get_user(by(&service, unclear)).await.expect_err("unclear").code(), Code::InvalidArgument);
    }
    let nobody = client.get_user(user(&acme.admin_id, &acme.tenant_id)).await.expect_err("anonymous");
    assert_eq!(nobody.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn batch_get_users_keeps_the_order() {
    let World { acme, other, member, mut client, .. } = world().await;
    let me = claims(member.access())["sub"].as_str().expect("a user").to_owned();
    let user_ids = vec![me.clone(), other.admin_id, acme.admin_id.clone()];
    let request = BatchGetUsersRequest { user_ids, tenant_id: String::new() };
    let users = client.batch_get_users(by(member.access(), request)).await.expect("response").into_inner().users;
    assert_eq!(
        users.iter().map(|user| user.user_id.as_str()).collect::<Vec<_>>(),
        [me.as_str(), acme.admin_id.as_str()]
    );
    let request = BatchGetUsersRequest { user_ids: vec![me; 101], tenant_id: String::new() };
    assert_eq!(
        client.batch_get_users(by(member.access(), request)).await.expect_err("too many").code(),
        Code::InvalidArgument
    );
}

#[tokio::test]
async fn a_person_and_their_admin_list_and_revoke_sessions() {
    let World { login, acme, admin, member, mut client, .. } = world().await;
    let list = |user_id: &str| ListSessionsRequest { user_id: user_id.to_owned() };
    let own = client.list_sessions(by(member.access(), list(""))).await.expect("response").into_inner().sessions;
    assert_eq!((own.len(), own[0].current, own[0].device.as_str()), (1, true, "Firefox on Linux"));
    let member_id = own[0].user_id.clone();
    let curious = client.list_sessions(by(member.access(), list(&acme.admin_id))).await.expect_err("of another user");
    assert_eq!(curious.code(), Code::PermissionDenied);
    assert_eq!(
        client.list_sessions(by(admin.access(), list(&member_id))).await.expect("an admin").into_inner().sessions.len(),
        1
    );

    let end = |session_id: &str| RevokeSessionRequest { session_id: session_id.to_owned() };
    let admins = claims(admin.access())["sid"].as_str().expect("a session").to_owned();
    let denied = client.revoke_session(by(member.access(), end(&admins))).await.expect_err("of another user");
    assert_eq!(denied.code(), Code::PermissionDenied);
    for _ in 0..2 {
        client
            .revoke_session(by(member.access(), end(&own[0].session_id)))
            .await
            .expect("ended, repeated without error");
    }
    assert!(login.refresh(member.refresh()).await.status().is_client_error());
}

#[tokio::test]
async fn a_token_is_active_while_its_session_lives() {
    let World { acme, admin, member, service, mut client, .. } = world().await;
    let ask = |token: &str| IntrospectTokenRequest { access_token: token.to_owned() };
    let known = client.introspect_token(by(&service, ask(member.access()))).await.expect("response").into_inner();
    assert!(known.active && known.tenant_id == acme.tenant_id && known.client_id == "public");
    assert_eq!(known.expires_at.map(|time| time.seconds), claims(member.access())["exp"].as_i64());
    let person = client.introspect_token(by(admin.access(), ask(member.access()))).await.expect_err("services only");
    assert_eq!(person.code(), Code::PermissionDenied);

    let session_id = known.session_id;
    client.revoke_session(by(admin.access(), RevokeSessionRequest { session_id })).await.expect("ended");
    for bad in [member.access(), member.id(), "nonsense"] {
        let answer = client.introspect_token(by(&service, ask(bad))).await.expect("response").into_inner();
        assert_eq!(answer, Default::default(), "inactive, without other fields");
    }
}
