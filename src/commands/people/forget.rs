//! `jincai people forget`: erases somebody from the catalogue and from the copies of it in the library, and says what remains.

use super::{Desk, PeopleEvent};
use crate::commands::error::CommandError;
use crate::library::backup;
use crate::library::catalog::{Catalog, Erased};
use crate::model::people::{Person, name_of};
use crate::present::messages::people as words;

pub(super) fn forget(desk: &Desk, given: &str) -> Result<u8, CommandError> {
    let Some(person) = meant(desk, given)? else { return wipe(desk, given) };
    let erased = desk.catalog.forget_person(person.id)?;
    let (mut copies, mut is_whole) = (0, erased == Erased::Whole);
    for copy in backup::copies(desk.config.library.as_path()) {
        let path = copy.file.as_path();
        match Catalog::forget_person_in(path, &person) {
            Ok(()) => copies += 1,
            Err(error) => {
                is_whole = false;
                desk.screen.warn(words::copy_not_erased(path, &error.to_string()).get(desk.lang));
            }
        }
    }
    let packages = desk.catalog.packages()?;
    let of_them = |name: &String| name_of(name) == name_of(&person.name);
    let holding: Vec<_> =
        packages.iter().filter(|it| it.works.iter().any(|work| work.authors.iter().any(of_them))).collect();
    desk.screen.event(&PeopleEvent::Forgotten {
        id: person.id,
        name: &person.name,
        whole: is_whole,
        copies,
        packages: holding.iter().map(|package| package.number).collect(),
    });
    desk.screen.say(words::forgotten(&person, copies).get(desk.lang));
    if erased == Erased::LogInUse {
        desk.screen.warn(words::log_in_use(person.id).get(desk.lang));
    }
    desk.screen.say(words::what_remains().get(desk.lang));
    for package in holding {
        desk.screen.say(words::remains_in_package(package.number, &package.name).get(desk.lang));
    }
    Ok(u8::from(!is_whole))
}

/// Writes the catalogue anew where a number is gone already, but another program kept the old pages in use.
fn wipe(desk: &Desk, given: &str) -> Result<u8, CommandError> {
    let id = given.trim().parse().unwrap_or_default();
    match desk.catalog.forget_person(id)? {
        Erased::Whole => {
            desk.screen.say(words::wiped(id).get(desk.lang));
            Ok(0)
        }
        Erased::LogInUse => {
            desk.screen.warn(words::log_in_use(id).get(desk.lang));
            Ok(1)
        }
    }
}

/// Returns who is meant; `None` for a number that nobody has.
fn meant(desk: &Desk, given: &str) -> Result<Option<Person>, CommandError> {
    let people = desk.catalog.people()?;
    let given = given.trim();
    let number = given.parse::<u64>().ok();
    let is_meant = |person: &&Person| {
        number.map_or_else(|| name_of(&person.name) == name_of(given), |it| person.id == it)
    };
    let found: Vec<&Person> = people.0.iter().filter(is_meant).collect();
    match found[..] {
        [person] => Ok(Some(person.clone())),
        [] if number.is_some() => Ok(None),
        [] => Err(CommandError::usage(words::no_person(given))),
        _ => {
            let (text, hint) = words::several_people(given, &found);
            Err(CommandError::usage(text).with_hint(hint))
        }
    }
}
