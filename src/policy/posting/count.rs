//! Measures texts as a platform counts them, and shortens them.

use unicode_segmentation::UnicodeSegmentation;

use crate::model::preset::Counting;

/// A way of counting. Lengths are in halves of a character, so that half-width letters need no fractions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure(Counting);

impl Measure {
    /// Returns the measure for a platform's way of counting.
    pub(super) fn of(count: Counting) -> Self {
        Self(count)
    }

    /// Returns the length in half characters. Web forms count UTF-16 units, so an emoji is two or more; no other way of
    /// counting gives more.
    fn halves(self, text: &str) -> usize {
        match self.0 {
            Counting::Characters => text.encode_utf16().count() * 2,
            Counting::HalfWidth => {
                text.chars().map(|c| if c.is_ascii() { 1 } else { c.len_utf16() * 2 }).sum()
            }
        }
    }

    /// Returns the length in characters, with `.5` where half-width letters leave a half.
    pub(super) fn length(self, text: &str) -> f64 {
        self.halves(text) as f64 / 2.0
    }

    /// Returns the length in whole characters, rounded up.
    pub(super) fn length_up(self, text: &str) -> u32 {
        u32::try_from(self.halves(text).div_ceil(2)).unwrap_or(u32::MAX)
    }

    /// Returns true if the text has at most `most` characters.
    pub(super) fn fits(self, text: &str, most: u32) -> bool {
        self.halves(text) <= most as usize * 2
    }

    /// Returns true if the text has at least `least` characters.
    pub(super) fn reaches(self, text: &str, least: u32) -> bool {
        self.halves(text) >= least as usize * 2
    }
}

/// Cuts a text that is too long to at most `most` characters with `ending`; `None` where the text fits as it is. Visible
/// characters are never split.
pub(super) fn shorten(text: &str, most: u32, measure: Measure, ending: &str) -> Option<String> {
    if measure.fits(text, most) {
        return None;
    }
    let room = (most as usize * 2).saturating_sub(measure.halves(ending));
    let mut used = 0;
    let mut end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        used += measure.halves(grapheme);
        if used > room {
            break;
        }
        end = start + grapheme.len();
    }
    let kept = text[..end].trim_end();
    Some(if measure.fits(ending, most) { format!("{kept}{ending}") } else { kept.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHARACTERS: Measure = Measure(Counting::Characters);

    #[test]
    fn a_family_of_emoji_is_never_cut_in_two() {
        // Three people joined to one visible character of eight UTF-16 units.
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(shorten(&format!("你好{family}天津"), 9, CHARACTERS, "…").as_deref(), Some("你好…"));
        assert_eq!(
            shorten(&format!("你好{family}天津"), 11, CHARACTERS, "…"),
            Some(format!("你好{family}…"))
        );
    }

    #[test]
    fn latin_letters_count_half_where_the_platform_counts_so() {
        let half = Measure(Counting::HalfWidth);
        assert!(half.fits("ab天", 2));
        assert!(!CHARACTERS.fits("ab天", 2));
        assert_eq!(half.length("a天"), 1.5);
    }
}
