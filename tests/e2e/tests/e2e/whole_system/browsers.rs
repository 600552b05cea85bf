//! The tests' own browsers.

use std::net::TcpStream;

use e2e::browser::{Browser, Look};

#[tokio::test]
async fn a_test_that_panics_ends_its_chromedriver() {
    let browser = Browser::start(Look::desktop("en")).await;
    let port = browser.port;
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    let test = tokio::spawn(async move {
        let _browser = browser;
        panic!("as a test does that fails");
    });
    assert!(test.await.is_err_and(|error| error.is_panic()));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "chromedriver is gone");
}
