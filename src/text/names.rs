//! File and folder names that every system people use can carry.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::visible::is_direction_mark;

/// Longest name made here, UTF-8 bytes. Common file systems take 255; the rest is room for `-ID` and an extension.
const MAX_BYTES: usize = 120;

/// The name of a work that has none left once everything unsafe is gone.
const NAMELESS: &str = "未命名";

/// The folder of a work: its title, made safe, and its id.
pub fn folder_name(title: &str, id: &str) -> String {
    let room = MAX_BYTES.saturating_sub(id.len() + 1);
    let title = safe_name(title);
    let mut name = trimmed(cut(&title, room)).to_owned();
    if name.is_empty() {
        name.push_str(NAMELESS);
    }
    format!("{name}-{id}")
}

/// The name as Windows, macOS and Linux can all carry it: composed (NFC), at most 120 bytes, without characters or
/// words that Windows reserves, without control and direction marks, never empty. Safe names stay as they are.
pub fn safe_name(name: &str) -> String {
    let cleaned: String = name.chars().filter(|c| !is_invisible(*c)).map(replaced).nfc().collect();
    let mut single_spaced = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_reserved(trimmed(&single_spaced)) {
        single_spaced = format!("_{}", trimmed(&single_spaced));
    }
    let name = trimmed(cut(trimmed(&single_spaced), MAX_BYTES));
    if name.is_empty() { NAMELESS.to_owned() } else { name.to_owned() }
}

/// Direction marks can make `gpj.4pm` of a name, and zero-width ones make two names look the same. The joiners
/// (U+200C, U+200D) stay: emoji and some scripts need them.
fn is_invisible(c: char) -> bool {
    is_direction_mark(c)
        || matches!(c,
            '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{FEFF}' | '\u{00AD}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// The name as [`safe_name`] has it, but whole, and with the full-width twins of what Windows forbids: for names that others
/// prescribe, and that whoever calls this shortens where it knows what may be left out.
pub fn portable_name(name: &str) -> String {
    let widened = name.chars().filter(|c| !is_invisible(*c)).map(|c| match c {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => {
            char::from_u32(u32::from(c) + 0xFEE0).unwrap_or('_')
        }
        c => replaced(c),
    });
    let cleaned: String = widened.nfc().collect();
    let single_spaced = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = trimmed(&single_spaced);
    match (name.is_empty(), is_reserved(name)) {
        (true, _) => NAMELESS.to_owned(),
        (_, true) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

/// Returns what two names share that some system takes for one: composed, and without case.
pub fn name_key(name: &str) -> String {
    // Lower case first: the capital of `ß` has no other capitals, and `ß` becomes `ss` in them.
    let folded: String = name.nfc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).collect();
    folded.chars().flat_map(char::to_lowercase).nfc().collect()
}

fn replaced(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
        c if c.is_control() => ' ',
        c => c,
    }
}

/// Without what hides a file (leading dots), looks like an option (leading dashes) or is lost on Windows (trailing
/// dots and spaces).
fn trimmed(name: &str) -> &str {
    let name = name.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '-' | '~' | '\u{200D}' | '\u{200C}')
    });
    name.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '\u{200D}' | '\u{200C}'))
}

/// The longest beginning of whole written characters within `room` bytes.
fn cut(name: &str, room: usize) -> &str {
    if name.len() <= room {
        return name;
    }
    let whole = name.grapheme_indices(true).map(|(at, grapheme)| at + grapheme.len());
    match whole.take_while(|end| *end <= room).last() {
        Some(end) => &name[..end],
        // One letter with hundreds of marks: cut between the marks.
        None => &name[..name.floor_char_boundary(room)],
    }
}

