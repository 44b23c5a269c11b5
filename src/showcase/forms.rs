//! What goes into an organiser's form for a work: by the labels that the form has, and never a number of somebody else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::form_layout::{Layout, Spot, layout};
use crate::model::form::{CellAt, Form};
use crate::model::language::{AnyPath, Bilingual};
use crate::model::people::{Found, People, Personal, Private};
use crate::model::showcase::candidate::Candidate;
use crate::model::showcase::plan::{Entry, FormPlan, Note, Open, Origin, Unfilled};
use crate::model::showcase::profile::{Column, Part, Profile, Rule, Take};
use crate::present::messages::form_labels::{self, FORMS, Label, plain};

/// The forms of a profile, as a worker read them, by the name of the file.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    /// Where they lie.
    pub folder: PathBuf,
    pub read: BTreeMap<String, Result<ReadForm, Bilingual>>,
}

/// A form that can be filled.
#[derive(Clone, Debug)]
pub struct ReadForm {
    pub path: PathBuf,
    pub bytes: u64,
    pub form: Form,
}

/// Returns the folder of a profile's forms, in that of its papers.
pub fn folder_in(papers: &Path) -> PathBuf {
    papers.join(FORMS)
}

/// Returns what a form is called in a package, unless the profile says otherwise: as the organiser calls it.
pub fn name_of(part: &Part) -> String {
    let template = part.template.as_deref().unwrap_or_default();
    let stem = template.rsplit_once('.').map_or(template, |(stem, _)| stem);
    part.name.clone().unwrap_or_else(|| stem.to_owned())
}

impl Forms {
    /// Returns the file of a part before its cells are known; the error is what is lacking.
    pub fn of(&self, part: &Part) -> Result<(Origin, &'static str), Open> {
        let template = part.template.clone().unwrap_or_default();
        let folder = || self.folder.display().to_string();
        match self.read.get(&template) {
            Some(Ok(read)) => {
                let plan = FormPlan {
                    template: AnyPath::from(read.path.clone()),
                    sha256: read.form.sha256.clone(),
                    bytes: read.bytes,
                    values: Vec::new(),
                };
                Ok((Origin::Form(plan), read.form.kind.ending()))
            }
            Some(Err(why)) => Err(Open::NoForm { template, folder: folder(), why: Some(why.clone()) }),
            None => Err(Open::NoForm { template, folder: folder(), why: None }),
        }
    }

    fn filled_from(&self, part: &Part) -> Option<&Form> {
        let read = self.read.get(part.template.as_ref()?)?;
        read.as_ref().ok().map(|read| &read.form)
    }
}

/// Whose a personal text beside a label is: of whom the label before it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Author,
    Teacher,
    Contact,
}

/// What a work and the table of people say.
#[derive(Clone, Copy)]
struct Source<'a> {
    candidate: &'a Candidate,
    entry: &'a Entry,
    people: &'a People,
    is_anonymous: bool,
}

/// Fills the forms of an entry whose columns are known, and says what is left to a person.
pub fn fill(profile: &Profile, (forms, people): (&Forms, &People), candidate: &Candidate, entry: &mut Entry) {
    let (mut open, mut notes) = (Vec::new(), Vec::new());
    let mut plans = Vec::new();
    let source = Source { candidate, entry, people, is_anonymous: profile.marks.identity == Rule::Forbidden };
    for (index, file) in entry.files.iter().enumerate() {
        let Origin::Form(plan) = &file.from else { continue };
        let of_plan = |part: &&Part| {
            let read = part.template.as_ref().and_then(|name| forms.read.get(name)?.as_ref().ok());
            part.take == Take::Form
                && read.is_some_and(|read| AnyPath::from(read.path.clone()) == plan.template)
        };
        let Some(part) = profile.parts_of_works().find(of_plan) else { continue };
        let Some(form) = forms.filled_from(part) else { continue };
        let told = source.fill(form, part);
        open.extend(told.open);
        notes.extend(told.notes);
        plans.push((index, told.values));
    }
    notes.extend(source.blank_cells(profile));
    for (index, values) in plans {
        if let Origin::Form(plan) = &mut entry.files[index].from {
            plan.values = values;
        }
    }
    entry.open.extend(open);
    entry.notes.extend(notes);
}

#[derive(Default)]
struct Told {
    values: Vec<(CellAt, Private)>,
    open: Vec<Open>,
    notes: Vec<Note>,
}

