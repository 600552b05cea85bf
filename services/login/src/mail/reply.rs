//! Separates refusals of a recipient from faults of our own: anyone can sign up with a wrong address, and this must
//! cause no alert.

/// Whether the server refused the recipient.
///
/// An enhanced status code decides (RFC 3463): the recipient's address (X.1, but not the sender's X.1.7 and X.1.8),
/// mailbox (X.2) or route (X.4.1, X.4.4). Without an enhanced code, the codes 550, 551 and 553 count as a refusal of
/// the mailbox (RFC 5321 §4.2.3).
pub(super) fn refuses_recipient(code: u16, text: &str) -> bool {
    match enhanced_status(code, text) {
        Some((1, 7 | 8)) => false,
        Some((1 | 2, _) | (4, 1 | 4)) => true,
        Some(_) => false,
        None => matches!(code, 550 | 551 | 553),
    }
}

/// Subject and detail of the enhanced status code at the start of a reply (RFC 2034 §4), if its class matches the reply
/// code.
fn enhanced_status(code: u16, text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split_whitespace().next()?.splitn(3, '.').map(|part| part.parse::<u16>().ok());
    let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
    (class == code / 100).then_some((subject, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_is_a_fault_of_the_recipient() {
        for (code, text) in [
            (550, "5.1.1 The email account that you tried to reach does not exist"),
            (501, "5.1.3 Bad recipient address syntax"),
            (556, "5.1.10 Recipient address has null MX"),
            (450, "4.1.2 Recipient address rejected: Domain not found"),
            (552, "5.2.2 Mailbox full"),
            (550, "5.4.1 Recipient address rejected: Access denied"),
            (550, "there is no such person"),
            (551, ""),
            (553, "2.1.5 of another class"),
        ] {
            assert!(refuses_recipient(code, text), "{code} {text}");
        }
    }

    #[test]
    fn a_wrong_setting_is_not_a_fault_of_the_recipient() {
        for (code, text) in [
            (535, "5.7.8 Authentication credentials invalid"),
            (530, "5.7.0 Must issue a STARTTLS command first"),
            (534, "5.7.9 Application-specific password required"),
            (454, "4.7.0 Temporary authentication failure"),
            (550, "5.7.1 Relaying denied"),
            (553, "5.1.8 Sender address rejected: Domain not found"),
            (550, "5.1.7 Bad sender's mailbox address"),
            (552, "5.3.4 Message too big for system"),
            (554, "blocked"),
            (535, "no"),
            (451, ""),
        ] {
            assert!(!refuses_recipient(code, text), "{code} {text}");
        }
    }
}
