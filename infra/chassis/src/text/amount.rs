//! Formats amounts and counts.

use super::Locale;

/// The decimals of the smallest payable amount of a currency.
pub fn decimals(currency_code: &str) -> usize {
    match currency_code {
        "KRW" | "JPY" | "VND" => 0,
        _ => 2,
    }
}

/// Formats an amount as readers of the locale write it: "₩1,200", "$1.50", in Korean "US$1.50".
///
/// The amount is exact: one that cannot be paid has more decimals, as in ad's API and ledger.
pub fn money(micros: i64, currency_code: &str, locale: Locale) -> String {
    let sign = match (currency_code, locale) {
        ("KRW", _) => "₩",
        ("USD", Locale::En) => "$",
        ("USD", Locale::Ko) => "US$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("JPY", Locale::En) => "¥",
        ("JPY", Locale::Ko) => "JP¥",
        // A narrow no-break space prevents a line break between code and amount.
        (code, _) => &format!("{code}\u{202f}"),
    };
    let minus = if micros < 0 { "−" } else { "" };
    let micros = i128::from(micros).abs();
    let whole = grouped(micros / 1_000_000);
    let fraction = format!("{:06}", micros % 1_000_000);
    match fraction.trim_end_matches('0').len().max(decimals(currency_code)) {
        0 => format!("{minus}{sign}{whole}"),
        shown => format!("{minus}{sign}{whole}.{}", &fraction[..shown]),
    }
}

/// Formats a count: "12,345", in both languages.
pub fn count(quantity: i64) -> String {
    let minus = if quantity < 0 { "−" } else { "" };
    format!("{minus}{}", grouped(i128::from(quantity).abs()))
}

fn grouped(number: i128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_follow_the_currency_and_the_locale() {
        assert_eq!(money(300_000_000, "KRW", Locale::Ko), "₩300");
        assert_eq!(money(1_234_567_000_000, "KRW", Locale::Ko), "₩1,234,567");
        assert_eq!(money(1_500_000, "USD", Locale::En), "$1.50");
        assert_eq!(money(1_235_000_000, "USD", Locale::Ko), "US$1,235.00");
        assert_eq!(money(-40_000, "USD", Locale::En), "−$0.04");
        assert_eq!(money(5_000_000, "CHF", Locale::En), "CHF\u{202f}5.00");
    }

    #[test]
    fn an_amount_that_cannot_be_paid_is_exact() {
        assert_eq!(money(20_300_000, "KRW", Locale::Ko), "₩20.3");
        assert_eq!(money(1_234_995_001, "USD", Locale::En), "$1,234.995001");
        assert_eq!(money(i64::MIN, "KRW", Locale::En), "−₩9,223,372,036,854.775808");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
}
