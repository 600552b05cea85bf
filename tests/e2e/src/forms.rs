//! Fills in forms in a browser, and takes pictures of pages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use thirtyfour::{By, WebDriver, WebElement};

/// Fills in fields of the page by their names.
///
/// # Panics
/// If a field is missing.
pub async fn fill_in(page: &WebDriver, fields: &[(&str, &str)]) {
    for &(name, value) in fields {
        let field = page.find(By::Css(format!("input[name='{name}']"))).await.expect("a field");
        field.send_keys(value).await.expect("typed");
    }
}

/// Fills in the page's main form and submits it.
///
/// # Panics
/// If a field or the button is missing.
pub async fn submit(page: &WebDriver, fields: &[(&str, &str)]) {
    fill_in(page, fields).await;
    page.find(By::Css("main form button[type='submit']")).await.expect("a button").click().await.expect("clicked");
}

/// Opens the development mailbox from the page, and returns the verification link in the e-mail to `email`.
///
/// # Panics
/// If there is no such e-mail.
pub async fn verification_link(page: &WebDriver, email: &str) -> WebElement {
    let mailbox = page.find(By::Css("main a[href='/dev/mailbox']")).await.expect("the link to the mailbox");
    mailbox.click().await.expect("clicked");
    let link = By::XPath(format!("//article[contains(., '{email}')]//a[contains(@href, '/verify/')]"));
    page.find(link).await.expect("the e-mail's link")
}

/// Returns the path of a picture in the folder `E2E_PICTURES`, and creates the folder. `None` if the variable is not set.
///
/// # Panics
/// If the folder cannot be created.
pub fn picture_path(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("E2E_PICTURES")?;
    fs::create_dir_all(&folder).expect("a folder");
    Some(Path::new(&folder).join(format!("{name}.png")))
}
