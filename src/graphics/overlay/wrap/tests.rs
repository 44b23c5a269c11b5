//! Tests line breaking by example, and against a simple quadratic implementation.

use std::cell::Cell;

use proptest::prelude::*;

use super::*;

fn column(character: char) -> f64 {
    if character.is_ascii() { 0.5 } else { 1.0 }
}

fn columns(text: &str) -> f64 {
    text.chars().map(column).sum()
}

fn wrap(text: &str, limit: f64) -> Vec<String> {
    wrapped(&measured(text, &column), limit)
}

#[test]
fn chinese_breaks_anywhere_but_not_before_closing_marks() {
    let lines = wrap("天津城市职业学院欢迎你，一起去看海河。", 10.0);
    assert_eq!(lines.concat(), "天津城市职业学院欢迎你，一起去看海河。");
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| columns(line) <= 10.0 && !line.starts_with(['，', '。'])), "{lines:?}");
}

#[test]
fn no_single_character_is_left_on_the_last_line() {
    let lines = wrap("一二三四五六七八九十一", 10.0);
    assert_eq!(lines.iter().map(|line| columns(line)).collect::<Vec<_>>(), [6.0, 5.0]);
}

#[test]
fn words_stay_whole_and_given_breaks_are_kept() {
    assert_eq!(wrap("learn Rust today\n第二行", 6.0), ["learn Rust", "today", "第二行"]);
}

#[test]
fn lines_fill_the_height_they_have_and_a_cut_text_fills_its_width() {
    let room = Room { width: 100.0, lines: 2, height: 27.0, size: 20.0, smallest: 0.5 };
    let text = "一二三四五六七八九十一二三四五六七";
    let fitted = fit(text, room, &column);
    assert!(fitted.whole && fitted.lines.len() == 2, "{fitted:?}");
    assert!(2.0 * fitted.size * LINE_HEIGHT <= 27.0 + 1e-9, "{fitted:?}");
    let long = text.repeat(3);
    for lines in [1, 2] {
        let fitted = fit(&long, Room { lines, ..room }, &column);
        let last = fitted.lines.last().unwrap();
        assert!(!fitted.whole && fitted.lines.len() == lines && last.ends_with('…'), "{fitted:?}");
        assert!((9.0..=10.0).contains(&columns(last)), "{fitted:?}");
    }
}

#[test]
fn a_word_without_breaks_is_cut_rather_than_drawn_over_the_edge() {
    let lines = wrap(&"x".repeat(50), 10.0);
    assert!(lines.len() >= 3 && lines.iter().all(|line| columns(line) <= 10.0), "{lines:?}");
}

/// Widths as fonts have them, which no binary fraction represents exactly; combining marks have none.
fn fine(character: char) -> f64 {
    match character {
        '\u{300}'..='\u{36f}' => 0.0,
        'i' | ' ' => 0.278,
        'W' => 0.944,
        _ if character.is_ascii() => 0.556,
        _ => 1.0,
    }
}

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "天",
        "津，",
        "海河。",
        "（玉兰）",
        "a",
        "Wii",
        "learn ",
        "Rust",
        "-",
        " ",
        "  ",
        "\n",
        "\u{2028}",
        "e\u{301}",
        "xxxxxxxxxxxxxxxxxxxxxxxx",
        "\u{3000}",
        "1,5",
        "…",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_quick_way_breaks_lines_where_the_plain_way_does(
        text in texts(),
        (width, lines) in (1.0_f64..30.0, 1_usize..5),
        height in prop::sample::select(vec![1.0, 3.0, 1e9]),
        is_fine in any::<bool>(),
    ) {
        let advance = if is_fine { fine } else { column };
        let room = Room { width, lines, height, size: 1.0, smallest: 0.5 };
        let plainly = plain::fit(&text, room, &|piece| piece.chars().map(advance).sum());
        prop_assert_eq!(fit(&text, room, &advance), plainly);
    }
}

