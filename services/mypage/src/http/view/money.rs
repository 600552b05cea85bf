//! Formats amounts and counts.

use chassis::text::Locale;

/// Formats an amount as readers of the locale write it: "₩1,200", "$1.50", in Korean "US$1.50".
pub(in crate::http) fn money(micros: i64, currency_code: &str, locale: Locale) -> String {
    let decimals = match currency_code {
        "KRW" | "JPY" | "VND" => 0,
        _ => 2,
    };
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
    let unit = 10_i128.pow(6 - decimals);
    // Rounds half up.
    let units = (i128::from(micros).abs() + unit / 2) / unit;
    let scale = 10_i128.pow(decimals);
    let whole = grouped(units / scale);
    match decimals {
        0 => format!("{minus}{sign}{whole}"),
        _ => format!("{minus}{sign}{whole}.{:02}", units % scale),
    }
}

/// Formats a count: "12,345", in both languages.
pub(in crate::http) fn count(quantity: i64) -> String {
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
        assert_eq!(money(1_234_567_500_000, "KRW", Locale::Ko), "₩1,234,568");
        assert_eq!(money(1_500_000, "USD", Locale::En), "$1.50");
        assert_eq!(money(1_234_995_000, "USD", Locale::Ko), "US$1,235.00");
        assert_eq!(money(-40_000, "USD", Locale::En), "−$0.04");
        assert_eq!(money(5_000_000, "CHF", Locale::En), "CHF\u{202f}5.00");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
}
