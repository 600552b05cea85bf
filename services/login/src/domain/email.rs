//! E-mail addresses, compared without regard to case and to the form of an internationalized domain.

use std::fmt;

use chassis::{host, problem::FieldError, text::single_line};
use unicode_normalization::UnicodeNormalization;

/// Maximum length in bytes (RFC 5321, erratum 1690).
const MAX_LENGTH: usize = 254;

/// An address in its canonical form: trimmed, the local part in lower case and in NFC (RFC 6532 §3.1), the domain with
/// A-labels (UTS 46). Browsers send domains in this form, and every mail server accepts it.
#[derive(Clone)]
pub struct Email {
    canonical: String,
    /// The trimmed, lower-case text. Earlier releases stored this form.
    typed: String,
}

impl Email {
    /// Parses an address, to which an account or an invitation is made.
    ///
    /// # Errors
    /// When the address has an invalid form.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        let email = Self::of_any_release(field, text)?;
        let local = email.canonical.rsplit_once('@').map_or("", |(local, _)| local);
        if !local.is_ascii() {
            let rule = "must have only a-z, digits and some signs before the @: browsers refuse other characters";
            return Err(FieldError::new(field, "invalid_local_part", rule));
        }
        if !is_dot_atom(local) || local.starts_with("www.") {
            return Err(invalid(field));
        }
        Ok(email)
    }

    /// Parses the address of an account: also one that only an earlier release accepted.
    ///
    /// # Errors
    /// When no release accepted the address.
    pub fn of_account(field: &str, text: &str) -> Result<Self, FieldError> {
        let stored = Self::stored(text);
        if was_accepted(&stored.typed) { Ok(stored) } else { Self::of_any_release(field, text) }
    }

    fn of_any_release(field: &str, text: &str) -> Result<Self, FieldError> {
        let typed = text.trim().to_lowercase();
        if typed.is_empty() {
            return Err(FieldError::new(field, "required", "must not be empty"));
        }
        let canonical = canonical(&typed).ok_or_else(|| invalid(field))?;
        Ok(Self { canonical, typed })
    }

    /// The address of a row. One that only an earlier release accepted is its own canonical form.
    pub fn stored(text: &str) -> Self {
        let typed = text.trim().to_lowercase();
        Self { canonical: canonical(&typed).unwrap_or_else(|| typed.clone()), typed }
    }

    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// SHA-256, for tables and logs that must not hold the address.
    pub fn hash(&self) -> [u8; 32] {
        chassis::secret::hash(&self.canonical)
    }

    /// All forms under which the address may be stored: as typed, canonical, and with U-labels, the last two also with the
    /// local part in NFD. Earlier releases stored what was typed, and took two forms of an address for two. Each form still
    /// finds its own account first.
    pub fn forms(&self) -> Vec<String> {
        let (local, domain) = self.canonical.rsplit_once('@').unwrap_or_default();
        let (unicode, outcome) = idna::domain_to_unicode(domain);
        let unicode = if outcome.is_ok() { unicode.as_str() } else { domain };
        let decomposed: String = local.nfd().collect();
        let mut forms = vec![self.typed.clone()];
        for form in
            [local, decomposed.as_str()].iter().flat_map(|local| [domain, unicode].map(|it| format!("{local}@{it}")))
        {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
    }

    /// SHA-256 of all forms.
    pub fn hashes(&self) -> Vec<Vec<u8>> {
        self.forms().iter().map(|form| chassis::secret::hash(form).to_vec()).collect()
    }
}

/// The same mailbox, whatever was typed.
impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Email {}

/// Hides the address, so that no log shows it by accident.
impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(…)")
    }
}

/// The address to show in a mail to another person. A mail program may turn one that an earlier release accepted into a
/// link: then `otherwise`.
pub fn shown<'a>(address: &'a str, otherwise: &'a str) -> &'a str {
    if Email::parse("", address).is_ok() { address } else { otherwise }
}

