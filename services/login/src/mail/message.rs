//! What mails say. Only an invitation holds words that someone wrote: a mail that anyone can have sent to anyone must not
//! carry a stranger's message.

use chassis::text::{Locale, Texts};
use chrono::Duration;

use crate::{
    LOCALES,
    domain::{
        invitation,
        mail::{Mail, RESET_LIFETIME, SIGN_UP_LIFETIME},
    },
};

/// A mail, before it is put into words.
#[derive(Debug, Clone)]
pub enum Message {
    /// Somebody signs a company up with this address.
    VerifySignUp {
        /// Where they show that they read its mail.
        url: String,
    },
    /// Somebody signs a company up with an address that has an account.
    AddressTaken {
        /// Where its owner signs in.
        sign_in_url: String,
        /// Where its owner gets a new password.
        forgot_url: String,
    },
    /// An admin invites.
    Invitation {
        /// The company.
        company: String,
        /// Where the invitation is accepted.
        url: String,
    },
    /// Someone forgot their password.
    PasswordReset {
        /// Where they choose a new one.
        url: String,
    },
    /// Someone has a new password.
    PasswordChanged {
        /// When it was changed, in the time zone of their company.
        time: String,
        /// Where they get another one.
        forgot_url: String,
    },
    /// Someone signed in from a device that is new, or was not used for long.
    NewDevice {
        /// Which.
        device: String,
        /// When, in the time zone of their company.
        time: String,
        /// Where they see their sessions.
        sessions_url: String,
        /// Where they get a new password.
        forgot_url: String,
    },
    /// Someone added a passkey to their account.
    PasskeyAdded(PasskeyNotice),
    /// Someone removed a passkey from their account.
    PasskeyRemoved(PasskeyNotice),
}

/// What is told of a passkey. Not its name: that may be a stranger's words.
#[derive(Debug, Clone)]
pub struct PasskeyNotice {
    /// What was signed in with.
    pub device: String,
    /// When, in the time zone of their company.
    pub time: String,
    /// Where they see their passkeys.
    pub account_url: String,
    /// Where they get a new password.
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
    /// How long its link is good; nothing where it has none that ends.
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

    /// The mail in the recipient's language.
    pub fn write(&self, to: &str, locale: Locale) -> Mail {
        let texts = Texts::new(&LOCALES, locale);
        let (subject, text) = match self {
            Self::VerifySignUp { url } => {
                (texts.get("mail-verify-subject"), texts.with("mail-verify-text", &[("url", url.as_str())]))
            }
            Self::AddressTaken { sign_in_url, forgot_url } => {
                let arguments = [("sign_in_url", sign_in_url.as_str()), ("forgot_url", forgot_url)];
                (texts.get("mail-taken-subject"), texts.with("mail-taken-text", &arguments))
            }
            Self::Invitation { company, url } => {
                let arguments = [("company", company.as_str()), ("url", url)];
                (texts.with("mail-invitation-subject", &arguments[..1]), texts.with("mail-invitation-text", &arguments))
            }
            Self::PasswordReset { url } => {
                (texts.get("mail-reset-subject"), texts.with("mail-reset-text", &[("url", url.as_str())]))
            }
            Self::PasswordChanged { time, forgot_url } => {
                let arguments = [("time", time.as_str()), ("forgot_url", forgot_url)];
                (texts.get("mail-password-subject"), texts.with("mail-password-text", &arguments))
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
