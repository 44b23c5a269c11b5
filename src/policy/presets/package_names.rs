//! Checks the names that a package profile gives: they can be filled, every system can carry them, and works do not collide.

use super::explain::did_you_mean;
use super::fault::Fault;
use crate::model::language::Bilingual;
use crate::model::showcase::pattern::{IDENTITY_PLACES, PACKAGE_PLACES, PLACES, Pattern, PatternFault};
use crate::model::showcase::profile::{HERE, Names, Profile, Rule};
use crate::text::safe_name;

/// Characters that Windows forbids in names.
const FORBIDDEN: [char; 9] = ['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

pub(super) fn check(profile: &Profile) -> Result<(), Fault> {
    let names = &profile.names;
    let places = places_of(names);
    for (path, text, known) in &places {
        let pattern = Pattern::parse(text, known).map_err(|fault| odd_pattern(path, fault, known))?;
        writable(path, &pattern)?;
        let tells = pattern.places().find(|place| IDENTITY_PLACES.contains(place));
        if let Some(place) = tells.filter(|_| profile.marks.identity == Rule::Forbidden) {
            return Err(Fault::at(
                path,
                Bilingual::new(
                    format!("名称里有 {{{place}}}，而 marks.identity 禁止出现身份信息"),
                    format!("the name holds {{{place}}}, which `marks.identity` forbids"),
                ),
                Bilingual::new("改用 {no} 和 {title}", "use {no} and {title}"),
            ));
        }
    }
    distinguishes(names)?;
    for (index, part) in profile.part.iter().enumerate() {
        if part.path != HERE {
            folder(&format!("part.{index}.path"), &part.path)?;
        }
        if let Some(name) = &part.name {
            folder(&format!("part.{index}.name"), name)?;
        }
    }
    Ok(())
}

/// Returns what may give two works the same name, though it need not.
pub(super) fn warnings(profile: &Profile) -> Vec<Fault> {
    let names = &profile.names;
    let (path, text) = telling(names);
    let is_numbered =
        Pattern::parse(text, &PLACES).is_ok_and(|pattern| pattern.has("no") || pattern.has("id"));
    match is_numbered {
        true => Vec::new(),
        false => vec![Fault::at(
            path,
            Bilingual::new(
                "同名的两件作品会撞名：撞了就不收后一件",
                "two works of one title would have the same name: the later one is then not taken",
            ),
            Bilingual::new("加上 {no} 就不会", "with {no} they never do"),
        )],
    }
}

type Place<'a> = (&'static str, &'a str, &'static [&'static str]);

fn places_of(names: &Names) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = vec![("names.package", &names.package, &PACKAGE_PLACES)];
    if let Some(folder) = &names.folder {
        places.push(("names.folder", folder, &PLACES));
    }
    places.push(("names.file", &names.file, &PLACES));
    if let Some(subject) = &names.mail_subject {
        places.push(("names.mail_subject", subject, &PACKAGE_PLACES));
    }
    places
}

/// Returns the name by which works are told apart.
fn telling(names: &Names) -> (&'static str, &str) {
    match &names.folder {
        Some(folder) => ("names.folder", folder),
        None => ("names.file", &names.file),
    }
}

fn distinguishes(names: &Names) -> Result<(), Fault> {
    let (path, text) = telling(names);
    let Ok(pattern) = Pattern::parse(text, &PLACES) else { return Ok(()) };
    match ["no", "id", "title"].iter().any(|place| pattern.has(place)) {
        true => Ok(()),
        false => Err(Fault::at(
            path,
            Bilingual::new("这样作品都会叫同一个名字", "every work would have the same name"),
            Bilingual::new("加上 {no} 或 {title}", "add {no} or {title}"),
        )),
    }
}

fn odd_pattern(path: &str, fault: PatternFault, known: &[&str]) -> Fault {
    let (problem, hint) = match fault {
        PatternFault::Unbalanced => (
            Bilingual::new("花括号不成对", "the braces do not match"),
            Bilingual::new("字段写成 {title}", "a field is written {title}"),
        ),
        PatternFault::UnknownPlace(name) => (
            Bilingual::new(format!("没有字段 {{{name}}}"), format!("there is no field {{{name}}}")),
            did_you_mean(&name, known),
        ),
        PatternFault::NoNumber(name) => (
            Bilingual::new(format!("{{{name}}} 看不懂"), format!("{{{name}}} is not understood")),
            Bilingual::new("只有序号可以补零：{no:02}", "only numbers take zeros: {no:02}"),
        ),
    };
    Fault::at(path, problem, hint)
}

fn writable(path: &str, pattern: &Pattern) -> Result<(), Fault> {
    let odd = |c: &char| FORBIDDEN.contains(c) || c.is_control();
    match pattern.texts().flat_map(str::chars).find(odd) {
        Some(c) => Err(Fault::at(
            path,
            Bilingual::new(format!("文件名里不能有“{c}”"), format!("\"{c}\" cannot stand in a file name")),
            Bilingual::new("换一个字符，例如 -", "use another character, such as -"),
        )),
        None => Ok(()),
    }
}

fn folder(path: &str, name: &str) -> Result<(), Fault> {
    match safe_name(name) == *name {
        true => Ok(()),
        false => Err(Fault::at(
            path,
            Bilingual::new(
                format!("“{name}”不能作文件夹或文件的名字"),
                format!("\"{name}\" cannot be a folder or a file on every system"),
            ),
            Bilingual::new(
                format!("例如写成“{}”", safe_name(name)),
                format!("write it as \"{}\", for example", safe_name(name)),
            ),
        )),
    }
}
