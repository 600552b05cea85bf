//! The page of a campaign: its state, its report, its creatives and its settings.

use askama::Template;
use chassis::text::{Texts, count};

use super::{
    Layout, Localizer,
    errors::Errors,
    field::Field,
    form::ad_fields,
    image::ImageFields,
    interest,
    list::StatusBadge,
    preview::Preview,
    range::Range,
    report::{Figure, ReportView},
    texts,
};
use crate::{
    domain::{
        campaign::{Campaign, CampaignToday, Status},
        creative::{Content, Creative, MAX_CREATIVES, Review},
    },
    http::pages::{
        creatives::CreativeForm,
        detail::{Refused, RefusedForm},
        form::{CampaignForm, revision},
    },
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
    actions: Vec<Action>,
    /// Whether the campaign can change: it has not ended.
    editable: bool,
    report: ReportView,
    creatives: Vec<CreativeView>,
    /// The fields of one more creative; `None` when there are enough.
    new_creative: Option<Vec<Field>>,
    new_open: bool,
    settings: Vec<Figure>,
}

/// A change of state, as a button.
struct Action {
    status: &'static str,
    label: String,
    class: &'static str,
}

struct CreativeView {
    creative_id: String,
    preview: Preview,
    review: String,
    review_class: &'static str,
    /// Why it was rejected.
    reason: Option<String>,
    landing_url: String,
    fields: Vec<Field>,
    /// Whether its form is shown.
    open: bool,
    image: ImageFields,
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
        let form = refused.as_ref().map(|refused| &refused.form);
        let new_sent = match form {
            Some(RefusedForm::NewCreative(sent)) => Some((sent, &errors)),
            _ => None,
        };
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
            new_creative: may_add.then(|| fields(&t, "new", new_sent, None)),
            new_open: new_sent.is_some(),
            creatives: creatives.iter().map(|it| view(localizer, &campaign, it, form, &errors)).collect(),
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

fn view(
    localizer: &Localizer,
    campaign: &Campaign,
    creative: &Creative,
    form: Option<&RefusedForm>,
    errors: &Errors,
) -> CreativeView {
    let t = &localizer.t;
    let sent = match form {
        Some(RefusedForm::Creative(id, sent)) if *id == creative.creative_id => Some((sent, errors)),
        _ => None,
    };
    let image_sent = match form {
        Some(RefusedForm::Image(id, alt)) if *id == creative.creative_id => Some((alt.as_str(), errors)),
        _ => None,
    };
    let (id, content) = (creative.creative_id.to_string(), &creative.content);
    let image = content.image.as_ref();
    let (review, review_class) = match creative.review {
        Review::Pending => (t.get("review-pending"), "accent"),
        Review::Approved => (t.get("review-approved"), "good"),
        Review::Rejected { .. } => (t.get("review-rejected"), "error"),
    };
    let shown = (content.headline.clone(), content.body.clone());
    CreativeView {
        preview: Preview::new(
            &texts(campaign.locale),
            &localizer.tenant.name,
            shown,
            image.map(|image| image.image_id.path(campaign.tenant_id)),
        ),
        review,
        review_class,
        reason: creative.review.reason().map(str::to_owned),
        landing_url: content.landing_url.clone(),
        fields: fields(t, &id, sent, Some(content)),
        open: sent.is_some(),
        image: ImageFields::new(t, &id, image_sent, image),
        creative_id: id,
    }
}

/// The fields of a creative's form: as they were sent and refused, else as they are stored. `suffix` makes their ids unique.
fn fields(t: &Texts, suffix: &str, sent: Option<(&CreativeForm, &Errors)>, stored: Option<&Content>) -> Vec<Field> {
    let form = match (sent, stored) {
        (Some((sent, _)), _) => CampaignForm::of_creative(&sent.headline, &sent.body, &sent.landing_url),
        (None, Some(stored)) => CampaignForm::of_creative(&stored.headline, &stored.body, &stored.landing_url),
        (None, None) => CampaignForm::default(),
    };
    let none = Errors::default();
    let errors = sent.map_or(&none, |(_, errors)| errors);
    let unique = |field: Field| Field { id: format!("{}-{suffix}", field.id), ..field };
    ad_fields(t, &form, errors).into_iter().map(unique).collect()
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
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
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
