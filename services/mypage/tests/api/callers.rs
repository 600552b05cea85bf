//! Authorization of each gRPC method. [`the_table_lists_every_method`] fails for a method without a row.

use chassis::auth::Role;
use contracts::mypage::v1::{
    GetPageRequest, UpdatePreferencesRequest, WatchActivityRequest, my_page_client::MyPageClient, my_page_server,
};
use tonic::{
    Code::{self, Ok, PermissionDenied, Unauthenticated},
    Request,
    transport::Channel,
};

use crate::harness::TestApp;

/// Callers: anonymous, a first-party client without the scope `internal`, one with it, a member, and an admin. A page is of the
/// person who calls, so that a client has none.
const BY_PERSONS: [Code; 5] = [Unauthenticated, PermissionDenied, PermissionDenied, Ok, Ok];

/// Expected status of each method.
const EXPECTED: [(&str, [Code; 5]); 3] =
    [("GetPage", BY_PERSONS), ("WatchActivity", BY_PERSONS), ("UpdatePreferences", BY_PERSONS)];

async fn ask(method: &str, client: &mut MyPageClient<Channel>, token: Option<&str>) -> Code {
    let answer = match method {
        "GetPage" => client.get_page(from(token, GetPageRequest {})).await.map(drop),
        "WatchActivity" => client.watch_activity(from(token, WatchActivityRequest::default())).await.map(drop),
        "UpdatePreferences" => {
            client.update_preferences(from(token, UpdatePreferencesRequest::default())).await.map(drop)
        }
        unknown => panic!("{unknown} is not called here"),
    };
    answer.map_or_else(|status| status.code(), |()| Ok)
}

fn from<T>(token: Option<&str>, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    }
    request
}

#[tokio::test]
async fn each_method_admits_the_callers_of_the_table() {
    let test = TestApp::alone().await;
    let [other, product] = ["api", "api internal"].map(|scope| test.oidc.service_token(scope));
    let member = test.oidc.access_token(test.person(), &[Role::Member]);
    let admin = test.oidc.access_token(test.person(), &[Role::Member, Role::Admin]);
    let callers = [None, Some(other), Some(product), Some(member), Some(admin)];
    let address = support::serve_grpc(mypage::grpc::routes(test.app.clone())).await;
    let mut client = MyPageClient::connect(format!("http://{address}")).await.expect("connected");
    for (index, token) in callers.iter().enumerate() {
        for (method, expected) in EXPECTED {
            assert_eq!(ask(method, &mut client, token.as_deref()).await, expected[index], "{method} by caller {index}");
        }
    }
}

#[test]
fn the_table_lists_every_method() {
    support::assert_lists_every_rpc(&EXPECTED.map(|(method, _)| method), my_page_server::SERVICE_NAME);
}
