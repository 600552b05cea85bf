//! A visit to pages in one look: each page is checked, and what is wrong is collected.

use std::{collections::BTreeSet, path::Path};

use thirtyfour::WebDriver;

use crate::{
    axe,
    browser::{Look, set_screen},
    forms,
    pages::Seen,
};

/// The path and the HTTP status of the page.
const WHERE: &str = "return [location.pathname, performance.getEntriesByType('navigation')[0].responseStatus]";

/// Checks the pages that a browser opens: they use the language, fit the window and have no accessibility faults.
///
/// With `E2E_PICTURES`, it saves a picture of each page in that folder.
pub struct Visit<'a> {
    pub page: &'a WebDriver,
    /// Origins of the pages, with their owners. Other pages are those of devstack.
    owners: &'a [(String, &'static str)],
    pub language: &'static str,
    size: (u32, u32),
    /// Language, colours and size, for file names and messages.
    pub name: String,
    /// Whether axe-core checks the pages.
    pub with_axe: bool,
    seen: BTreeSet<Seen>,
    wrong: Vec<String>,
}

impl<'a> Visit<'a> {
    pub fn new(
        page: &'a WebDriver,
        owners: &'a [(String, &'static str)],
        look: Look,
        name: String,
        with_axe: bool,
    ) -> Self {
        Self {
            page,
            owners,
            language: look.language,
            size: look.size,
            name,
            with_axe,
            seen: BTreeSet::new(),
            wrong: vec![],
        }
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
        let seen = self.place().await;
        self.seen.insert(seen);
        // One command: an element that was found before a form's answer arrived is gone when it is read.
        let lang = page.execute("return document.documentElement.lang", vec![]).await.expect("a language");
        let lang = lang.json().as_str();
        if lang != Some(self.language) {
            self.note(what, &format!("is in the language {lang:?}"));
        }
        // Not the width of the window: a phone makes a page smaller that is too wide.
        let wide = page.execute("return document.documentElement.scrollWidth", vec![]);
        let wide = wide.await.expect("a number").json().as_u64().expect("a number");
        if wide > self.size.0.into() {
            self.note(what, &format!("is {wide} px wide on a screen of {} px", self.size.0));
        }
        if self.with_axe {
            for fault in axe::faults(page).await {
                self.note(what, &fault);
            }
        }
        if let Some(file) = forms::picture_path(&format!("{what}-{}", self.name)) {
            picture(page, self.size, &file).await;
        }
    }

    async fn place(&self) -> Seen {
        let url = self.page.current_url().await.expect("a URL");
        let origin = url.origin().ascii_serialization();
        let owner = self.owners.iter().find(|(own, _)| *own == origin).map_or("devstack", |(_, owner)| *owner);
        let place = self.page.execute(WHERE, vec![]).await.expect("a place");
        let status = place.json()[1].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
        Seen { owner, path: place.json()[0].as_str().expect("a path").to_owned(), status }
    }

    fn note(&mut self, what: &str, text: &str) {
        self.wrong.push(format!("{what} {}: {text}", self.name));
    }

    /// Ends the visit. Returns the opened pages, and what is wrong.
    pub fn end(self) -> (BTreeSet<Seen>, Vec<String>) {
        (self.seen, self.wrong)
    }
}

/// Takes a picture of the whole page, including the part below the window.
async fn picture(page: &WebDriver, (width, height): (u32, u32), file: &Path) {
    let whole = page.execute("return document.documentElement.scrollHeight", vec![]).await.expect("a height");
    let whole = whole.json().as_u64().and_then(|whole| u32::try_from(whole).ok()).expect("a number");
    set_screen(page, (width, whole.max(height))).await;
    page.screenshot(file).await.expect("a picture");
    set_screen(page, (width, height)).await;
}
