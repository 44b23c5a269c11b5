//! Lines of the office's own with places for values.

/// Fills the places `{name}` of a line. A part in `[…]` is left out where one of its places has no value; of alternatives
/// between `|`, the first whose other places all have one is taken. `None` where there is none. Values are inserted as they
/// are, whatever signs they hold.
pub fn fill(line: &str, value: &dyn Fn(&str) -> String) -> Option<String> {
    line.split('|').find_map(|alternative| filled(alternative, value))
}

/// Returns the names of the places of a line.
pub fn places(line: &str) -> impl Iterator<Item = &str> {
    line.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

fn filled(pattern: &str, value: &dyn Fn(&str) -> String) -> Option<String> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, part, behind)) = optional_part(rest) {
        text.push_str(&with_values(before, value)?);
        text.push_str(&with_values(part, value).unwrap_or_default());
        rest = behind;
    }
    text.push_str(&with_values(rest, value)?);
    Some(text)
}

fn optional_part(pattern: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = pattern.split_once('[')?;
    let (part, behind) = after.split_once(']')?;
    Some((before, part, behind))
}

/// `None` where a place has no value.
fn with_values(pattern: &str, value: &dyn Fn(&str) -> String) -> Option<String> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        let value = value(name);
        if value.is_empty() {
            return None;
        }
        text.push_str(before);
        text.push_str(&value);
        rest = behind;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_there_is_and_nothing_of_what_is_missing() {
        let line = "by {a}[ ({d})]|made in {d}";
        let filled =
            |a: &'static str, d: &'static str| fill(line, &|name| if name == "a" { a } else { d }.to_owned());
        assert_eq!(filled("A", "D").as_deref(), Some("by A (D)"));
        assert_eq!(filled("A", "").as_deref(), Some("by A"));
        assert_eq!(filled("", "D").as_deref(), Some("made in D"));
        assert_eq!(filled("", ""), None);
        assert_eq!(filled("{d}[x]|y", "D").as_deref(), Some("by {d}[x]|y (D)"), "a value is no pattern");
        assert_eq!(places(line).collect::<Vec<_>>(), ["a", "d", "d"]);
    }
}
