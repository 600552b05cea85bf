//! Finds the traces that are connected by links.

use std::collections::BTreeSet;

use super::line::Line;

/// Returns the trace `id` and all traces connected with it by links, in either direction and over any number of links.
#[must_use]
pub fn related(lines: &[Line], id: &str) -> BTreeSet<String> {
    let links: BTreeSet<(&str, &str)> =
        lines.iter().filter_map(|line| Some((line.trace()?, line.linked_trace()?))).collect();
    let mut found = BTreeSet::from([id.to_owned()]);
    let mut new = vec![id];
    while let Some(trace) = new.pop() {
        for &(from, to) in &links {
            for (near, far) in [(from, to), (to, from)] {
                if near == trace && found.insert(far.to_owned()) {
                    new.push(far);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(trace: &str, linked: &str) -> Line {
        Line::parse("ad", &format!(r#"{{"trace_id":"{trace}","linked_trace_id":"{linked}"}}"#))
    }

    #[test]
    fn links_are_followed_in_both_directions() {
        let lines = [line("click", "page"), line("page", ""), line("row", "click"), line("other", "another")];
        let all = ["click", "page", "row"].map(str::to_owned).into();
        for id in ["page", "click", "row"] {
            assert_eq!(related(&lines, id), all, "{id}");
        }
        assert_eq!(related(&lines, "alone"), ["alone".to_owned()].into());
    }
}
