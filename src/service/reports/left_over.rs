//! What a department's index says was not taken.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

use super::entry::shown_name;
use crate::intake::discover::LeftOver;
use crate::model::language::Bilingual;
use crate::present::messages::inbox as words;
use crate::present::report::LeftOverRow;

/// Most lines on one page; the rest is counted.
const MAX_LINES: usize = 100;

/// Lines by department's folder.
#[derive(Debug, Default)]
pub(super) struct LeftOverLines(BTreeMap<Option<OsString>, Vec<(String, Bilingual)>>);

impl LeftOverLines {
    /// Replaces everything. Returns the departments of which something changed.
    pub fn replace(&mut self, inbox: &Path, all: &[LeftOver]) -> BTreeSet<Option<OsString>> {
        let mut lines: BTreeMap<Option<OsString>, Vec<(String, Bilingual)>> = BTreeMap::new();
        for one in all {
            let Ok(relative) = one.path.strip_prefix(inbox) else { continue };
            let mut parts = relative.iter();
            let first = parts.next().map(OsString::from);
            let department = first.filter(|_| parts.next().is_some());
            let lines = lines.entry(department).or_default();
            match lines.len() {
                0..MAX_LINES => lines.push((shown_name(relative), words::left_over(one.kind))),
                _ => {
                    let more = all.len().saturating_sub(MAX_LINES);
                    lines.truncate(MAX_LINES);
                    lines.push((String::new(), words::more_left_over(more)));
                }
            }
        }
        let before = std::mem::replace(&mut self.0, lines);
        let departments: BTreeSet<&Option<OsString>> = before.keys().chain(self.0.keys()).collect();
        let changed = departments.into_iter().filter(|folder| before.get(*folder) != self.0.get(*folder));
        changed.cloned().collect()
    }

    /// Returns the lines of a department's index.
    pub fn of(&self, department: Option<&std::ffi::OsStr>) -> Vec<LeftOverRow<'_>> {
        let lines = self.0.get(&department.map(OsString::from)).map(Vec::as_slice).unwrap_or_default();
        lines.iter().map(|(file_name, why)| LeftOverRow { file_name, why }).collect()
    }
}
