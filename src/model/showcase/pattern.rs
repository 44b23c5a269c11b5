//! Patterns of names, such as `{no:02}-{title}`.

/// What the places of names stand for.
pub const PLACES: [&str; 16] = [
    "no",
    "id",
    "title",
    "authors",
    "author",
    "teacher",
    "department",
    "college",
    "category",
    "class",
    "phone",
    "email",
    "student_id",
    "season",
    "date",
    "year",
];

/// Those that the name of a whole package may hold.
pub const PACKAGE_PLACES: [&str; 5] = ["college", "name", "season", "date", "year"];

/// Those that tell whose work it is.
pub const IDENTITY_PLACES: [&str; 9] =
    ["authors", "author", "teacher", "department", "college", "class", "phone", "email", "student_id"];

/// Those that may be shortened where a path would be too long, the first first.
pub const SHORTENED_PLACES: [&str; 7] =
    ["authors", "class", "department", "title", "category", "college", "teacher"];

/// A pattern, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A place, and the least number of digits of a number.
    Place(String, usize),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// A `{` without its `}`, or the other way round.
    Unbalanced,
    UnknownPlace(String),
    /// `:` and digits stand behind something that is no number.
    NoNumber(String),
}

/// Most digits of a number.
const MOST_DIGITS: usize = 6;

impl Pattern {
    /// Takes a text apart, whose places are among `known`.
    pub fn parse(text: &str, known: &[&str]) -> Result<Self, PatternFault> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            if rest[at..].starts_with('}') {
                return Err(PatternFault::Unbalanced);
            }
            let (before, behind) = (&rest[..at], &rest[at + 1..]);
            let (inner, after) = behind.split_once('}').ok_or(PatternFault::Unbalanced)?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(place(inner, known)?);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Returns the pattern of the number alone.
    pub fn number() -> Self {
        Self(vec![Piece::Place("no".to_owned(), 0)])
    }

    /// Returns the names of its places.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Place(name, _) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Returns what stands between its places.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Place(..) => None,
        })
    }

    pub fn has(&self, place: &str) -> bool {
        self.places().any(|one| one == place)
    }

    /// Returns a number as this pattern writes it; `None` where it shows none.
    pub fn number_of(&self, no: u32) -> Option<String> {
        self.0.iter().find_map(|piece| match piece {
            Piece::Place(name, digits) if name == "no" => Some(format!("{no:0digits$}")),
            _ => None,
        })
    }

    /// Fills the places.
    ///
    /// # Errors
    /// The name of the first place that has no value.
    pub fn fill(&self, value: &dyn Fn(&str) -> String) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(written) => text.push_str(written),
                Piece::Place(name, digits) => {
                    let value = value(name);
                    if value.trim().is_empty() {
                        return Err(name.clone());
                    }
                    (value.len()..*digits).for_each(|_| text.push('0'));
                    text.push_str(&value);
                }
            }
        }
        Ok(text)
    }
}

fn place(inner: &str, known: &[&str]) -> Result<Piece, PatternFault> {
    let (name, digits) = match inner.split_once(':') {
        Some((name, digits)) => {
            let count = digits.parse::<usize>().ok().filter(|count| (1..=MOST_DIGITS).contains(count));
            let count = count.filter(|_| name == "no");
            (name, count.ok_or_else(|| PatternFault::NoNumber(inner.to_owned()))?)
        }
        None => (inner, 0),
    };
    match known.contains(&name) {
        true => Ok(Piece::Place(name.to_owned(), digits)),
        false => Err(PatternFault::UnknownPlace(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_numbers_get_their_zeros() {
        let pattern = Pattern::parse("{no:03}-《{title}》", &PLACES).unwrap();
        let value = |name: &str| if name == "no" { "7".to_owned() } else { "海河 {no}".to_owned() };
        assert_eq!(pattern.fill(&value).unwrap(), "007-《海河 {no}》");
        assert_eq!(
            pattern.fill(&|name| if name == "no" { "1".into() } else { " ".into() }),
            Err("title".into())
        );
        assert_eq!(pattern.places().collect::<Vec<_>>(), ["no", "title"]);
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        let fault = |text| Pattern::parse(text, &PLACES).unwrap_err();
        assert_eq!(fault("{no"), PatternFault::Unbalanced);
        assert_eq!(fault("no}"), PatternFault::Unbalanced);
        assert_eq!(fault("{titel}"), PatternFault::UnknownPlace("titel".into()));
        assert_eq!(fault("{title:03}"), PatternFault::NoNumber("title:03".into()));
        assert_eq!(fault("{no:0}"), PatternFault::NoNumber("no:0".into()));
        assert_eq!(fault("{}"), PatternFault::UnknownPlace(String::new()));
    }
}
