//! From a profile, works, answers and a day to what a package would hold. Pure.

mod parts;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::forms::{self, Forms};
use super::naming::{Patterns, TakenNames, units};
use super::papers::Papers;
use super::rules;
use crate::model::people::{People, Personal};
use crate::model::showcase::built::PackageRecord;
use crate::model::showcase::candidate::{Candidate, FileOf, Released};
use crate::model::showcase::pattern::{PACKAGE_PLACES, Pattern};
use crate::model::showcase::plan::{Answer, Entry, LeftOut, Open, Plan, PlannedFile, Stop};
use crate::model::showcase::profile::{Ask, Order, Profile, QuotaPer, Rule};
use crate::model::units::clock_time;
use crate::present::messages::showcase as words;
use crate::text::portable_name;

/// The folder of a bag's content.
pub const BAG_DATA: &str = "data";

/// Everything that a plan follows from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    pub profile: &'a Profile,
    pub college: &'a str,
    /// Id and name of the season of the day.
    pub season: Option<(&'a str, &'a str)>,
    /// In the order in which they were named.
    pub candidates: &'a [Candidate],
    /// Of the profile, oldest first.
    pub answers: &'a [Answer],
    /// Whole packages of the contest that none replaces.
    pub handed_in: &'a [PackageRecord],
    pub papers: &'a Papers,
    pub forms: &'a Forms,
    pub people: &'a People,
    pub now: Timestamp,
}

/// Plans a package.
pub fn plan(inputs: Inputs<'_>) -> Plan {
    let mut open = Vec::new();
    let values = PackageValues::of(inputs);
    let name = package_name(inputs, &values, &mut open);
    let mail_subject = mail_subject(inputs, &values);
    let mut planner = Planner {
        inputs,
        values,
        patterns: Patterns::of(&inputs.profile.names),
        // What the package's name and what says that it is unfinished or late take of each path.
        room: units(&name) + units(words::UNFINISHED) + units(words::LATE) + 1 + bag_units(inputs.profile),
        taken: TakenNames::default(),
        counts: BTreeMap::new(),
        entries: Vec::new(),
        left_out: Vec::new(),
    };
    let own: Vec<String> = words::own_files().map(str::to_owned).to_vec();
    let reserved = planner.taken.take(None, &own);
    debug_assert!(reserved.is_ok(), "our own files have different names");
    let files = planner.package_files(&mut open);
    for candidate in ordered(inputs) {
        planner.add(candidate);
    }
    let Planner { entries, left_out, .. } = planner;
    if entries.is_empty() {
        open.push(Open::NoWorks);
    }
    let is_late = inputs.profile.when.is_over(inputs.now);
    let mut plan = Plan {
        profile: inputs.profile.id.clone(),
        name,
        mail_subject,
        entries,
        left_out,
        files,
        open,
        is_late,
    };
    plan.name = words::folder_name(&plan.name, plan.is_complete(), is_late);
    plan
}

fn bag_units(profile: &Profile) -> usize {
    if profile.out.bag { units(BAG_DATA) + 1 } else { 0 }
}

fn ordered(inputs: Inputs<'_>) -> Vec<&Candidate> {
    let mut all: Vec<&Candidate> = inputs.candidates.iter().collect();
    if all.iter().any(|one| one.is_named) {
        return all;
    }
    let first = |one: &Candidate| match inputs.profile.select.order {
        Order::Submitted => String::new(),
        Order::Title => one.title.clone(),
        Order::Department => one.department.clone().unwrap_or_default(),
        Order::Category => one.about.category.clone().unwrap_or_default(),
    };
    all.sort_by_cached_key(|one| (first(one), one.submitted.clone(), one.title.clone(), one.work.clone()));
    all
}