/// Names that Windows gives to devices, whatever follows the first dot.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    port.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_people_hand_in_become_names_every_system_takes() {
        let table = [
            ("我的校园", "我的校园"),
            ("计算机2301班-张三-《我的校园》（最终版2）", "计算机2301班-张三-《我的校园》（最终版2）"),
            ("re\u{301}sume\u{301}", "résumé"),
            ("我的视频🎬😀 v2 & final", "我的视频🎬😀 v2 & final"),
            ("👩\u{200D}🎓毕业", "👩\u{200D}🎓毕业"),
            ("a/b\\c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j"),
            ("CON", "_CON"),
            ("nul.mp4", "_nul.mp4"),
            ("com¹", "_com¹"),
            ("CONcert", "CONcert"),
            ("..", "未命名"),
            ("", "未命名"),
            (" \t\n ", "未命名"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("-rf", "rf"),
            (".hidden", "hidden"),
            ("trailing. . ", "trailing"),
            ("two\nlines", "two lines"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            ("~$锁", "$锁"),
        ];
        for (given, safe) in table {
            assert_eq!(safe_name(given), safe, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_written_characters() {
        let family = "👨\u{200D}👩\u{200D}👧";
        let name = safe_name(&family.repeat(20));
        assert_eq!(name, family.repeat(MAX_BYTES / family.len()));
        let chinese = safe_name(&"津".repeat(85));
        assert_eq!(chinese, "津".repeat(40));
        assert!(folder_name(&"津".repeat(85), "0123abcd").len() <= MAX_BYTES);
    }

    #[test]
    fn a_prescribed_name_stays_whole_and_readable() {
        for (given, portable) in [
            ("机械系:《齿轮/飞转?》", "机械系：《齿轮／飞转？》"),
            ("re\u{301}sume\u{301}. ", "résumé"),
            ("AUX", "_AUX"),
            ("", "未命名"),
        ] {
            assert_eq!(portable_name(given), portable, "{given:?}");
        }
        assert_eq!(portable_name(&"津".repeat(90)).chars().count(), 90);
        for (one, other) in [("Straße", "STRASSE"), ("re\u{301}", "RÉ"), ("\u{212A}", "k")] {
            assert_eq!(name_key(one), name_key(other));
        }
        assert_ne!(name_key("海河"), name_key("海 河"));
    }

    proptest! {
        #[test]
        fn prescribed_names_are_ones_that_every_system_takes(name in any::<String>()) {
            let portable = portable_name(&name);
            prop_assert_eq!(&portable_name(&portable), &portable);
            prop_assert!(!portable.is_empty() && !is_reserved(&portable));
            prop_assert!(!portable.contains(['<', '>', ':', '"', '/', '\\', '|', '?', '*']));
            prop_assert!(!portable.chars().any(|c| c.is_control() || is_invisible(c)));
            prop_assert!(!portable.ends_with(['.', ' ']) && !portable.starts_with(['.', '-', ' ']));
        }

        #[test]
        fn every_name_becomes_safe_and_stays_so(name in any::<String>()) {
            check(&name)?;
        }

        #[test]
        fn names_of_awkward_characters_become_safe(
            name in "[ .~<>:\"/\\\\|?*\u{202e}\u{200d}\u{301}\u{338}\u{0}\n\u{2028}conCONnul1津e-]{0,150}"
        ) {
            check(&name)?;
        }
    }

    fn check(name: &str) -> Result<(), TestCaseError> {
        let safe = safe_name(name);
        prop_assert_eq!(&safe_name(&safe), &safe);
        prop_assert!(!safe.is_empty() && safe.len() <= MAX_BYTES);
        prop_assert!(!safe.contains(['<', '>', ':', '"', '/', '\\', '|', '?', '*']));
        prop_assert!(!safe.chars().any(|c| c.is_control() || is_invisible(c)));
        prop_assert!(!safe.ends_with(['.', ' ']) && !safe.starts_with(['.', '-', ' ']));
        prop_assert!(!is_reserved(&safe));
        let folder = folder_name(name, "0123abcd");
        prop_assert!(folder.len() <= MAX_BYTES && folder.ends_with("-0123abcd"));
        Ok(())
    }
}
