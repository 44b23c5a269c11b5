//! `jincai contacts`: whom departments are reached by, and which have nobody.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::error::CommandError;
use super::form_work::{self, Copies};
use super::people::{Desk, units_of};
use super::session::GlobalOptions;
use super::table::{WIDEST, table};
use crate::files;
use crate::library::staging::{self, Durability};
use crate::model::form::FormKind;
use crate::model::language::{Bilingual, Lang};
use crate::model::people::{People, Person, name_of};
use crate::present::messages::people as words;
use crate::present::messages::showcase as form_words;
use crate::present::terminal::Screen;
use crate::showcase::contact_form::{Refused, filling};

#[derive(Debug, Args)]
pub struct ContactsArgs {
    /// 组织方的联络表（.docx 或 .xlsx）· the organiser's form
    #[arg(long, value_name = "FILE", requires = "to")]
    form: Option<PathBuf>,
    /// 填好的表写到哪个文件 · where the filled form goes
    #[arg(long, value_name = "FILE", requires = "form")]
    to: Option<PathBuf>,
    /// 只要这个系部的 · of this department only
    #[arg(long, value_name = "NAME")]
    department: Option<String>,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ContactsEvent<'a> {
    Contact { department: &'a str, name: &'a str, position: &'a str, phone: &'a str, email: &'a str },
    None { department: &'a str },
    Filled { file: &'a Path, contacts: usize, cells: usize, left_to_hand: Vec<String> },
}

pub async fn contacts(
    globals: &GlobalOptions,
    given: &ContactsArgs,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let desk = Desk::open(globals, lang, screen)?;
    let mut people = desk.catalog.people()?;
    let mut units = units_of(&desk.catalog, &desk.config)?;
    if let Some(department) = &given.department {
        let is_it = |unit: &str| name_of(unit) == name_of(department);
        people.0.retain(|person| is_it(&person.unit));
        units.retain(|unit| is_it(unit));
    }
    let without: Vec<String> = units.into_iter().filter(|unit| people.contacts_of(unit).is_empty()).collect();
    if let (Some(form), Some(to)) = (&given.form, &given.to) {
        fill(&desk, &people, (form, to)).await?;
    }
    tell(&desk, &people, &without);
    Ok(0)
}

/// Writes a filled copy of the organiser's form, where nothing is yet.
async fn fill(desk: &Desk, people: &People, (file, to): (&Path, &Path)) -> Result<(), CommandError> {
    let shown = file.display().to_string();
    let kind = kind_of(file)?;
    let to = std::path::absolute(to).map_err(CommandError::internal)?;
    if kind_of(&to)? != kind {
        return Err(CommandError::usage(form_words::same_ending(&to.display().to_string(), kind.ending())));
    }
    if files::is_there(&to).unwrap_or(true) {
        return Err(CommandError::usage(words::is_there_already(&to)));
    }
    let unreadable = |why: Bilingual| CommandError::usage(form_words::form_unreadable(&shown, &why));
    let form = form_work::read(file, &desk.config.limits).await.map_err(unreadable)?;
    if form.kind != kind {
        return Err(CommandError::usage(form_words::same_ending(&shown, form.kind.ending())));
    }
    let contacts: Vec<&Person> = people.contacts().collect();
    if contacts.is_empty() {
        return Err(CommandError::usage(words::no_contacts()));
    }
    let filling = filling(&form, &contacts).map_err(|refused| {
        let (text, hint) = match refused {
            Refused::NoPlace => form_words::no_place_for_contacts(&shown),
            Refused::TooFewRows(rows) => form_words::too_few_rows(rows, contacts.len()),
            Refused::ForOne => form_words::form_for_one(contacts.len()),
        };
        CommandError::usage(text).with_hint(hint)
    })?;
    let cells = filling.values.len();
    let copies = Copies {
        template: file,
        sha256: &form.sha256,
        values: vec![filling.values],
        without_properties: false,
    };
    let bytes = form_work::filled(copies, &desk.config.limits).await?.map_err(unreadable)?;
    let folder = to.parent().unwrap_or(&to);
    staging::write_beside(folder, &to, &bytes.concat(), Durability::Synced)?;
    let said = form_words::contacts_filled(&to.display().to_string(), contacts.len(), cells);
    desk.screen.say(said.get(desk.lang));
    if !filling.unknown.is_empty() {
        desk.screen.say(form_words::left_to_hand(&shown, &filling.unknown).get(desk.lang));
    }
    desk.screen.event(&ContactsEvent::Filled {
        file: &to,
        contacts: contacts.len(),
        cells,
        left_to_hand: filling.unknown,
    });
    Ok(())
}

fn kind_of(file: &Path) -> Result<FormKind, CommandError> {
    let shown = file.display().to_string();
    match file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).as_deref() {
        Some("docx") => Ok(FormKind::Docx),
        Some("xlsx") => Ok(FormKind::Xlsx),
        Some("doc" | "xls") => Err(CommandError::usage(form_words::old_form(&shown))),
        _ => Err(CommandError::usage(form_words::odd_form(&shown))),
    }
}

fn tell(desk: &Desk, people: &People, without: &[String]) {
    let contacts: Vec<&Person> = people.contacts().collect();
    for person in &contacts {
        desk.screen.event(&ContactsEvent::Contact {
            department: &person.unit,
            name: &person.name,
            position: &person.position,
            phone: person.phone.as_str(),
            email: person.email.as_str(),
        });
    }
    without.iter().for_each(|department| desk.screen.event(&ContactsEvent::None { department }));
    let row = |person: &&Person| {
        let (phone, email) = (person.phone.as_str(), person.email.as_str());
        [&person.unit, &person.name, &person.position, phone, email].map(str::to_owned).to_vec()
    };
    match contacts.is_empty() {
        true => desk.screen.say(words::no_contacts().get(desk.lang)),
        false => {
            let rows: Vec<Vec<String>> = contacts.iter().map(row).collect();
            desk.screen.say(&table(&words::contact_heads(desk.lang), &rows, WIDEST));
        }
    }
    for said in contacts.iter().filter_map(|person| words::contact_lacks(person)) {
        desk.screen.say(said.get(desk.lang));
    }
    if !without.is_empty() {
        desk.screen.say(words::units_without(without).get(desk.lang));
    }
}
