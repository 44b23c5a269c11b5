//! People whose phone, mail and student number forms and names ask for: the only place where these stand.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// A text that is personal: what is printed for debugging does not hold it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Private(pub String);

impl Private {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns it with its middle covered, for lists that others may see on the screen.
    pub fn covered(&self) -> String {
        let (local, host) = match self.0.split_once('@') {
            Some((local, host)) => (local, format!("@{host}")),
            None => (self.0.as_str(), String::new()),
        };
        let letters: Vec<char> = local.chars().collect();
        let (before, behind) = match letters.len() {
            0 => return host,
            1..=3 => (0, 0),
            _ if !host.is_empty() => (1, 0),
            4..=7 => (1, 1),
            _ => (3, 4),
        };
        let first: String = letters[..before].iter().collect();
        let last: String = letters[letters.len() - behind..].iter().collect();
        format!("{first}{}{last}{host}", "*".repeat(letters.len() - before - behind))
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "-" } else { "(private)" })
    }
}

impl From<&str> for Private {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Somebody, with what forms ask for. Empty texts are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// 0: not in the catalogue yet. Numbers are not given twice.
    pub id: u64,
    pub name: String,
    /// As the library shows departments.
    pub unit: String,
    /// What they are there: teacher, counsellor, secretary.
    pub position: String,
    /// They are whom the unit is reached by (联络员).
    pub is_contact: bool,
    pub phone: Private,
    pub email: Private,
    pub student_id: Private,
}

/// One of the texts that are personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    Phone,
    Email,
    StudentId,
}

impl Person {
    pub fn personal(&self, of: Personal) -> &str {
        match of {
            Personal::Phone => self.phone.as_str(),
            Personal::Email => self.email.as_str(),
            Personal::StudentId => self.student_id.as_str(),
        }
    }
}

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    One(&'a Person),
    Nobody,
    /// Nobody guesses which of them is meant.
    Several,
}

impl<'a> Found<'a> {
    pub fn one(self) -> Option<&'a Person> {
        match self {
            Self::One(person) => Some(person),
            Self::Nobody | Self::Several => None,
        }
    }
}

/// All people of a catalogue, by unit and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People(pub Vec<Person>);

impl People {
    /// Returns whom a name of a unit's work means: somebody of that unit, or somebody of whom no unit is known. One of the same name
    /// in another unit is somebody else.
    pub fn find(&self, name: &str, unit: Option<&str>) -> Found<'_> {
        let is_named = |person: &&Person| name_of(&person.name) == name_of(name);
        let unit = unit.map(name_of).filter(|unit| !unit.is_empty());
        let fits = |person: &&Person| {
            person.unit.is_empty() || unit.as_ref().is_none_or(|unit| name_of(&person.unit) == *unit)
        };
        let mut found = self.0.iter().filter(is_named).filter(fits);
        match (found.next(), found.next()) {
            (None, _) => Found::Nobody,
            (Some(person), None) => Found::One(person),
            (Some(_), Some(_)) => Found::Several,
        }
    }

    /// Returns whom a unit is reached by.
    pub fn contacts_of(&self, unit: &str) -> Vec<&Person> {
        self.contacts().filter(|person| name_of(&person.unit) == name_of(unit)).collect()
    }

    pub fn contacts(&self) -> impl Iterator<Item = &Person> {
        self.0.iter().filter(|person| person.is_contact)
    }

    /// Returns who is given again: of the same name and unit, and not of another student number.
    pub fn same_as(&self, given: &Person) -> Found<'_> {
        let is_same = |person: &&Person| {
            let (one, other) = (&person.student_id, &given.student_id);
            name_of(&person.name) == name_of(&given.name)
                && name_of(&person.unit) == name_of(&given.unit)
                && (one.is_empty() || other.is_empty() || one == other)
        };
        let all: Vec<&Person> = self.0.iter().filter(is_same).collect();
        let exact =
            all.iter().find(|person| !given.student_id.is_empty() && person.student_id == given.student_id);
        match (exact, &all[..]) {
            (Some(person), _) | (None, [person]) => Found::One(person),
            (None, []) => Found::Nobody,
            (None, _) => Found::Several,
        }
    }
}

/// Returns a name as it is compared: composed, without the spaces that forms put between two characters.
pub fn name_of(name: &str) -> String {
    name.nfc().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: u64, name: &str, unit: &str, student_id: &str) -> Person {
        Person {
            id,
            name: name.into(),
            unit: unit.into(),
            student_id: student_id.into(),
            phone: "13800138000".into(),
            ..Person::default()
        }
    }

    #[test]
    fn nobody_of_another_unit_is_taken_for_an_author_and_nobody_is_guessed() {
        let people = People(vec![
            person(1, "张伟", "机械系", ""),
            person(2, "李 娜", "", ""),
            person(3, "王芳", "外语系", "1"),
        ]);
        let of = |name, unit| people.find(name, unit).one().map(|person| person.id);
        assert_eq!(of("张伟", Some("机械系")), Some(1));
        assert_eq!(of("张伟", Some("外语系")), None);
        assert_eq!(of("张伟", None), Some(1));
        assert_eq!(of("李娜", Some("外语系")), Some(2));
        let twice = People(vec![person(1, "张伟", "机械系", "1"), person(2, "张伟", "机械系", "2")]);
        assert_eq!(twice.find("张伟", Some("机械系")), Found::Several);
        assert_eq!(twice.same_as(&person(0, "张伟", "机械系", "2")).one().map(|it| it.id), Some(2));
        assert_eq!(twice.same_as(&person(0, "张伟", "机械系", "3")), Found::Nobody);
        assert_eq!(twice.same_as(&person(0, "张伟", "机械系", "")), Found::Several);
    }

    #[test]
    fn what_is_printed_for_debugging_tells_no_number() {
        let said = format!("{:?}", person(1, "张伟", "机械系", "20260001"));
        assert!(!said.contains("13800138000") && !said.contains("20260001"), "{said}");
        assert_eq!(Private::from("13800138000").covered(), "138****8000");
        assert_eq!(Private::from("zhangwei@a.cn").covered(), "z*******@a.cn");
        assert_eq!(Private::from("abc").covered(), "***");
        assert_eq!(Private::from("").covered(), "");
    }
}