/// Returns the seasons of the works that may be in: it is theirs that a name tells, whenever it is built. Without any works it is
/// the season that was asked for.
fn seasons(inputs: Inputs<'_>) -> String {
    let asked = inputs.season.map(|(id, _)| id);
    let may_be_in = inputs
        .candidates
        .iter()
        .filter(|one| one.release.is_ok() && rules::selected(inputs.profile, one, asked).is_empty());
    let mut names: Vec<&str> =
        may_be_in.filter_map(|one| one.season_name.as_deref().or(one.season.as_deref())).collect();
    names.sort_unstable();
    names.dedup();
    match names.is_empty() {
        true => inputs.season.map(|(_, name)| name.to_owned()).unwrap_or_default(),
        false => names.join("、"),
    }
}

/// The values of the places that are the same for the whole package.
struct PackageValues<'a> {
    college: &'a str,
    name: &'a str,
    season: String,
    date: String,
    year: String,
}

impl<'a> PackageValues<'a> {
    fn of(inputs: Inputs<'a>) -> Self {
        let zone = TimeZone::get(&inputs.profile.when.zone).unwrap_or(TimeZone::UTC);
        let date = zone.to_datetime(inputs.now).date();
        Self {
            college: inputs.college,
            name: &inputs.profile.name.zh,
            season: seasons(inputs),
            date: date.to_string(),
            year: date.year().to_string(),
        }
    }

    fn get(&self, place: &str) -> String {
        match place {
            "college" => self.college,
            "name" => self.name,
            "season" => &self.season,
            "date" => &self.date,
            "year" => &self.year,
            _ => "",
        }
        .to_owned()
    }
}

fn package_name(inputs: Inputs<'_>, values: &PackageValues<'_>, open: &mut Vec<Open>) -> String {
    let pattern = Pattern::parse(&inputs.profile.names.package, &PACKAGE_PLACES);
    let filled = pattern.ok().map(|pattern| pattern.fill(&|place| values.get(place)));
    match filled {
        Some(Ok(name)) => portable_name(&name),
        Some(Err(place)) => {
            open.push(Open::NoValue { place });
            portable_name(&inputs.profile.name.zh)
        }
        None => portable_name(&inputs.profile.name.zh),
    }
}

fn mail_subject(inputs: Inputs<'_>, values: &PackageValues<'_>) -> Option<String> {
    let pattern = Pattern::parse(inputs.profile.names.mail_subject.as_ref()?, &PACKAGE_PLACES).ok()?;
    pattern.fill(&|place| values.get(place)).ok()
}

struct Planner<'a> {
    inputs: Inputs<'a>,
    values: PackageValues<'a>,
    patterns: Patterns,
    /// What is gone of each path's length, UTF-16 units.
    room: usize,
    taken: TakenNames,
    /// How many works a unit, category or author has in.
    counts: BTreeMap<String, u32>,
    entries: Vec<Entry>,
    left_out: Vec<LeftOut>,
}

impl<'a> Planner<'a> {
    fn add(&mut self, candidate: &'a Candidate) {
        let outcome = self.judge(candidate);
        match outcome {
            Ok(entry) => self.entries.push(entry),
            Err(why) => self.left_out.push(LeftOut {
                work: candidate.work.clone(),
                title: candidate.title.clone(),
                department: candidate.department.clone(),
                is_named: candidate.is_named,
                why,
            }),
        }
    }

    fn judge(&mut self, candidate: &'a Candidate) -> Result<Entry, Vec<Stop>> {
        let profile = self.inputs.profile;
        let (mut stops, mut notes) = rules::known(profile, candidate, self.inputs.season.map(|(id, _)| id));
        if profile.marks.identity == Rule::Forbidden {
            stops.extend(rules::told(profile, candidate, self.inputs.college));
        }
        stops.extend(self.earlier(candidate));
        let released = match &candidate.release {
            Ok(released) => {
                let (more, noted) = rules::measured(profile, &released.measured);
                stops.extend(more);
                notes.extend(noted);
                Some(released)
            }
            Err(held) => {
                stops.insert(0, Stop::NotReleased(held.clone()));
                None
            }
        };
        let Some(released) = released else { return Err(stops) };
        let (pieces, lacking) = parts::of_work(self.inputs, candidate, released);
        stops.extend(pieces.iter().find_map(|piece| rules::too_large_for_disk(profile, piece.from.bytes())));
        stops.dedup();
        let (answers, mut open) = self.answers(candidate, (released, &pieces), &mut stops);
        open.extend(lacking);
        let full = self.full(candidate);
        stops.extend(full);
        if !stops.is_empty() {
            return Err(stops);
        }
        let mut entry = self.entry(candidate, released, pieces).map_err(|stop| vec![stop])?;
        entry.open.splice(0..0, open);
        entry.answers = answers;
        entry.notes.splice(0..0, notes);
        for key in self.counted(candidate) {
            *self.counts.entry(key).or_default() += 1;
        }
        Ok(entry)
    }