fn invalid(field: &str) -> FieldError {
    FieldError::new(field, "invalid_email", "must be an e-mail address")
}

/// Whether a local part is a dot-atom (RFC 5321 §4.1.2). A slash is refused, too: mail programs take `evil.example/x@` for
/// a link.
fn is_dot_atom(local: &str) -> bool {
    let is_atom_text = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-=?^_`{|}~".contains(c);
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_text))
}

/// Whether the release before A-labels accepted this address. It checked each label of the domain as it was typed.
fn was_accepted(typed: &str) -> bool {
    let Some((local, domain)) = typed.rsplit_once('@') else { return false };
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    is_local(local)
        && typed.len() <= MAX_LENGTH
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

/// Whether an earlier release accepted this local part.
fn is_local(local: &str) -> bool {
    let printable = local.chars().all(|c| !c.is_whitespace() && c != '@') && single_line("", local, MAX_LENGTH).is_ok();
    printable && (1..=64).contains(&local.len())
}

/// The canonical form. Checks a part of RFC 5321, to catch typing mistakes. Only a delivered mail proves that the address
/// exists. Lengths are those of the canonical form, which is stored and sent.
fn canonical(typed: &str) -> Option<String> {
    let (local, domain) = typed.rsplit_once('@')?;
    let local: String = local.nfc().collect();
    let address = format!("{local}@{}", host::ascii_domain(domain).filter(|domain| domain.contains('.'))?);
    (is_local(&local) && address.len() <= MAX_LENGTH).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse("email", text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn case_and_space_make_no_difference() {
        let [one, other] = [" Mina@Hangang.Example ", "mina@hangang.example"].map(email);
        assert_eq!(one, other);
        assert_eq!((one.hash(), one.hashes()), (other.hash(), vec![other.hash().to_vec()]));
    }

    #[test]
    fn a_domain_has_one_form() {
        let canonical = "mina@xn---x-9t1io77k.example";
        for text in [
            "mina@한강-x.example",
            "MINA@xn---x-9t1io77k.EXAMPLE",
            "mina@\u{1112}\u{1161}\u{11ab}\u{1100}\u{1161}\u{11bc}-x.example",
            "mina@한강\u{ff0d}\u{ff38}。example",
        ] {
            assert_eq!(email(text).as_str(), canonical, "{text}");
            assert_eq!(email(text), email(canonical));
        }
        assert_eq!(email("a@stra\u{df}e.example").as_str(), "a@xn--strae-oqa.example", "not the one with ss");
        let stored = |text: &str| Email::stored(text).canonical;
        assert_ne!(stored("한강@x.example"), stored("xn--939at69e@x.example"), "the local part stays");
    }

    #[test]
    fn stored_forms_are_found_in_the_order_of_their_likelihood() {
        let (unicode, ascii) = ("mina@한강-x.example", "mina@xn---x-9t1io77k.example");
        assert_eq!(email(unicode).forms(), [unicode, ascii]);
        assert_eq!(email(ascii).forms(), [ascii, unicode]);
        let wide = "mina@한강-x。example";
        assert_eq!(email(wide).forms(), [wide, ascii, unicode]);
    }

    #[test]
    fn a_local_part_has_one_form() {
        // Accounts of an earlier release: a new address is ASCII.
        let account = |text: &str| Email::of_account("email", text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let (composed, decomposed) = ("\u{d55c}\u{e9}@x.example", "\u{1112}\u{1161}\u{11ab}e\u{301}@x.example");
        for text in [composed, decomposed, &decomposed.to_uppercase(), "\u{d55c}E\u{301}@x.example"] {
            assert_eq!(account(text).as_str(), composed);
            assert_eq!(account(text), account(composed));
        }
        assert_eq!(account(composed).forms(), [composed, decomposed]);
        assert_eq!(account(decomposed).forms(), [decomposed, composed]);
        let on_host =
            ["é@xn--939at69e.example", "é@한강.example", "e\u{301}@xn--939at69e.example", "e\u{301}@한강.example"];
        assert_eq!(account(on_host[0]).forms(), on_host);
        // 20 syllables have 180 bytes in NFD and 60 in NFC.
        assert!(Email::of_account("email", &format!("{}@x.example", "\u{1112}\u{1161}\u{11ab}".repeat(20))).is_ok());
        assert!(Email::of_account("email", &format!("{}@x.example", "\u{1112}\u{1161}\u{11ab}".repeat(22))).is_err());
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for wrong in [
            "",
            "mina",
            "@x.example",
            "mina@",
            "mina@x",
            "mi na@x.example",
            "mi\u{202e}na@x.example",
            "mi\u{200b}na@x.example",
            "a@b@x.example",
            "https://evil.example/unlock@x.example",
            "evil.example/x@x.example",
            "www.evil.example@x.example",
            "a<b>@x.example",
            "a:b@x.example",
            "a\"b@x.example",
            "a..b@x.example",
            ".a@x.example",
            "a.@x.example",
            "mina@x..example",
            "mina@-x.example",
            "mina@x.example.",
            "mina@x_y.example",
            "mina@xn--.example",
            "mina@xn--a.example",
            "mina@x\u{202e}y.example",
            "mina@한강。",
        ] {
            assert!(Email::parse("email", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_local_part_is_one_that_browsers_accept() {
        assert!(Email::parse("email", "o'neil.a+b_c=d!~@x.example").is_ok());
        for local in ["한강", "jos\u{e9}", "jose\u{301}"] {
            let refused = Email::parse("email", &format!("{local}@x.example"));
            assert!(refused.is_err_and(|error| error.code == "invalid_local_part"), "{local}");
        }
    }

    #[test]
    fn an_account_keeps_a_local_part_that_is_refused_now() {
        let (unicode, ascii) = ("a..한/b@한강-x.example", "a..한/b@xn---x-9t1io77k.example");
        for text in [unicode, ascii, "A..한/B@한강-x。example"] {
            assert!(Email::parse("email", text).is_err(), "{text}");
            let account = Email::of_account("email", text).expect("an account may have it");
            assert_eq!(account.as_str(), ascii, "{text}");
            assert!(account.forms().contains(&unicode.to_owned()), "{text}");
        }
        assert_eq!((shown(ascii, "…"), shown("mina@x.example", "…")), ("…", "mina@x.example"));
    }

    #[test]
    fn an_address_of_an_earlier_release_is_its_own_form() {
        let long = format!("mina@{}.example", "a".repeat(64));
        for old in ["mina@xn--a.example", "mina@한강\u{5d0}.example", &long] {
            assert!(Email::parse("email", old).is_err(), "{old}");
            let account = Email::of_account("email", &old.to_uppercase()).expect("an account may have it");
            assert_eq!((account.as_str(), account.forms()), (old, vec![old.to_owned()]));
            assert_eq!(account, Email::stored(old));
        }
        assert!(Email::of_account("email", "").is_err_and(|error| error.code == "required"));
        for wrong in ["mina", "mina@x", "mina@x_y.example", "mina@x..example"] {
            assert!(Email::of_account("email", wrong).is_err(), "{wrong}");
        }
        assert_eq!(Email::stored("mina@한강-x.example"), email("mina@xn---x-9t1io77k.example"));
    }

    #[test]
    fn lengths_are_those_of_the_stored_form() {
        // 60 syllables have fewer than 254 bytes, and their A-label has more than 63 characters.
        assert!(Email::parse("email", &format!("a@{}.example", "강한".repeat(30))).is_err());
        assert!(Email::parse("email", &format!("a@{}.example", "a".repeat(63))).is_ok());
        assert!(Email::parse("email", &format!("{}@x.example", "a".repeat(65))).is_err());
    }
}
