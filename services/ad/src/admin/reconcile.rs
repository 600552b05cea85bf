//! `ad admin reconcile`.

use chassis::error::chain;

use crate::{app::App, usecase};

pub(super) async fn reconcile(app: &App) -> Result<String, String> {
    let differences = usecase::reconcile::reconcile(app).await.map_err(|error| chain(&error))?;
    if differences.is_empty() {
        return Ok("no differences".to_owned());
    }
    let lines: Vec<_> = differences.iter().map(ToString::to_string).collect();
    Err(format!("{} differences\n{}", lines.len(), lines.join("\n")))
}
