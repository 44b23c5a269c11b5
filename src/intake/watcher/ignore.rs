//! Names that a watched inbox ignores.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The configured globs, without regard to case.
#[derive(Clone, Debug)]
pub struct Ignore(GlobSet);

impl Ignore {
    /// Compiles the globs. The error names the one that cannot be parsed.
    pub fn new(globs: &[String]) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(GlobBuilder::new(glob).case_insensitive(true).build()?);
        }
        Ok(Self(set.build()?))
    }

    /// Returns true if the file, or a folder on the way to it, is ignored.
    pub fn covers(&self, relative: &Path) -> bool {
        relative.iter().any(|name| self.0.is_match(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Watch;

    #[test]
    fn the_defaults_pass_over_what_programs_leave_and_take_what_people_name() {
        let ignore = Ignore::new(&Watch::default().ignore).unwrap();
        for name in ["a.mp4.part", "x/~a.mp4", "a.TMP.mp4", "_结果/a.mp4", "系/_结果/a.mp4", "a.crdownload"]
        {
            assert!(ignore.covers(Path::new(name)), "{name}");
        }
        for name in ["系/我的视频🎬.mp4", "a part of me.mp4", "tmp.mp4", "结果.mp4"] {
            assert!(!ignore.covers(Path::new(name)), "{name}");
        }
    }
}
