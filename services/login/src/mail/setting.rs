//! The setting `LOGIN_MAIL`.

use std::str::FromStr;

use secrecy::SecretString;
use url::{Host, Url};

#[derive(Debug, Clone)]
pub enum MailSetting {
    /// `dev`: everyone who can open `/dev/mailbox` sees the mails.
    Dev,
    /// URL of an SMTP server, with user and password.
    Smtp(SecretString),
}

/// The error does not repeat the value, because it holds a password.
impl FromStr for MailSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "dev" {
            return Ok(Self::Dev);
        }
        let form = "must be `dev`, or smtps://user:password@host:465, or smtp://user:password@host:587?tls=required";
        let url = Url::parse(text).map_err(|_| form.to_owned())?;
        if !matches!(url.scheme(), "smtp" | "smtps") || url.host().is_none() {
            return Err(form.to_owned());
        }
        let encrypted =
            url.scheme() == "smtps" || url.query_pairs().any(|pair| pair == ("tls".into(), "required".into()));
        if !encrypted && !is_local(&url) {
            return Err(
                "must end with ?tls=required: otherwise a password and tokens cross the network unencrypted".to_owned()
            );
        }
        Ok(Self::Smtp(text.into()))
    }
}

/// Whether the server runs on this machine. The `url` crate parses the host of an `smtp` URL as a domain.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => matches!(host, "localhost" | "127.0.0.1"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_reached_over_tls_or_on_this_machine() {
        assert!(matches!("dev".parse(), Ok(MailSetting::Dev)));
        for good in [
            "smtps://user:secret@mail.example.com:465",
            "smtp://mail.example.com:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
            "smtp://[::1]:25",
        ] {
            assert!(matches!(good.parse(), Ok(MailSetting::Smtp(_))), "{good}");
        }
    }

    #[test]
    fn errors_do_not_repeat_the_value() {
        for wrong in [
            "",
            "smtp",
            "Dev",
            "https://user:secret@mail.example.com",
            "smtp://user:secret@mail.example.com",
            "smtp://user:secret@mail.example.com?tls=opportunistic",
            "smtps://",
        ] {
            let said = wrong.parse::<MailSetting>().expect_err(wrong);
            assert!(said.starts_with("must") && !said.contains("secret"), "{said}");
        }
    }
}
