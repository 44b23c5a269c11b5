//! `jincai package built`: the packages that were built, and what of them was withdrawn since.

use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::commands::table::{WIDEST, table};
use crate::model::review::ReviewState;
use crate::model::showcase::built::{PackageRecord, PackedWork};
use crate::present::messages::showcase as words;

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum HistoryEvent<'a> {
    Package { package: &'a PackageRecord },
    Withdrawn { package: u64, work: &'a str, title: &'a str },
}

/// Lists the packages that were built.
pub(super) fn list(desk: &Desk) -> Result<u8, CommandError> {
    let packages = desk.catalog.packages()?;
    if packages.is_empty() {
        desk.screen.say(words::no_packages_yet().get(desk.lang));
    }
    let mut rows = Vec::new();
    for package in &packages {
        desk.screen.event(&HistoryEvent::Package { package });
        rows.push(vec![
            package.number.to_string(),
            package.profile.clone(),
            package.name.clone(),
            package.built_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect(),
            package.by.clone(),
            package.works.len().to_string(),
            package.replaces.map(|number| number.to_string()).unwrap_or_default(),
        ]);
    }
    if !rows.is_empty() {
        desk.screen.say(&table(&words::built_heads(desk.lang), &rows, WIDEST));
    }
    for package in &packages {
        for (work, title) in withdrawn(desk, package)? {
            desk.screen.event(&HistoryEvent::Withdrawn {
                package: package.number,
                work: &work,
                title: &title,
            });
            desk.screen.say(words::withdrawn_since(package.number, &package.name, &title).get(desk.lang));
        }
    }
    Ok(0)
}

/// Returns id and title of the works of a package that are withdrawn by now: whoever has it must be told.
fn withdrawn(desk: &Desk, package: &PackageRecord) -> Result<Vec<(String, String)>, CommandError> {
    let mut found = Vec::new();
    for packed in &package.works {
        let Some(standing) = desk.catalog.standing_of(&packed.work)? else { continue };
        let target = target(desk, package, packed);
        // Of a package of before that was kept, whose profile is gone, any target that is withdrawn is told: once too often is
        // better than not at all.
        let is_withdrawn = standing.targets.iter().any(|(of, standing)| {
            target.as_ref().is_none_or(|target| of == target) && standing.state == ReviewState::Withdrawn
        });
        if is_withdrawn {
            let title = desk.catalog.work_by_id(&packed.work)?.map(|row| row.manifest.title);
            found.push((packed.work.clone(), title.unwrap_or_default()));
        }
    }
    Ok(found)
}

fn target(desk: &Desk, package: &PackageRecord, packed: &PackedWork) -> Option<String> {
    if !packed.target.is_empty() {
        return Some(packed.target.clone());
    }
    let profile = desk.profiles.iter().find(|profile| profile.id == package.profile);
    profile.map(|profile| profile.video.target.clone())
}
