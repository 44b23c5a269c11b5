//! Contacts in an organiser's form: a list with a row for each, or a form for one. Pure.

use super::form_layout::{Spot, layout};
use crate::model::form::{CellAt, Form};
use crate::model::people::Person;
use crate::present::messages::form_labels::{ContactLabel, contact_label};

/// Why a form cannot take the contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No free cell belongs to a label for a name.
    NoPlace,
    TooFewRows(usize),
    /// The form is for one.
    ForOne,
}

/// What goes into a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    pub values: Vec<(CellAt, String)>,
    /// Labels that nobody but a person can fill.
    pub unknown: Vec<String>,
}

/// Lays contacts out, in their order: all of them or none.
pub fn filling(form: &Form, contacts: &[&Person]) -> Result<Filling, Refused> {
    let found = layout(form, &contact_label);
    let names: Vec<&Spot<ContactLabel>> =
        found.spots.iter().filter(|spot| spot.key == ContactLabel::Name && spot.goes.is_some()).collect();
    let name = names.iter().max_by_key(|spot| spot.rows.len()).ok_or(Refused::NoPlace)?;
    let is_list = !name.rows.is_empty();
    if is_list && name.rows.len() < contacts.len() {
        return Err(Refused::TooFewRows(name.rows.len()));
    }
    if !is_list && contacts.len() > 1 {
        return Err(Refused::ForOne);
    }
    let is_of = |spot: &&Spot<ContactLabel>| {
        spot.at.grid == name.at.grid
            && spot.rows.is_empty() != is_list
            && (!is_list || spot.at.row == name.at.row)
    };
    let mut filling = Filling { values: Vec::new(), unknown: found.unknown };
    for spot in found.spots.iter().filter(is_of) {
        for (place, person) in contacts.iter().enumerate() {
            let at = if is_list { spot.rows.get(place).copied() } else { spot.goes };
            let text = text(spot.key, person, place + 1);
            if let Some(at) = at.filter(|_| !text.is_empty()) {
                filling.values.push((at, text));
            }
        }
    }
    Ok(filling)
}

fn text(key: ContactLabel, person: &Person, number: usize) -> String {
    match key {
        ContactLabel::No => number.to_string(),
        ContactLabel::Unit => person.unit.clone(),
        ContactLabel::Name => person.name.clone(),
        ContactLabel::Position => person.position.clone(),
        ContactLabel::Phone => person.phone.as_str().to_owned(),
        ContactLabel::Email => person.email.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::form::{FormCell, FormKind, Grid};

    fn form(rows: &[&str]) -> Form {
        let cells = (0..).zip(rows).flat_map(|(row, line)| {
            (0..).zip(line.split('|')).map(move |(column, text)| FormCell {
                row,
                column,
                width: 1,
                height: 1,
                text: if text == "_" { String::new() } else { text.to_owned() },
                is_free: text == "_",
            })
        });
        let grids = vec![Grid { name: String::new(), cells: cells.collect(), is_open: false }];
        Form { kind: FormKind::Docx, sha256: String::new(), grids }
    }

    fn person(unit: &str, name: &str) -> Person {
        Person { unit: unit.into(), name: name.into(), phone: "138".into(), ..Person::default() }
    }

    #[test]
    fn each_contact_gets_a_row_or_nobody_does() {
        let list = form(&["序号|单 位|联络员|联系电话", "_|_|_|_", "_|_|_|_"]);
        let (one, two, three) =
            (person("机械系", "张三"), person("外语系", "李四"), person("艺术系", "王五"));
        let filled = filling(&list, &[&one, &two]).unwrap();
        let texts: Vec<(u32, u32, &str)> =
            filled.values.iter().map(|(at, text)| (at.row, at.column, text.as_str())).collect();
        assert_eq!(
            texts,
            [
                (1, 0, "1"),
                (2, 0, "2"),
                (1, 1, "机械系"),
                (2, 1, "外语系"),
                (1, 2, "张三"),
                (2, 2, "李四"),
                (1, 3, "138"),
                (2, 3, "138")
            ]
        );
        assert_eq!(filling(&list, &[&one, &two, &three]), Err(Refused::TooFewRows(2)));
        let single = form(&["单位|_|联络员|_", "职务|_|签字|_"]);
        assert_eq!(filling(&single, &[&one, &two]), Err(Refused::ForOne));
        let filled = filling(&single, &[&one]).unwrap();
        assert_eq!((filled.values.len(), &filled.unknown[..]), (2, &["签字".to_owned()][..]));
        assert_eq!(filling(&form(&["作品|_"]), &[&one]), Err(Refused::NoPlace));
    }
}
