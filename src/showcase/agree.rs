//! Whether a package may still be recorded: what it was made after has to be so in the moment in which it is.

use crate::model::showcase::plan::{Changed, Entry, Plan};

/// Compares the plan by which a package was made with the one that would be made now. The date in its name may be another one.
pub fn changed(made: &Plan, now: &Plan) -> Option<Changed> {
    for entry in &made.entries {
        let same = now.entries.iter().find(|other| other.work == entry.work);
        if same.is_none_or(|other| !is_same(entry, other)) {
            return Some(Changed::Work { title: entry.title.clone() });
        }
    }
    if made.entries.len() != now.entries.len() {
        return Some(Changed::Works);
    }
    if made.files != now.files {
        return Some(Changed::Papers);
    }
    if made.is_complete() != now.is_complete() || made.open != now.open {
        return Some(Changed::Lacking);
    }
    (made.is_late != now.is_late).then_some(Changed::Late)
}

fn is_same(made: &Entry, now: &Entry) -> bool {
    (made.no, &made.title, &made.digest, &made.folder) == (now.no, &now.title, &now.digest, &now.folder)
        && (&made.files, &made.cells, &made.open, &made.answers)
            == (&now.files, &now.cells, &now.open, &now.answers)
        && made.measured == now.measured
}
