//! The package profiles that come with jincai, and the office's own.

use std::path::Path;

use super::builtin::toml_files;
use super::error::ReadError;
use super::evidence;
use super::fault::Fault;
use super::package_names;
use super::package_rules;
use super::parse::{parse, refuse};
use super::read::{CONFIG_MAX_BYTES, read_text};
use crate::model::language::Bilingual;
use crate::model::preset::Preset;
use crate::model::showcase::profile::Profile;

/// File names and texts, in the order in which they are listed.
const FILES: [(&str, &str); 10] = [
    ("season-entry.toml", include_str!("../../../presets/packages/season-entry.toml")),
    ("relay.toml", include_str!("../../../presets/packages/relay.toml")),
    ("website-showcase.toml", include_str!("../../../presets/packages/website-showcase.toml")),
    ("archive.toml", include_str!("../../../presets/packages/archive.toml")),
    ("lianjie-2022.toml", include_str!("../../../presets/packages/lianjie-2022.toml")),
    ("linghangbei-2015.toml", include_str!("../../../presets/packages/linghangbei-2015.toml")),
    ("english-video.toml", include_str!("../../../presets/packages/english-video.toml")),
    ("qiangguo-2025.toml", include_str!("../../../presets/packages/qiangguo-2025.toml")),
    ("baomi-2025.toml", include_str!("../../../presets/packages/baomi-2025.toml")),
    ("peixian-2021.toml", include_str!("../../../presets/packages/peixian-2021.toml")),
];

/// Something in a profile that may go wrong, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Counted from 1.
    pub line: usize,
    pub column: usize,
    pub problem: Bilingual,
    pub hint: Bilingual,
}

/// Returns the profiles that come with jincai, but those that the office's own presets contradict.
pub fn builtin_packages(presets: &[Preset]) -> Vec<Profile> {
    FILES.iter().filter_map(|(name, text)| checked(Path::new(name), text, presets).ok()).collect()
}

/// Returns why a built-in profile cannot be used with the presets that there are.
pub fn unusable_builtin(id: &str, presets: &[Preset]) -> Option<ReadError> {
    let file = format!("{id}.toml");
    let (name, text) = FILES.iter().find(|(name, _)| *name == file)?;
    checked(Path::new(name), text, presets).err()
}

/// Returns the text of a built-in profile, to copy from.
pub fn package_text(id: &str) -> Option<&'static str> {
    let file = format!("{id}.toml");
    FILES.iter().find(|(name, _)| *name == file).map(|(_, text)| *text)
}

/// Returns the built-in profiles and those in the office's folder; one with a built-in's id replaces it in the list.
pub fn load_packages(own: Option<&Path>, presets: &[Preset]) -> Result<Vec<Profile>, ReadError> {
    let mut profiles = builtin_packages(presets);
    let Some(folder) = own else { return Ok(profiles) };
    for file in toml_files(folder)? {
        let (profile, _) = read_package(&file, presets)?;
        match profiles.iter_mut().find(|known| known.id == profile.id) {
            Some(known) => *known = profile,
            None => profiles.push(profile),
        }
    }
    Ok(profiles)
}

/// Reads and checks one profile; also returns what may go wrong with it.
pub fn read_package(path: &Path, presets: &[Preset]) -> Result<(Profile, Vec<Warning>), ReadError> {
    let text = read_text(path, CONFIG_MAX_BYTES)?;
    let profile = checked(path, &text, presets)?;
    let warnings = package_names::warnings(&profile).into_iter().map(|fault| placed(fault, &text)).collect();
    Ok((profile, warnings))
}

fn checked(path: &Path, text: &str, presets: &[Preset]) -> Result<Profile, ReadError> {
    let profile: Profile = parse(path, text)?;
    let file_stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let found = package_rules::check(&profile, &file_stem, presets)
        .and_then(|()| package_names::check(&profile))
        .and_then(|()| evidence::check_rules(&profile.evidence, text));
    refuse(path, text, found)?;
    Ok(profile)
}

