//! Starts, provisions and stops a real Postgres.

use std::path::PathBuf;

use devstack::{
    layout::{Layout, remove_folder},
    postgres::{Binaries, Cluster, close_to_public, provision},
    secrets::Secrets,
};
use sqlx::{Connection, Executor, postgres::PgConnection};
use tokio_util::sync::CancellationToken;

/// The cache of the repository, where `scripts/up` may already have fetched a Postgres.
fn cache() -> PathBuf {
    let given = std::env::var_os("DEVSTACK_CACHE").map(PathBuf::from);
    given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.data/cache"))
}

async fn may_connect(url: &str) -> bool {
    match PgConnection::connect(url).await {
        Ok(connection) => connection.close().await.is_ok(),
        Err(_) => false,
    }
}

fn other_database(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}

#[tokio::test]
async fn each_product_has_a_database_that_only_its_own_roles_reach() {
    // /tmp, and not the temporary folder of the user, which the account of Postgres may not enter.
    let folder = PathBuf::from("/tmp").join(format!("devstack-test-{}", std::process::id()));
    let layout = Layout::open(&folder, Some(cache())).unwrap();
    let binaries = Binaries::find_or_fetch(&layout.cache(), None, |line| println!("{line}")).await.unwrap();
    let cluster = Cluster::throw_away(binaries, &layout.run()).unwrap();
    cluster.prepare().await.unwrap();
    let mut server = cluster.spec().spawn().unwrap();
    cluster.wait_ready(&mut server).await.unwrap();

    let admin = cluster.url("postgres");
    let secrets = Secrets::open(&layout.run().join("secrets.json")).unwrap();
    close_to_public(&admin).await.unwrap();
    let shop = provision(&admin, "shop", &secrets).await.unwrap();
    let desk = provision(&admin, "desk", &secrets).await.unwrap();
    assert_eq!(provision(&admin, "shop", &secrets).await.unwrap(), shop, "a second call changes nothing");

    for own in [&shop.app, &shop.worker, &shop.owner, &desk.app] {
        assert!(may_connect(own).await, "{own}");
        assert!(!may_connect(&other_database(own, "postgres")).await, "{own}");
        assert!(!may_connect(&other_database(own, "template1")).await, "{own}");
    }
    assert!(!may_connect(&other_database(&shop.app, "desk")).await);
    assert!(!may_connect(&shop.app.replace("shop_app:", "shop_app:x")).await, "a password is needed");

    let mut owner = PgConnection::connect(&shop.owner).await.unwrap();
    owner.execute("CREATE TABLE item (id int)").await.unwrap();
    let mut app = PgConnection::connect(&shop.app).await.unwrap();
    app.execute("SELECT * FROM item").await.expect_err("the app role has no rights on the table");

    let pid = server.identity().clone();
    server.stop(&CancellationToken::new()).await;
    assert!(!pid.is_alive());
    remove_folder(&folder).unwrap();
}
