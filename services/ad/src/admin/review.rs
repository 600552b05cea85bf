//! `ad admin review`: the review of creatives by an operator.

use chassis::{error::chain, text::single_line};
use clap::Subcommand;

use crate::{
    app::App,
    domain::creative::{CreativeId, PendingCreative, Review},
    error::Error,
    usecase::creatives::{list_pending::list_pending, review_creative::review_creative},
};

const REASON_CHARS: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// List the creatives that wait for a review, of all tenants
    List,
    /// Approve a creative: from now on it is served
    Approve {
        /// Id of the creative, from `list`
        #[arg(value_name = "CREATIVE_ID")]
        id: CreativeId,
    },
    /// Reject a creative: it is not served
    Reject {
        /// Id of the creative, from `list`
        #[arg(value_name = "CREATIVE_ID")]
        id: CreativeId,
        /// The reason, for the advertiser: at most 200 characters
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

pub(super) async fn execute(app: &App, command: Command) -> Result<String, String> {
    let (id, review) = match command {
        Command::List => {
            let pending = list_pending(app).await.map_err(|error| chain(&error))?;
            let each: Vec<_> = pending.iter().map(|pending| describe(app, pending)).collect();
            return Ok(if each.is_empty() { "no creative waits for a review".into() } else { each.join("\n\n") });
        }
        Command::Approve { id } => (id, Review::Approved),
        Command::Reject { id, reason } => {
            let reason = single_line("--reason", &reason, REASON_CHARS)
                .map_err(|error| format!("{} {}", error.field, error.detail))?;
            (id, Review::Rejected { reason })
        }
    };
    let done = format!("{} {id}", review.name());
    match review_creative(app, id, review).await {
        Ok(reviewed) => {
            let campaign = reviewed.campaign;
            Ok(format!("{done}: the campaign {} is {}", campaign.campaign_id, campaign.status.name()))
        }
        Err(Error::CreativeNotFound) => Err(format!("no creative has the id {id}, or it was replaced")),
        Err(error) => Err(format!("{id}: {}", chain(&error))),
    }
}

fn describe(app: &App, pending: &PendingCreative) -> String {
    let PendingCreative { creative_id, tenant_id, advertiser_name, campaign_name, content } = pending;
    let image = content.image.as_ref().map(|image| {
        let address = app.config.ad_public_url.join(&image.image_id.path(*tenant_id));
        format!("\n  {address} ({})", image.alt)
    });
    format!(
        "{creative_id} of {advertiser_name}, {campaign_name}\n  {}\n  {}\n  {}{}",
        content.headline,
        content.body,
        content.landing_url,
        image.unwrap_or_default()
    )
}
