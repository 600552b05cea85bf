//! The messages that login sends. No subject contains text of a user. In texts, names of users are in quotation marks
//! and are no addresses ([`crate::domain::text`]): the tenant's name in an invitation, and to the owner of an account
//! the list of what a new password undid. Anyone can cause the other mails to any address, so they must not contain text
//! of that person.

use chassis::text::{Locale, Texts};
use chrono::Duration;

use crate::{
    LOCALES,
    domain::{
        email, invitation,
        mail::{Mail, RESET_LIFETIME, SIGN_UP_LIFETIME},
        text,
        undone::Undone,
    },
};

#[derive(Debug, Clone)]
pub enum Message {
    /// Requests the confirmation of the address of a new tenant's admin.
    VerifySignUp {
        /// The link that confirms the address.
        url: String,
    },
    /// Answers a sign-up whose address already has an account.
    AddressTaken {
        sign_in_url: String,
        forgot_url: String,
    },
    Invitation {
        /// The tenant's name, or its slug where the name reads as an address.
        tenant_name: String,
        /// The link that accepts the invitation.
        url: String,
    },
    PasswordReset {
        /// The link that sets a new password.
        url: String,
    },
    /// Notifies the person that their password was changed.
    PasswordChanged {
        /// In the tenant's time zone.
        time: String,
        forgot_url: String,
        undone: Undone,
        /// Asks an admin to check the roles of the members, which are not undone.
        is_admin: bool,
    },
    /// Notifies the person of a sign-in from a new device, or from one that was not used for long.
    NewDevice {
        device: String,
        /// In the tenant's time zone.
        time: String,
        sessions_url: String,
        forgot_url: String,
    },
    PasskeyAdded(PasskeyNotice),
    PasskeyRemoved(PasskeyNotice),
}

/// The content of a notice about a passkey. It omits the passkey's name, which an attacker may have chosen.
#[derive(Debug, Clone)]
pub struct PasskeyNotice {
    pub device: String,
    /// In the tenant's time zone.
    pub time: String,
    pub account_url: String,
    pub forgot_url: String,
}

impl PasskeyNotice {
    fn arguments(&self) -> [(&'static str, &str); 4] {
        [
            ("device", &self.device),
            ("time", &self.time),
            ("account_url", &self.account_url),
            ("forgot_url", &self.forgot_url),
        ]
    }
}

impl Message {
    /// The lifetime of the link; `None` for a message without an expiring link.
    pub fn lifetime(&self) -> Option<Duration> {
        match self {
            Self::VerifySignUp { .. } => Some(SIGN_UP_LIFETIME),
            Self::Invitation { .. } => Some(invitation::LIFETIME),
            Self::PasswordReset { .. } => Some(RESET_LIFETIME),
            Self::AddressTaken { .. }
            | Self::PasswordChanged { .. }
            | Self::NewDevice { .. }
            | Self::PasskeyAdded(_)
            | Self::PasskeyRemoved(_) => None,
        }
    }

    /// Renders the mail in the recipient's language.
    pub fn render(&self, to: &str, locale: Locale) -> Mail {
        let texts = Texts::new(&LOCALES, locale);
        let (subject, text) = match self {
            Self::VerifySignUp { url } => {
                (texts.get("mail-verify-subject"), texts.with("mail-verify-text", &[("url", url.as_str())]))
            }
            Self::AddressTaken { sign_in_url, forgot_url } => {
                let arguments = [("sign_in_url", sign_in_url.as_str()), ("forgot_url", forgot_url)];
                (texts.get("mail-taken-subject"), texts.with("mail-taken-text", &arguments))
            }
            Self::Invitation { tenant_name, url } => {
                let arguments = [("company", tenant_name.as_str()), ("url", url)];
                (texts.get("mail-invitation-subject"), texts.with("mail-invitation-text", &arguments))
            }
            Self::PasswordReset { url } => {
                (texts.get("mail-reset-subject"), texts.with("mail-reset-text", &[("url", url.as_str())]))
            }
            Self::PasswordChanged { time, forgot_url, undone, is_admin } => {
                let arguments = [("time", time.as_str()), ("forgot_url", forgot_url)];
                let mut text = texts.with("mail-password-text", &arguments);
                text.push_str(&list(undone, &texts));
                if *is_admin {
                    text.push_str("\n\n");
                    text.push_str(&texts.get("mail-password-roles"));
                }
                (texts.get("mail-password-subject"), text)
            }
            Self::NewDevice { device, time, sessions_url, forgot_url } => {
                let arguments = [
                    ("device", device.as_str()),
                    ("time", time),
                    ("sessions_url", sessions_url),
                    ("forgot_url", forgot_url),
                ];
                (texts.get("mail-device-subject"), texts.with("mail-device-text", &arguments))
            }
            Self::PasskeyAdded(notice) => {
                let text = texts.with("mail-passkey-added-text", &notice.arguments());
                (texts.get("mail-passkey-added-subject"), text)
            }
            Self::PasskeyRemoved(notice) => {
                let text = texts.with("mail-passkey-removed-text", &notice.arguments());
                (texts.get("mail-passkey-removed-subject"), text)
            }
        };
        Mail { to: to.to_owned(), subject, text }
    }
}

/// A paragraph for each kind of thing that a new password undid or left to check.
fn list(undone: &Undone, texts: &Texts) -> String {
    let kinds = [
        ("mail-password-invitations", &undone.invitations),
        ("mail-password-secrets", &undone.secrets),
        ("mail-password-passkeys", &undone.passkeys),
        ("mail-password-joined", &undone.joined),
        ("mail-password-clients", &undone.clients),
    ];
    let paragraph = |(key, items): (&str, &Vec<String>)| {
        let addresses = matches!(key, "mail-password-invitations" | "mail-password-joined");
        let line = |item: &String| {
            let shown = if addresses { email::shown(item, "…") } else { text::shown(item, "…") };
            format!("\n- “{shown}”")
        };
        format!("\n\n{}{}", texts.get(key), items.iter().map(line).collect::<String>())
    };
    kinds.into_iter().filter(|(_, items)| !items.is_empty()).map(paragraph).collect()
}
