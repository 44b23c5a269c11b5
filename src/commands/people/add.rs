//! `jincai people add`: one person, by flags.

use super::{AddArgs, Desk, PeopleEvent};
use crate::commands::error::CommandError;
use crate::model::language::Bilingual;
use crate::model::people::{Found, Person};
use crate::present::messages::people as words;
use crate::present::messages::people::Column;
use crate::showcase::people_sheet::{Given, ValueFault};

pub(super) fn add(desk: &mut Desk, args: &AddArgs) -> Result<u8, CommandError> {
    let given = given(args)?;
    let people = desk.catalog.people()?;
    let wanted = given.over(&Person::default());
    let known = match people.same_as(&wanted) {
        Found::One(person) => Some(person.clone()),
        Found::Nobody => None,
        Found::Several => return Err(CommandError::usage(words::which_of_them(&wanted.name))),
    };
    let person = given.over(&known.clone().unwrap_or_default());
    if known.as_ref() == Some(&person) {
        desk.screen.say(words::unchanged(&person).get(desk.lang));
        return Ok(0);
    }
    desk.warn_of_units(std::iter::once(person.unit.as_str()))?;
    desk.catalog.put_people(std::slice::from_ref(&person), &desk.moment.at)?;
    if known.is_some() {
        desk.screen.event(&PeopleEvent::Changed { id: person.id, name: &person.name });
        desk.screen.say(words::changed(&person).get(desk.lang));
        return Ok(0);
    }
    let people = desk.catalog.people()?;
    let person = people.same_as(&person).one().cloned().unwrap_or(person);
    desk.screen.event(&PeopleEvent::Added { id: person.id, name: &person.name });
    desk.screen.say(words::added(&person).get(desk.lang));
    Ok(0)
}

fn given(args: &AddArgs) -> Result<Given, CommandError> {
    let mut given = Given::default();
    let texts = [
        (Column::Name, Some(&args.name)),
        (Column::Unit, args.department.as_ref()),
        (Column::Position, args.position.as_ref()),
        (Column::Phone, args.phone.as_ref()),
        (Column::Email, args.email.as_ref()),
        (Column::StudentId, args.student_id.as_ref()),
    ];
    for (column, text) in texts.into_iter().filter_map(|(column, text)| Some((column, text?))) {
        given.set(column, text).map_err(|fault| CommandError::usage(word(fault)))?;
    }
    given.is_contact = match (args.contact, args.no_contact) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    Ok(given)
}

/// Words what is wrong with a value.
pub(super) fn word(fault: ValueFault) -> Bilingual {
    match fault {
        ValueFault::Missing => words::no_name(),
        ValueFault::Formula => words::formula(),
        ValueFault::NotText => words::not_text(),
        ValueFault::TooLong => words::too_long(),
        ValueFault::NoPhone => words::odd_phone(),
        ValueFault::NoMail => words::odd_email(),
        ValueFault::NoStudentNumber => words::odd_student_id(),
        ValueFault::NeitherYesNorNo => words::odd_answer(),
    }
}
