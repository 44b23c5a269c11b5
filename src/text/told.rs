//! Whether a text tells a name, however both are written.

use unicode_normalization::UnicodeNormalization;

/// Fewest characters of a name that is looked for: one alone stands in many words.
const LEAST_CHARS: usize = 2;

/// Returns true if a text holds a name: whatever its case and width, and whatever spaces or signs stand within either. A name in
/// Latin letters has to be whole words of the text, since a short one stands within many.
pub fn tells(text: &str, name: &str) -> bool {
    let plain_name = plain(name);
    let whole: String = plain_name.chars().filter(|c| c.is_alphanumeric()).collect();
    if whole.chars().count() < LEAST_CHARS {
        return false;
    }
    let plain_text = plain(text);
    if whole.chars().any(is_ideograph) {
        let squeezed: String = plain_text.chars().filter(|c| c.is_alphanumeric()).collect();
        return squeezed.contains(&whole);
    }
    let words: Vec<&str> = plain_text
        .split(|c: char| !c.is_alphanumeric() || is_ideograph(c))
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).any(|first| begins_with(&words[first..], &whole))
}

/// Returns true if the first words, put together, are the name.
fn begins_with(words: &[&str], name: &str) -> bool {
    let mut rest = name;
    for word in words {
        match rest.strip_prefix(word) {
            Some("") => return true,
            Some(left) => rest = left,
            None => return false,
        }
    }
    false
}

fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Scripts that are written without spaces between words.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let found = [
            ("\u{5f20}\u{4e09}\u{7684}\u{6668}\u{5149}", "\u{5f20}\u{4e09}"),
            ("\u{5f20} \u{3000}\u{4e09} \u{7684}", "\u{5f20}\u{4e09}"),
            ("\u{5f20}\u{b7}\u{4e09}", "\u{5f20} \u{4e09}"),
            ("by ZHANG San, 2026", "Zhang san"),
            ("by ZhangSan", "zhang san"),
            ("\u{ff3a}\u{ff48}\u{ff41}\u{ff4e}\u{ff47}-San", "ZhangSan"),
            ("TJU\u{7684}\u{6821}\u{56ed}", "tju"),
        ];
        for (text, name) in found {
            assert!(tells(text, name), "{name} in {text}");
        }
        let not = [
            ("A day of life", "Li"),
            ("\u{5f20}", "\u{5f20}"),
            ("Zhang Sanfeng", "Zhang San"),
            ("", ""),
            ("a", " "),
        ];
        for (text, name) in not {
            assert!(!tells(text, name), "{name} in {text}");
        }
    }
}