    /// Returns what forfeits a work that was handed in before.
    fn earlier(&self, candidate: &Candidate) -> Option<Stop> {
        if !self.inputs.profile.quota.once {
            return None;
        }
        let of = |package: &&PackageRecord| package.works.iter().any(|work| work.work == candidate.work);
        let package = self.inputs.handed_in.iter().find(of)?;
        Some(Stop::InEarlierPackage {
            number: package.number,
            name: package.name.clone(),
            profile: package.profile.clone(),
        })
    }

    /// Returns the answers that are about the work as it is, and the questions that nobody answered.
    fn answers(
        &self,
        candidate: &Candidate,
        (released, pieces): (&Released, &[parts::Piece<'_>]),
        stops: &mut Vec<Stop>,
    ) -> (Vec<Answer>, Vec<Open>) {
        let (mut answers, mut open) = (Vec::new(), Vec::new());
        for ask in &self.inputs.profile.ask {
            let about = parts::about(ask, pieces);
            let is_it = |answer: &&Answer| {
                answer.work == candidate.work
                    && answer.digest == released.digest
                    && answer.key == ask.key
                    && answer.about == about
            };
            match self.inputs.answers.iter().rfind(is_it) {
                Some(answer) if answer.yes => answers.push(answer.clone()),
                Some(answer) => {
                    stops.push(Stop::SaidNo { key: ask.key.clone(), by: answer.by.clone() });
                }
                None => open.push(Open::Question { key: ask.key.clone(), text: ask.text.clone() }),
            }
        }
        (answers, open)
    }

    /// Returns what a work is counted by.
    fn counted(&self, candidate: &Candidate) -> Vec<String> {
        let or_none = |text: &Option<String>| vec![text.clone().unwrap_or_default()];
        match self.inputs.profile.quota.per {
            QuotaPer::Package => vec![String::new()],
            QuotaPer::Department => or_none(&candidate.department),
            QuotaPer::Category => or_none(&candidate.about.category),
            QuotaPer::Author => candidate.authors.clone(),
        }
    }

    fn full(&self, candidate: &Candidate) -> Option<Stop> {
        let quota = &self.inputs.profile.quota;
        let most = quota.works?;
        self.counted(candidate).into_iter().find_map(|of| {
            let earlier = self.counted_earlier(&of, candidate);
            let here = self.counts.get(&of).copied().unwrap_or_default();
            (here + earlier >= most).then_some(Stop::QuotaFull { per: quota.per, of, most, earlier })
        })
    }

    /// Returns how many works of packages that were handed in are counted by the same, besides the candidate and those that are in
    /// this package already: a package that is built again counts none of its works twice.
    fn counted_earlier(&self, of: &str, candidate: &Candidate) -> u32 {
        let works = self.inputs.handed_in.iter().flat_map(|package| &package.works);
        let is_here = |work: &str| self.entries.iter().any(|entry| entry.work == work);
        let is_counted = works.filter(|work| {
            let is_of = match self.inputs.profile.quota.per {
                QuotaPer::Package => true,
                QuotaPer::Department => work.department == of,
                QuotaPer::Category => work.category == of,
                QuotaPer::Author => work.authors.iter().any(|author| author == of),
            };
            is_of && work.work != candidate.work && !is_here(&work.work)
        });
        let distinct: BTreeSet<&str> = is_counted.map(|work| work.work.as_str()).collect();
        distinct.len() as u32
    }

    fn entry(
        &mut self,
        candidate: &Candidate,
        released: &Released,
        pieces: Vec<parts::Piece<'_>>,
    ) -> Result<Entry, Stop> {
        let no = self.entries.len() as u32 + 1;
        let values = self.values(no, candidate);
        let slots: Vec<_> = pieces.iter().map(parts::Piece::slot).collect();
        let named = self.patterns.name(&values, &slots, self.room)?;
        if let Err(path) = self.taken.take(named.folder.as_deref(), &named.paths) {
            return Err(Stop::NameTaken { path });
        }
        let files: Vec<PlannedFile> = named
            .paths
            .into_iter()
            .zip(pieces)
            .map(|(path, piece)| PlannedFile { path, take: piece.part.take, from: piece.from })
            .collect();
        let mut entry = Entry {
            no,
            work: candidate.work.clone(),
            title: candidate.title.clone(),
            digest: released.digest.clone(),
            measured: released.measured,
            folder: named.folder,
            files,
            cells: Vec::new(),
            cover: self.cover(released),
            open: Vec::new(),
            notes: named.notes,
            answers: Vec::new(),
        };
        entry.cells = parts::cells(self.inputs, candidate, released, &entry);
        forms::fill(self.inputs.profile, (self.inputs.forms, self.inputs.people), candidate, &mut entry);
        Ok(entry)
    }

    /// Returns what the page shows of a work: covers name the college, so an anonymous package shows none.
    fn cover(&self, released: &Released) -> Option<FileOf> {
        let is_anonymous = self.inputs.profile.marks.identity == Rule::Forbidden;
        released.covers.first().filter(|_| !is_anonymous).map(|(_, file)| file.clone())
    }

    fn values(&self, no: u32, candidate: &Candidate) -> BTreeMap<&'static str, String> {
        let about = &candidate.about;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let personal = |of| forms::of_first_author(self.inputs.people, candidate, of);
        BTreeMap::from([
            ("no", no.to_string()),
            ("id", candidate.work.clone()),
            ("title", candidate.title.clone()),
            ("authors", candidate.authors.join("、")),
            ("author", candidate.authors.first().cloned().unwrap_or_default()),
            ("teacher", about.advisors.join("、")),
            ("department", text(&candidate.department)),
            ("college", self.inputs.college.to_owned()),
            ("category", text(&about.category)),
            ("class", text(&about.class)),
            ("phone", personal(Personal::Phone)),
            ("email", personal(Personal::Email)),
            ("student_id", personal(Personal::StudentId)),
            (
                "season",
                candidate.season_name.clone().or_else(|| candidate.season.clone()).unwrap_or_default(),
            ),
            ("date", self.values.date.clone()),
            ("year", self.values.year.clone()),
        ])
    }

    /// Returns the parts that are there once.
    fn package_files(&mut self, open: &mut Vec<Open>) -> Vec<PlannedFile> {
        let mut files = Vec::new();
        for part in self.inputs.profile.parts_of_package() {
            match parts::of_package(self.inputs, part) {
                Ok(file) => match self.taken.take(None, std::slice::from_ref(&file.path)) {
                    Ok(()) => files.push(file),
                    Err(path) => open.push(Open::NameTaken { path }),
                },
                Err(lacking) if part.required || !lacking.is_absence() => open.push(lacking),
                Err(_) => {}
            }
        }
        files
    }
}

/// Returns what an answer about a work would be bound to, beside the work's own files: what is asked, and the papers that lie there.
pub fn about(inputs: Inputs<'_>, candidate: &Candidate, released: &Released, ask: &Ask) -> String {
    parts::about(ask, &parts::of_work(inputs, candidate, released).0)
}

/// Returns a length as sheets say it.
fn length(ms: u64) -> String {
    clock_time(ms)
}

#[cfg(test)]
mod tests;