fn placed(fault: Fault, text: &str) -> Warning {
    let start = fault.span(text).start.min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Warning { line, column, problem: fault.problem, hint: fault.hint }
}

#[cfg(test)]
mod tests {
    use super::super::builtin;
    use super::*;

    const MODEL: &str = "id = \"a\"\nname = { zh-CN = \"甲\", en = \"A\" }\nsource = \"x\"\nas_of = \"2026-11-30\"\n\
         when = { deadline = \"2026-12-20 24:00\" }\nvideo = { target = \"entry\", max_s = 180.0 }\n\
         names = { package = \"甲\", file = \"{no:02}-{title}\" }\npart = [{ take = \"video\" }]\n\
         evidence = { when = { source = \"x\", confidence = \"convention\" }, video = { source = \"x\", confidence = \"convention\" }, names = { source = \"x\", confidence = \"convention\" }, part = { source = \"x\", confidence = \"convention\" } }\n";

    fn read(text: &str) -> Result<(Profile, Vec<Warning>), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, text).unwrap();
        read_package(&file, &builtin()).map_err(|error| match error {
            ReadError::Mistake(mistake) => {
                let (line, column) = mistake.line_column();
                format!("{line}:{column} {}", mistake.problem.en)
            }
            other => other.to_string(),
        })
    }

    #[test]
    fn every_built_in_profile_is_right_and_names_its_sources() {
        let profiles = builtin_packages(&builtin());
        for (name, _) in FILES {
            let odd = unusable_builtin(name.trim_end_matches(".toml"), &builtin());
            assert!(odd.is_none(), "{name}: {odd:?}");
        }
        assert_eq!(profiles.len(), FILES.len());
        assert!(profiles.iter().filter(|profile| profile.example).count() >= 6);
        for profile in &profiles {
            assert!(package_text(&profile.id).is_some(), "{}", profile.id);
            assert!(package_names::warnings(profile).is_empty() || profile.example, "{}", profile.id);
        }
    }

    #[test]
    fn a_built_in_profile_that_an_own_preset_contradicts_is_left_out_and_says_why() {
        let mut presets = builtin();
        for preset in presets.iter_mut().filter(|preset| preset.id == "entry") {
            preset.overlay.edition = crate::model::preset::Edition::Branded;
        }
        let has = |id: &str| load_packages(None, &presets).unwrap().iter().any(|profile| profile.id == id);
        assert!(has("website-showcase") && has("archive") && !has("season-entry"));
        let why = unusable_builtin("season-entry", &presets).unwrap();
        assert!(why.problem().en.contains("made with a watermark"), "{why:?}");
    }

    #[test]
    fn a_small_profile_is_read() {
        let (profile, warnings) = read(MODEL).unwrap();
        assert_eq!((profile.contest(), warnings.len()), ("a", 0));
    }

    #[test]
    fn each_mistake_is_told_where_it_stands() {
        let swap = |from: &str, to: &str| {
            assert!(MODEL.contains(from), "{from}");
            MODEL.replacen(from, to, 1)
        };
        for (text, at, said) in [
            (swap("deadline", "dedline"), "dedline", "unknown key `dedline`"),
            (swap("12-20 24:00", "12-20 24:30"), "\"2026-12-20", "\"2026-12-20 24:30\" is no deadline"),
            (swap("\"entry\"", "\"entyr\""), "\"entyr\"", "there is no target \"entyr\""),
            (swap("180.0", "180.0, min_s = 200.0"), "200.0", "`min_s` is larger than `max_s`"),
            (swap("{title}", "{titel}"), "\"{no:02}-{titel}", "there is no field {titel}"),
            (swap("{no:02}-{title}", "视频"), "\"视频\"", "every work would have the same name"),
            (swap("{no:02}-", "{no:02}/"), "\"{no:02}/", "\"/\" cannot stand in a file name"),
            (swap("{ take", "{ take = \"video\" }, {  take"), "{  take", "this part is there twice"),
            (
                swap("{ take", "{ take = \"form\", template = \"a.doc\" }, {  take"),
                "\"a.doc\"",
                "\"a.doc\" is of an old format",
            ),
            (
                swap("{ take", "{ take = \"form\", template = \"x/a.docx\" }, {  take"),
                "\"x/a.docx\"",
                "\"x/a.docx\" is no file name",
            ),
            (
                swap("{ take", "{ take = \"form\" }, {  take"),
                "{ take = \"form",
                "the organiser's form is not named",
            ),
            (
                swap("\"video\" }", "\"video\", fill = { \"a\" = \"title\" } }"),
                "fill = {",
                "this part has no use for it",
            ),
            (swap("take = \"video\"", "take = \"cover\""), "[{ take", "no part takes the video"),
            (swap("\"video\" }", "\"video\", path = \"CON\" }"), "\"CON\"", "\"CON\" cannot be a folder"),
            (swap("id = \"a\"", "id = \"b\""), "\"b\"", "the id \"b\" is not the file's name"),
            (
                swap("as_of", "marks = { watermark = \"required\" }\nas_of"),
                "\"required\"",
                "`entry` is made without",
            ),
            (
                swap("as_of", "marks = { identity = \"forbidden\" }\nas_of"),
                "\"forbidden\"",
                "only a person sees",
            ),
            (
                swap("as_of", "marks = { watermark = \"forbidden\" }\nas_of"),
                "\"forbidden\"",
                "`marks.watermark` has no source",
            ),
            (swap("names = { source", "namse = { source"), "\"{no:02}", "`names.file` has no source"),
        ] {
            let (line, column) = place_of(&text, at);
            let found = read(&text).unwrap_err();
            let wanted = format!("{line}:{column} {said}");
            assert!(found.starts_with(&wanted), "wanted {wanted}, found {found}\n{text}");
        }
    }

    /// Line and column of the first time that a text stands in another.
    fn place_of(text: &str, part: &str) -> (usize, usize) {
        let before = &text[..text.find(part).unwrap()];
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    #[test]
    fn a_name_that_two_works_may_share_is_a_warning_with_its_place() {
        let text = MODEL.replacen("{no:02}-{title}", "{title}", 1);
        let (_, warnings) = read(&text).unwrap();
        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert_eq!((warning.line, warning.column), place_of(&text, "\"{title}"));
        assert!(warning.problem.en.contains("two works"), "{warning:?}");
    }

    #[test]
    fn anonymous_profiles_tell_nobody() {
        let ask =
            "ask = [{ key = \"seen\", text = { zh-CN = \"画面里没有校名\", en = \"no name is seen\" } }]\n";
        let with = |more: &str| {
            let text = MODEL
                .replacen("as_of", &format!("{ask}marks = {{ identity = \"forbidden\" }}\nas_of"), 1)
                .replacen("evidence = {", "evidence = { marks = { source = \"x\", confidence = \"convention\" }, ask = { source = \"x\", confidence = \"convention\" },", 1);
            read(&text.replacen("{title}", more, 1))
        };
        assert!(with("{title}").is_ok(), "{:?}", with("{title}"));
        let sheet = "part = [{ take = \"sheet\", per = \"package\", name = \"汇总表\", columns = [[\"序号\", \"no\"], [\"作者\", \"authors\"]] }, ";
        let tells = |from: &str, to: &str| {
            let text = MODEL
                .replacen("as_of", &format!("{ask}marks = {{ identity = \"forbidden\" }}\nas_of"), 1)
                .replacen("evidence = {", "evidence = { marks = { source = \"x\", confidence = \"convention\" }, ask = { source = \"x\", confidence = \"convention\" },", 1);
            read(&text.replacen(from, to, 1)).unwrap_err()
        };
        let column = tells("part = [", sheet);
        assert!(column.contains("this column tells whose works"), "{column}");
        let branded = tells("\"entry\"", "\"website\"");
        assert!(branded.contains("shows the college or the authors"), "{branded}");
        for place in ["authors", "college", "department"] {
            let found = with(&format!("{{{place}}}")).unwrap_err();
            assert!(found.contains("identity") && found.starts_with("9:"), "{found}");
        }
    }
}
