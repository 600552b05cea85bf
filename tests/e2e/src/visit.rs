//! A visit to pages in one look: each page is checked, and what is wrong is collected.

use std::path::Path;

use thirtyfour::{By, WebDriver};

use crate::{axe, browser::Look, forms};

/// Checks the pages that a browser opens: they use the language, fit the window and have no accessibility faults.
///
/// With `E2E_PICTURES`, it saves a picture of each page in that folder.
pub struct Visit<'a> {
    pub page: &'a WebDriver,
    pub language: &'static str,
    /// Language, colours and size, for file names and messages.
    pub name: String,
    /// Whether axe-core checks the pages.
    pub with_axe: bool,
    wrong: Vec<String>,
}

impl<'a> Visit<'a> {
    pub fn new(page: &'a WebDriver, look: Look, name: String, with_axe: bool) -> Self {
        Self { page, language: look.language, name, with_axe, wrong: vec![] }
    }

    /// Opens a page and checks it.
    ///
    /// # Panics
    /// If the browser cannot open it.
    pub async fn open(&mut self, url: String, what: &str) {
        self.page.goto(url).await.expect("a page");
        self.check(what).await;
    }

    /// Checks the page that the browser shows.
    ///
    /// # Panics
    /// If the browser shows no page.
    pub async fn check(&mut self, what: &str) {
        let page = self.page;
        let lang = page.find(By::Css("html")).await.expect("a page").attr("lang").await.expect("an attribute");
        if lang.as_deref() != Some(self.language) {
            self.note(what, &format!("is in the language {lang:?}"));
        }
        let wide = page.execute("return document.documentElement.scrollWidth - window.innerWidth", vec![]);
        let wide = wide.await.expect("a number").json().as_i64().expect("a number");
        if wide > 0 {
            self.note(what, &format!("is {wide} px too wide"));
        }
        if self.with_axe {
            for fault in axe::faults(page).await {
                self.note(what, &fault);
            }
        }
        if let Some(file) = forms::picture_path(&format!("{what}-{}", self.name)) {
            picture(page, &file).await;
        }
    }

    fn note(&mut self, what: &str, text: &str) {
        self.wrong.push(format!("{what} {}: {text}", self.name));
    }

    /// Ends the visit. Returns what is wrong.
    pub fn wrong(self) -> Vec<String> {
        self.wrong
    }
}

/// Takes a picture of the whole page, including the part below the window.
async fn picture(page: &WebDriver, file: &Path) {
    let size = page
        .execute("return [window.innerWidth, document.documentElement.scrollHeight]", vec![])
        .await
        .expect("a size");
    let side = |index: usize| size.json()[index].as_u64().and_then(|side| u32::try_from(side).ok()).expect("a number");
    let before = page.get_window_rect().await.expect("a window");
    let height = side(1).max(400) + 150;
    let (width, old) =
        (u32::try_from(before.width).expect("positive"), u32::try_from(before.height).expect("positive"));
    page.set_window_rect(0, 0, width, height).await.expect("resized");
    page.screenshot(file).await.expect("a picture");
    page.set_window_rect(0, 0, width, old).await.expect("resized");
}