/// Texts that a team may submit: without a place to break, with places everywhere, or with marks over marks.
#[test]
fn each_character_of_a_long_text_is_measured_once() {
    let room = Room { width: 30.0, lines: 3, height: f64::INFINITY, size: 1.0, smallest: 0.5 };
    for piece in ["x", "字", "a ", "\u{301}", "字\n", "，", "ab-"] {
        let text = piece.repeat(20_000);
        let asked = Cell::new(0_usize);
        let advance = |character| {
            asked.set(asked.get() + 1);
            fine(character)
        };
        let fitted = fit(&text, room, &advance);
        assert!(fitted.lines.len() <= 3, "{piece:?}");
        // The last line is measured once more, for its ellipsis.
        assert!(asked.get() <= 2 * text.chars().count() + 1, "{piece:?}: {}", asked.get());
    }
}

/// Measures every piece again: correct, and far too slow for long texts.
mod plain {
    use unicode_linebreak::{BreakOpportunity, linebreaks};

    use super::super::{Fitted, LINE_HEIGHT, Room};

    /// Wraps a text, in smaller and smaller sizes until it fits; what still does not fit is cut off with an ellipsis.
    /// `width` measures in ems.
    pub(super) fn fit(text: &str, room: Room, width: &dyn Fn(&str) -> f64) -> Fitted {
        // Steps of 6 % are hardly noticed from one caption to the next.
        let mut share = 1.0;
        loop {
            let size = room.size * share;
            let limit = room.width / size;
            let mut lines = wrap(text, limit, width);
            let high = lines.len() as f64 * size * LINE_HEIGHT;
            if lines.len() <= room.lines && (lines.len() < 2 || high <= room.height) {
                return Fitted { lines, size, whole: true };
            }
            if share <= room.smallest {
                // Balanced lines would leave space that the cut text could use.
                lines = text.lines().flat_map(|line| greedy(line.trim(), limit, width)).collect();
                let high_enough = (room.height / (size * LINE_HEIGHT)) as usize;
                lines.truncate(room.lines.min(high_enough.max(1)));
                if let Some(last) = lines.last_mut() {
                    while !last.is_empty() && width(last) + width("…") > limit {
                        last.pop();
                    }
                    last.push('…');
                }
                return Fitted { lines, size, whole: false };
            }
            share = (share * 0.94).max(room.smallest);
        }
    }

    /// Breaks into balanced lines no wider than `limit` (in the unit of `width`); a piece that cannot be broken may
    /// still be wider. Line feeds in the text always break.
    fn wrap(text: &str, limit: f64, width: &dyn Fn(&str) -> f64) -> Vec<String> {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .flat_map(|line| balanced(line, limit, width))
            .collect()
    }

    /// Breaks greedily, then with the narrowest limit that needs no more lines.
    fn balanced(line: &str, limit: f64, width: &dyn Fn(&str) -> f64) -> Vec<String> {
        let lines = greedy(line, limit, width);
        if lines.len() < 2 {
            return lines;
        }
        let (mut low, mut high, mut best) = (width(line) / lines.len() as f64, limit, lines);
        // Six halvings place the edge within 1/64 of the line.
        for _ in 0..6 {
            let middle = f64::midpoint(low, high);
            let tried = greedy(line, middle, width);
            if tried.len() <= best.len() && tried.iter().all(|line| width(line) <= middle) {
                (best, high) = (tried, middle);
            } else {
                low = middle;
            }
        }
        best
    }

    fn greedy(line: &str, limit: f64, width: &dyn Fn(&str) -> f64) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut start, mut fits) = (0, 0);
        for (at, kind) in linebreaks(line) {
            if fits > start && width(line[start..at].trim_end()) > limit {
                lines.push(line[start..fits].trim().to_owned());
                start = fits;
            }
            // A word wider than the whole line breaks between its characters.
            while width(line[start..at].trim_end()) > limit {
                let cut = cut_at(&line[start..at], limit, width);
                if cut == 0 {
                    break;
                }
                lines.push(line[start..start + cut].trim().to_owned());
                start += cut;
            }
            fits = at;
            if kind == BreakOpportunity::Mandatory && at > start {
                lines.push(line[start..at].trim().to_owned());
                start = at;
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// Returns the bytes of the longest prefix that fits, at least one character; 0 when the text is a single character.
    fn cut_at(text: &str, limit: f64, width: &dyn Fn(&str) -> f64) -> usize {
        let ends = text.char_indices().skip(1).map(|(at, _)| at);
        let mut cut = 0;
        for end in ends {
            if cut != 0 && width(&text[..end]) > limit {
                break;
            }
            cut = end;
        }
        cut
    }
}
