//! CSV files (RFC 4180) that a spreadsheet opens without running anything.

/// Joins the cells of a line.
pub(in crate::http::pages) fn line<const N: usize>(cells: [&str; N]) -> String {
    let mut line = cells.map(cell).join(",");
    line.push_str("\r\n");
    line
}

/// Quotes a cell. A spreadsheet takes a cell that begins with one of these characters for a formula, so an apostrophe precedes
/// it. A negative number is no formula.
fn cell(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', '\t', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// An amount as a number: "300", "-1.5".
pub(in crate::http::pages) fn amount(micros: i64) -> String {
    let minus = if micros < 0 { "-" } else { "" };
    let (whole, fraction) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let fraction = format!(".{fraction:06}");
    format!("{minus}{whole}{}", fraction.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (text, written) in [
            ("=1+1", "\"'=1+1\""),
            ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
            ("-2+3", "\"'-2+3\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("-1.5", "-1.5"),
            ("-inf", "\"'-inf\""),
            ("제주의 봄", "제주의 봄"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
        ] {
            assert_eq!(cell(text), written, "{text}");
        }
        assert_eq!(line(["a", "=b"]), "a,\"'=b\"\r\n");
    }

    #[test]
    fn an_amount_is_exact() {
        assert_eq!([300_000_000, -1_500_000, 20_300_001, 0].map(amount), ["300", "-1.5", "20.300001", "0"]);
    }
}
