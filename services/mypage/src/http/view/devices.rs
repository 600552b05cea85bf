//! The card of the devices that the person is signed in on.

use askama::Template;
use chassis::{id::SessionId, text::Texts};

use super::Localizer;
use crate::domain::device::Device;

#[derive(Template)]
#[template(path = "parts/devices.html")]
pub(in crate::http) struct DevicesCard {
    pub(in crate::http) t: Texts,
    pub(in crate::http) devices: Option<Vec<Row>>,
    pub(in crate::http) failed: bool,
    pub(in crate::http) page_session: String,
}

pub(in crate::http) struct Row {
    pub(in crate::http) session_id: SessionId,
    pub(in crate::http) name: String,
    pub(in crate::http) last_used: String,
    pub(in crate::http) current: bool,
    pub(in crate::http) end_label: String,
}

impl DevicesCard {
    /// `None` shows that login is unavailable; `failed` shows that a session was not ended.
    pub(in crate::http) fn new(
        localizer: &Localizer,
        devices: Option<Vec<Device>>,
        page_session: String,
        failed: bool,
    ) -> Self {
        let devices = devices.map(|devices| devices.into_iter().map(|device| row(localizer, device)).collect());
        Self { t: localizer.t, devices, failed, page_session }
    }
}

fn row(localizer: &Localizer, device: Device) -> Row {
    let t = &localizer.t;
    let name = if device.name.is_empty() { t.get("sessions-unknown-device") } else { device.name };
    let last_used = device.last_used_at.map(|time| t.with("sessions-last-used", &[("time", &localizer.moment(time))]));
    Row {
        session_id: device.session_id,
        last_used: last_used.unwrap_or_default(),
        current: device.current,
        end_label: t.with("sessions-end-of", &[("device", &name)]),
        name,
    }
}
