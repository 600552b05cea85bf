//! The page of a campaign: its state, its report, its creatives and its settings.

use askama::Template;
use chassis::{
    secret::random_token,
    text::{Texts, count},
};

use chrono::NaiveDate;

use super::{
    Layout, Localizer,
    creative::{CreativeForm, CreativeView},
    errors::Errors,
    interest,
    list::StatusBadge,
    range::Range,
    report::{Figure, ReportView},
};
use crate::{
    domain::{
        campaign::{Campaign, CampaignToday, Status},
        creative::MAX_CREATIVES,
    },
    http::pages::{detail::Refused, form::revision},
    usecase::report::Report,
};

#[derive(Template)]
#[template(path = "detail.html")]
pub(in crate::http::pages) struct DetailPage {
    layout: Layout,
    campaign_id: String,
    name: String,
    status: StatusBadge,
    status_error: Option<String>,
    page_session: String,
    revision: String,
    /// Of the forms that create something: see `IdempotencyKey::of_form`.
    form_key: String,
    locale: &'static str,
    actions: Vec<Action>,
    /// Whether the campaign can change: it has not ended.
    editable: bool,
    report: ReportView,
    creatives: Vec<CreativeView>,
    /// `None` when there are enough. Else also whether its form is shown without a press.
    new_creative: Option<(CreativeForm, bool)>,
    settings: Vec<Figure>,
}

/// A change of state, as a button.
struct Action {
    status: &'static str,
    label: String,
    class: &'static str,
}

/// What the page shows.
pub(in crate::http::pages) struct Shown {
    pub(in crate::http::pages) campaign: CampaignToday,
    pub(in crate::http::pages) report: Report,
    pub(in crate::http::pages) range: Range,
    pub(in crate::http::pages) page_session: String,
    pub(in crate::http::pages) refused: Option<Refused>,
}

impl DetailPage {
    pub(in crate::http::pages) fn new(layout: Layout, localizer: &Localizer, shown: Shown) -> Self {
        let Shown { campaign: CampaignToday { campaign, creatives, spent }, report, range, page_session, refused } =
            shown;
        let (t, currency) = (localizer.t, campaign.bid.currency);
        let id = campaign.campaign_id.to_string();
        let editable = campaign.status != Status::Ended;
        let errors = refused.as_ref().map_or(&[][..], |refused| &refused.errors);
        let errors = Errors::new(localizer, currency, errors);
        let sent = refused.as_ref().map(|refused| (&refused.form, &errors));
        let may_add = editable && creatives.len() < MAX_CREATIVES;
        Self {
            name: campaign.name.clone(),
            status: StatusBadge::new(&t, campaign.status),
            status_error: errors.get("status"),
            page_session,
            revision: revision(&campaign),
            actions: actions(&t, campaign.status),
            editable,
            report: ReportView::new(localizer, &id, range, &report, currency),
            form_key: random_token(),
            locale: campaign.locale.as_str(),
            new_creative: may_add.then(|| CreativeForm::one_more(localizer, &campaign, sent)),
            creatives: creatives.iter().map(|it| CreativeView::new(localizer, &campaign, it, sent)).collect(),
            settings: settings(localizer, &campaign, spent),
            campaign_id: id,
            layout,
        }
    }
}

/// The button that leads on from a state. The end has its own, because it is final.
fn actions(t: &Texts, status: Status) -> Vec<Action> {
    let start = |key: &str| Action { status: "active", label: t.get(key), class: "" };
    let pause = || Action { status: "paused", label: t.get("action-pause"), class: "secondary" };
    match status {
        Status::Draft => vec![start("action-start")],
        Status::InReview => vec![Action { status: "draft", label: t.get("action-withdraw"), class: "secondary" }],
        Status::Active => vec![pause()],
        Status::Paused => vec![start("action-resume")],
        Status::Ended => vec![],
    }
}

/// The settings as words.
fn settings(localizer: &Localizer, campaign: &Campaign, spent: i64) -> Vec<Figure> {
    let t = &localizer.t;
    let money = |micros: i64| localizer.money(micros, campaign.bid.currency.code());
    let all = || t.get("settings-all");
    let none = || t.get("settings-none");
    let figure = |key: &str, value: String| Figure { label: t.get(key), value };
    let interests: Vec<_> = campaign.interests.iter().map(|it| interest(t, *it)).collect();
    let hours: Vec<_> = campaign.schedule.hours.list().iter().map(|hour| format!("{hour:02}")).collect();
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| localizer.date(day));
    let flight = match (campaign.schedule.starts_on, campaign.schedule.ends_on) {
        (None, None) => none(),
        (first, last) => format!("{} – {}", day(first), day(last)),
    };
    let or = |list: Vec<String>| if list.is_empty() { all() } else { list.join(", ") };
    vec![
        figure("settings-today", format!("{} / {}", money(spent), money(campaign.daily_budget.micros))),
        figure("settings-total", campaign.total_budget.map_or_else(none, |total| money(total.micros))),
        figure("settings-bid", money(campaign.bid.micros)),
        figure("settings-flight", flight),
        figure("settings-hours", or(hours)),
        figure("settings-interests", or(interests)),
        figure("settings-viewers", t.get(if campaign.open_to_all { "form-viewers-all" } else { "form-viewers-own" })),
        figure("settings-frequency", campaign.frequency_cap.map_or_else(none, |cap| count(i64::from(cap)))),
    ]
}
