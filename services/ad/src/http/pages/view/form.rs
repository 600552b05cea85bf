//! The form of a campaign.

use askama::Template;
use chassis::{
    problem::FieldError,
    text::{Locale, Texts},
};

use super::{
    Layout, Localizer,
    creative::CreativeForm,
    errors::Errors,
    field::{Choice, Field, choice},
    interest,
};
use crate::{
    domain::{interest::Interest, money::Currency},
    http::pages::{form::CampaignForm, visitor::Advertiser},
};

#[derive(Template)]
#[template(path = "form.html")]
pub(in crate::http::pages) struct FormPage {
    layout: Layout,
    title: String,
    action: String,
    /// Where to go without saving.
    back: String,
    page_session: String,
    revision: String,
    has_errors: bool,
    /// The same when the form is sent twice.
    form_key: String,
    /// `None` for an existing campaign: its creatives have forms of their own.
    ad: Option<CreativeForm>,
    name_fields: Vec<Field>,
    budget_fields: Vec<Field>,
    schedule_fields: Vec<Field>,
    locales: Vec<Choice>,
    locale_error: Option<String>,
    audiences: Vec<Choice>,
    interests: Vec<Choice>,
    interests_error: Option<String>,
    hours: Vec<Choice>,
    hours_open: bool,
    hours_hint: String,
    buttons: Vec<Choice>,
}

/// What a form is for.
pub(in crate::http::pages) enum Purpose {
    Create,
    /// Changes the campaign with this id.
    Edit(String),
}

/// The frame of a form: who fills it in.
pub(in crate::http::pages) struct Filled<'a> {
    layout: Layout,
    page_session: String,
    localizer: &'a Localizer,
    currency: Currency,
}

impl<'a> Filled<'a> {
    pub(in crate::http::pages) fn new(advertiser: &Advertiser, localizer: &'a Localizer, currency: Currency) -> Self {
        Self { layout: advertiser.layout(), page_session: advertiser.page_session(), localizer, currency }
    }
}

impl FormPage {
    pub(in crate::http::pages) fn new(
        filled: Filled<'_>,
        purpose: &Purpose,
        form: &CampaignForm,
        errors: &[FieldError],
    ) -> Self {
        let Filled { layout, page_session, localizer, currency } = filled;
        let t = localizer.t;
        let errors = Errors::new(localizer, currency, errors);
        let is_new = matches!(purpose, Purpose::Create);
        let back = match purpose {
            Purpose::Create => "/campaigns".to_owned(),
            Purpose::Edit(id) => format!("/campaigns/{id}"),
        };
        let chosen = |name: &str, list: &[String]| list.iter().any(|value| value == name);
        let interests = Interest::ALL.map(|it| choice(it.name(), interest(&t, it), chosen(it.name(), &form.interests)));
        let hours = (0..24).map(|hour| (hour.to_string(), format!("{hour:02}")));
        Self {
            title: t.get(if is_new { "form-new" } else { "form-edit" }),
            action: back.clone(),
            back,
            page_session,
            revision: form.revision.clone(),
            has_errors: !errors.is_empty(),
            form_key: form.form_key.clone(),
            ad: is_new.then(|| CreativeForm::new(localizer, form, &errors)),
            name_fields: vec![Field::text(&t, "name", &form.name, 100, &errors)],
            budget_fields: budget_fields(localizer, form, currency, &errors),
            schedule_fields: schedule_fields(&t, form, &errors),
            locales: locales(&t, &form.locale),
            locale_error: errors.get("locale"),
            audiences: audiences(&t, &form.audience),
            interests: interests.into(),
            interests_error: errors.get("interests"),
            hours: hours.map(|(value, label)| choice(&value, label, chosen(&value, &form.hours))).collect(),
            hours_open: !form.hours.is_empty(),
            hours_hint: t.with("form-hours-hint", &[("zone", localizer.zone_name())]),
            buttons: buttons(&t, is_new),
            layout,
        }
    }
}

fn budget_fields(localizer: &Localizer, form: &CampaignForm, currency: Currency, errors: &Errors) -> Vec<Field> {
    let t = &localizer.t;
    let amount = |name: &'static str, value: &str, required| Field {
        label: t.with(&format!("form-{name}"), &[("currency", currency.code())]),
        required,
        mode: Some("decimal"),
        max: Some(20),
        ..Field::text(t, name, value, 20, errors)
    };
    vec![
        amount("bid", &form.bid, true),
        amount("daily_budget", &form.daily_budget, true),
        amount("total_budget", &form.total_budget, false),
    ]
}

fn schedule_fields(t: &Texts, form: &CampaignForm, errors: &Errors) -> Vec<Field> {
    let optional =
        |kind, name, value: &str| Field { kind, required: false, max: None, ..Field::text(t, name, value, 0, errors) };
    vec![
        optional("date", "starts_on", &form.starts_on),
        optional("date", "ends_on", &form.ends_on),
        Field { mode: Some("numeric"), ..optional("text", "frequency_cap", &form.frequency_cap) },
    ]
}

fn locales(t: &Texts, chosen: &str) -> Vec<Choice> {
    let label = |locale: Locale| match locale {
        Locale::Ko => t.get("form-locale-ko"),
        Locale::En => t.get("form-locale-en"),
    };
    Locale::ALL.into_iter().map(|it| choice(it.as_str(), label(it), it.as_str() == chosen)).collect()
}

fn audiences(t: &Texts, chosen: &str) -> Vec<Choice> {
    vec![
        choice("own", t.get("form-viewers-own"), chosen != "all"),
        choice("all", t.get("form-viewers-all"), chosen == "all"),
    ]
}

fn buttons(t: &Texts, is_new: bool) -> Vec<Choice> {
    if is_new {
        vec![choice("active", t.get("form-start"), true), choice("draft", t.get("form-draft"), false)]
    } else {
        vec![choice("", t.get("form-save"), true)]
    }
}