impl Source<'_> {
    fn fill(self, form: &Form, part: &Part) -> Told {
        let name = name_of(part);
        let own: BTreeMap<String, Column> =
            part.fill.iter().map(|(label, column)| (plain(label), *column)).collect();
        let key = |text: &str| own.get(text).copied().or_else(|| form_labels::label(text).map(column));
        let Layout { spots, mut unknown } = layout(form, &key);
        let owners = owners(&spots);
        let mut told = Told::default();
        for (spot, owner) in spots.iter().zip(&owners) {
            if spot.key == Column::Empty {
                unknown.push(spot.text.clone());
                continue;
            }
            let same = |(other, of): &(&Spot<Column>, &Owner)| other.key == spot.key && *of == owner;
            let is_ambiguous = is_of_people(spot.key) && spots.iter().zip(&owners).filter(same).count() > 1;
            let value = match spot.goes {
                _ if self.is_anonymous && spot.key.is_identity() => Err(Unfilled::Anonymous),
                _ if is_ambiguous => Err(Unfilled::Ambiguous),
                None => Err(Unfilled::NoRoom),
                Some(at) => self.value(spot.key, *owner).map(|value| (at, value)),
            };
            match value {
                Ok(filled) => told.values.push(filled),
                Err(why) => told.say(&name, &spot.text, why),
            }
        }
        for label in
            part.fill.keys().filter(|label| !spots.iter().any(|spot| plain(&spot.text) == plain(label)))
        {
            told.say(&name, label, Unfilled::NoLabel);
        }
        if !unknown.is_empty() {
            told.notes.push(Note::LeftToHand { form: name, labels: unknown });
        }
        told
    }

    fn value(self, column: Column, owner: Owner) -> Result<Private, Unfilled> {
        let personal = match column {
            Column::Phone => Personal::Phone,
            Column::Email => Personal::Email,
            // Only students have one.
            Column::StudentId => return self.personal(Personal::StudentId, Owner::Author),
            _ => {
                let text = self.entry.cell(column);
                return match text.trim().is_empty() {
                    true => Err(Unfilled::NotSaid),
                    false => Ok(Private::from(text)),
                };
            }
        };
        self.personal(personal, owner)
    }

    fn personal(self, of: Personal, owner: Owner) -> Result<Private, Unfilled> {
        let unit = self.candidate.department.as_deref();
        let (name, found) = match owner {
            Owner::Contact => {
                let contacts = self.people.contacts_of(unit.unwrap_or_default());
                let name = unit.unwrap_or_default().to_owned();
                let found = match contacts[..] {
                    [] => Found::Nobody,
                    [one] => Found::One(one),
                    _ => Found::Several,
                };
                (name, found)
            }
            Owner::Author | Owner::Teacher => {
                let names = match owner {
                    Owner::Teacher => &self.candidate.about.advisors,
                    _ => &self.candidate.authors,
                };
                let name = names.first().ok_or(Unfilled::NotSaid)?.clone();
                let found = self.people.find(&name, unit);
                (name, found)
            }
        };
        let several = found == Found::Several;
        let value = found.one().map(|person| person.personal(of)).filter(|text| !text.is_empty());
        value.map(Private::from).ok_or(Unfilled::NotOnRecord { name, several })
    }

    /// Returns the personal columns of sheets that stay blank.
    fn blank_cells(self, profile: &Profile) -> Vec<Note> {
        let sheets = profile.part.iter().filter(|part| part.take == Take::Sheet);
        let columns = sheets.flat_map(|part| part.columns.iter().map(move |column| (part, column)));
        let blank = columns.filter_map(|(part, (head, column))| {
            let of = match column {
                Column::Phone => Personal::Phone,
                Column::Email => Personal::Email,
                Column::StudentId => Personal::StudentId,
                _ => return None,
            };
            let why = self.personal(of, Owner::Author).err()?;
            let form = part.name.clone().unwrap_or_default();
            Some(Note::FormCell { form, label: head.clone(), why })
        });
        blank.collect()
    }
}

impl Told {
    /// What the office can add makes the package unfinished; all else is for a person to look at.
    fn say(&mut self, form: &str, label: &str, why: Unfilled) {
        let (form, label) = (form.to_owned(), label.to_owned());
        match why {
            Unfilled::NotOnRecord { .. } | Unfilled::NoLabel => {
                self.open.push(Open::FormLacks { form, label, why });
            }
            why => self.notes.push(Note::FormCell { form, label, why }),
        }
    }
}

/// Returns whom each label is about: whoever a label before it in the same table names, else the author.
fn owners(spots: &[Spot<Column>]) -> Vec<Owner> {
    let (mut owner, mut grid) = (Owner::Author, u32::MAX);
    let owners = spots.iter().map(|spot| {
        if spot.at.grid != grid {
            (owner, grid) = (Owner::Author, spot.at.grid);
        }
        match spot.key {
            Column::Authors | Column::Author => owner = Owner::Author,
            Column::Teacher => owner = Owner::Teacher,
            Column::Contact => owner = Owner::Contact,
            _ => {}
        }
        owner
    });
    owners.collect()
}

/// Returns true for what each place of a form may ask of another person.
fn is_of_people(column: Column) -> bool {
    matches!(
        column,
        Column::Authors
            | Column::Author
            | Column::Teacher
            | Column::Contact
            | Column::Class
            | Column::Phone
            | Column::Email
            | Column::StudentId
    )
}

fn column(label: Label) -> Column {
    match label {
        Label::No => Column::No,
        Label::Title => Column::Title,
        Label::Category => Column::Category,
        Label::Department => Column::Department,
        Label::College => Column::College,
        Label::Authors => Column::Authors,
        Label::Author => Column::Author,
        Label::Teacher => Column::Teacher,
        Label::Class => Column::Class,
        Label::Season => Column::Season,
        Label::Duration => Column::Duration,
        Label::Synopsis => Column::Synopsis,
        Label::Links => Column::Links,
        Label::Ai => Column::Ai,
        Label::Contact => Column::Contact,
        Label::Phone => Column::Phone,
        Label::Email => Column::Email,
        Label::StudentId => Column::StudentId,
    }
}

/// Returns a personal text of a work's first author; empty where it is not known whose it would be.
pub fn of_first_author(people: &People, candidate: &Candidate, of: Personal) -> String {
    let first = candidate.authors.first();
    let person = first.and_then(|name| people.find(name, candidate.department.as_deref()).one());
    person.map(|person| person.personal(of).to_owned()).unwrap_or_default()
}

/// Returns the name of whom a work's department is reached by; empty where that is nobody, or several.
pub fn contact_of(people: &People, candidate: &Candidate) -> String {
    let contacts = people.contacts_of(candidate.department.as_deref().unwrap_or_default());
    match contacts[..] {
        [one] => one.name.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
