//! Whose fault a refusal is: a stranger can sign up with any address, and must not wake us by that.

/// Whether a server's refusal is of the recipient. Its enhanced status code tells where it has one (RFC 3463): of their
/// address (X.1, but not of the sender's: X.1.7, X.1.8), their mailbox (X.2) or the way to it (X.4.1, X.4.4). Where it has
/// none, 550, 551 and 553 do, which RFC 5321, section 4.2.3, has for mailboxes.
pub(super) fn is_of_recipient(code: u16, text: &str) -> bool {
    match enhanced_status(code, text) {
        Some((1, 7 | 8)) => false,
        Some((1 | 2, _) | (4, 1 | 4)) => true,
        Some(_) => false,
        None => matches!(code, 550 | 551 | 553),
    }
}

/// Subject and detail of the enhanced status code that a reply begins with (RFC 2034, section 4): of the reply's own class.
fn enhanced_status(code: u16, text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split_whitespace().next()?.splitn(3, '.').map(|part| part.parse::<u16>().ok());
    let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
    (class == code / 100).then_some((subject, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_nobody_has_is_the_recipients() {
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
            assert!(is_of_recipient(code, text), "{code} {text}");
        }
    }

    #[test]
    fn what_we_have_set_wrongly_is_ours() {
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
            assert!(!is_of_recipient(code, text), "{code} {text}");
        }
    }
}
