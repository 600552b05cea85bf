//! Where the person is signed in.

use askama::Template;
use chassis::{id::SessionId, text::Texts};

use super::Words;
use crate::peers::login::Device;

/// The card with the devices, or the notice that they can't be listed.
#[derive(Template)]
#[template(path = "parts/devices.html")]
pub(in crate::http) struct DevicesCard {
    pub(in crate::http) t: Texts,
    pub(in crate::http) devices: Option<Vec<Row>>,
    pub(in crate::http) failed: bool,
}

/// A device.
pub(in crate::http) struct Row {
    pub(in crate::http) session_id: SessionId,
    pub(in crate::http) name: String,
    pub(in crate::http) last_used: String,
    pub(in crate::http) current: bool,
    pub(in crate::http) end_label: String,
}

impl DevicesCard {
    /// The devices in words; `failed` when one could not be ended.
    pub(in crate::http) fn new(words: &Words, devices: Option<Vec<Device>>, failed: bool) -> Self {
        let devices = devices.map(|devices| devices.into_iter().map(|device| row(words, device)).collect());
        Self { t: words.t, devices, failed }
    }
}

fn row(words: &Words, device: Device) -> Row {
    let t = &words.t;
    let name = if device.name.is_empty() { t.get("sessions-unknown-device") } else { device.name };
    let last_used = device.last_used_at.map(|time| t.with("sessions-last-used", &[("time", &words.moment(time))]));
    Row {
        session_id: device.session_id,
        last_used: last_used.unwrap_or_default(),
        current: device.current,
        end_label: t.with("sessions-end-label", &[("device", &name)]),
        name,
    }
}
