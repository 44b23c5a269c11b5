//! Captions of a part of a work.

use super::{Captions, Cue};
use crate::model::details::Trim;

impl Captions {
    /// Returns the captions of the trimmed part, counted from its beginning; those that reach over its ends are cut there.
    #[must_use]
    pub fn trimmed(self, trim: Trim) -> Self {
        let until_us = trim.until_us.unwrap_or(u64::MAX);
        let shifted = |cue: Cue| {
            let from_us = cue.from_us.max(trim.from_us);
            let until_us = cue.until_us.min(until_us);
            (until_us > from_us).then(|| Cue {
                from_us: from_us - trim.from_us,
                until_us: until_us - trim.from_us,
                ..cue
            })
        };
        Self { cues: self.cues.into_iter().filter_map(shifted).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_move_with_the_part_and_end_with_it() {
        let cue = |from_us, until_us| Cue { from_us, until_us, text: "字".into() };
        let all = Captions { cues: vec![cue(0, 9), cue(5, 12), cue(12, 15), cue(19, 30), cue(20, 30)] };
        let part = all.clone().trimmed(Trim { from_us: 10, until_us: Some(20) });
        assert_eq!(part.cues, [cue(0, 2), cue(2, 5), cue(9, 10)]);
        assert_eq!(all.trimmed(Trim { from_us: 14, until_us: None }).cues.len(), 3);
    }
}
