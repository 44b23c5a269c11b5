//! Matches file names against patterns such as `{department}-{title}-{author}`.

use unicode_normalization::UnicodeNormalization;

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    This(char),
    /// One character or more.
    Something,
    /// Any number of characters, also none.
    Anything,
}

/// Returns true if all of `name` matches `pattern`. `{title}`, `{department}` and `{author}` each match at least one
/// character, `*` any number; everything else matches itself.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let pieces = pieces(pattern);
    // reached[i]: the characters so far match the first `i` pieces.
    let mut reached = vec![false; pieces.len() + 1];
    reached[0] = true;
    skip_empty(&pieces, &mut reached);
    for c in name.chars() {
        let mut next = vec![false; pieces.len() + 1];
        for (index, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::This(wanted) => next[index + 1] |= reached[index] && c == *wanted,
                Piece::Something | Piece::Anything => next[index + 1] |= reached[index] || reached[index + 1],
            }
        }
        skip_empty(&pieces, &mut next);
        reached = next;
    }
    reached[pieces.len()]
}

fn skip_empty(pieces: &[Piece], reached: &mut [bool]) {
    for (index, piece) in pieces.iter().enumerate() {
        if *piece == Piece::Anything && reached[index] {
            reached[index + 1] = true;
        }
    }
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let pattern: String = pattern.nfc().collect();
    let mut pieces = Vec::new();
    let mut rest = pattern.as_str();
    while let Some(c) = rest.chars().next() {
        let word = ["{title}", "{department}", "{author}"].into_iter().find(|word| rest.starts_with(word));
        let (piece, length) = match (word, c) {
            (Some(word), _) => (Piece::Something, word.len()),
            (None, '*') => (Piece::Anything, 1),
            (None, c) => (Piece::This(c), c.len_utf8()),
        };
        pieces.push(piece);
        rest = &rest[length..];
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn names_follow_the_pattern_as_a_whole() {
        let pattern = "{department}-{title}-{author}";
        for (pattern, name, fits) in [
            (pattern, "机械系-春天-张三", true),
            (pattern, "机械系-春-天-张三", true),
            (pattern, "机械系-春天", false),
            (pattern, "--", false),
            (pattern, "VID_20220401", false),
            ("*你好*", "2022你好天津", true),
            ("*你好*", "你好", true),
            ("你好*", "说你好", false),
            ("{title}*", "", false),
            ("{other}", "{other}", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_ends_quickly_on_a_long_name() {
        assert!(!matches(
            &"*a".repeat(60),
            &"a".repeat(59).repeat(4).replace('a', "ab")[..230].replace('a', "b")
        ));
    }
}
