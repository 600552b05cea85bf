//! Authorization of each gRPC method. [`the_table_lists_every_method`] fails for a method without a row.

use chassis::auth::Role;
use contracts::ad::v1::{SelectAdsRequest, ads_client::AdsClient, ads_server};
use support::Issuer;
use tonic::{
    Code::{self, Ok, PermissionDenied, Unauthenticated},
    Request,
    transport::Channel,
};

use crate::harness::TestApp;

/// Expected status of each method. Callers: anonymous, a person with an expired token, a person of another issuer, a
/// first-party client without the scope `internal`, one with it, a member, and an admin. Ads are for a person, so that a client
/// gets none.
const EXPECTED: [(&str, [Code; 7]); 1] =
    [("SelectAds", [Unauthenticated, Unauthenticated, Unauthenticated, PermissionDenied, PermissionDenied, Ok, Ok])];

async fn ask(method: &str, client: &mut AdsClient<Channel>, token: Option<&str>) -> Code {
    let answer = match method {
        "SelectAds" => {
            let (placement, locale) = ("mypage.home".to_owned(), "ko".to_owned());
            let message = SelectAdsRequest { placement, locale, count: 1, without_house_ad: false };
            client.select_ads(from(token, message)).await.map(drop)
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
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.app.index.refresh().await.expect("an index");
    let roles = [Role::Member, Role::Admin];
    let expired = test.issuer.expired(tenant.id, tenant.admin, &roles);
    let foreign = Issuer::start().await.person(tenant.id, tenant.admin, &roles);
    let (other, product) = (test.issuer.service_without_internal("other"), test.service_token());
    let tokens = [&expired, &foreign, &other, &product, &tenant.member_token, &tenant.admin_token];
    let callers = std::iter::once(None).chain(tokens.map(|token| Some(token.as_str())));
    let mut client = AdsClient::connect(format!("http://{}", test.grpc)).await.expect("connected");
    for (index, token) in callers.enumerate() {
        for (method, expected) in EXPECTED {
            assert_eq!(ask(method, &mut client, token).await, expected[index], "{method} by caller {index}");
        }
    }
}

#[test]
fn the_table_lists_every_method() {
    support::assert_lists_every_rpc(&EXPECTED.map(|(method, _)| method), ads_server::SERVICE_NAME);
}
