//! `jincai init`: a folder in which `jincai run` works at once.

use std::fs::{self};
use std::io::{self, Write};
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::error::CommandError;
use crate::files;
use crate::model::language::Lang;
use crate::present::messages::init as words;
use crate::text::Visible;

const CONFIG: &str = include_str!("init/jincai.toml");
const WATERMARK: &str = include_str!("../../presets/overlays/watermark.svg");

/// The line of the template that is replaced with the four seasons.
const SEASONS_LINE: &str = "# SEASONS\n";

/// Writes `jincai.toml`, `inbox/`, `library/` and `assets/watermark.svg` into `dir`, which is made if need be.
///
/// An existing `jincai.toml` is never touched, other existing files stay as they are, and a kill at any moment
/// leaves no half-written file under its final name. The contest's four seasons cover the year of `today`. Returns the text
/// that says what was written.
pub fn init(dir: &Path, today: Date, lang: Lang) -> Result<String, CommandError> {
    let config = dir.join("jincai.toml");
    if config.symlink_metadata().is_ok() {
        return Err(already_there(&config));
    }
    let failed = |path: &Path, error: &io::Error| {
        CommandError::usage(words::not_written(&Visible::path(path).to_string(), error))
    };
    for folder in ["inbox", "library", "assets"].map(|name| dir.join(name)) {
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    }
    let watermark = dir.join("assets/watermark.svg");
    if watermark.symlink_metadata().is_err() {
        write_new(&watermark, WATERMARK).map_err(|error| failed(&watermark, &error))?;
    }
    // Last, so that everything a configuration names exists once it does.
    match write_new(&config, &CONFIG.replace(SEASONS_LINE, &seasons(today))) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(already_there(&config)),
        Err(error) => Err(failed(&config, &error)),
        Ok(()) => Ok(done(dir, lang)),
    }
}

/// Writes a whole file under its name, or nothing; never over an existing one.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let aside = path.with_added_extension("new");
    // A killed run may have left one, and a link of this name must not be followed.
    match fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = files::create_new(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    renameat_with(CWD, &aside, CWD, path, RenameFlags::NOREPLACE).map_err(|error| {
        // The error that counts is the first.
        fs::remove_file(&aside).ok();
        io::Error::from(error)
    })
}

/// Returns four seasons of three months as TOML; the first begins with the December on or before `today`.
fn seasons(today: Date) -> String {
    let year = if today.month() == 12 { today.year() } else { today.year() - 1 };
    let first = Date::new(year, 12, 1).unwrap_or(today);
    let mut text = String::new();
    for (index, name) in (0i32..).zip(words::SEASONS) {
        let from = first.saturating_add((index * 3).months());
        let to = first.saturating_add(((index + 1) * 3).months()).saturating_sub(1.day());
        text.push_str(&format!(
            "[[seasons]]\nid = \"s{}\"\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"{to}\"\n\n",
            index + 1
        ));
    }
    text
}

fn already_there(config: &Path) -> CommandError {
    let (text, hint) = words::already_there(&Visible::path(config).to_string());
    CommandError::usage(text).with_hint(hint)
}

fn done(dir: &Path, lang: Lang) -> String {
    words::done(&Visible::path(dir).to_string()).get(lang).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::{Config, Season};
    use crate::policy::presets::read_config;

    const TODAY: Date = Date::constant(2026, 11, 23);

    #[test]
    fn what_init_writes_is_read_back_as_the_defaults_with_a_watermark_and_four_seasons() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("office");
        let told = init(&dir, TODAY, Lang::En).unwrap();
        assert!(told.contains("inbox/DEPARTMENT"));
        let config = read_config(&dir.join("jincai.toml")).unwrap();
        let watermark = config.watermark.clone().unwrap();
        assert!(watermark.file.as_path().is_file());
        let by_default = Config {
            college: config.college.clone(),
            inbox: dir.join("inbox").into(),
            library: dir.join("library").into(),
            watermark: config.watermark.clone(),
            seasons: config.seasons.clone(),
            ..Config::default()
        };
        assert_eq!(config, by_default);
        let dates = |season: &Season| (season.from.clone(), season.to.clone());
        let expected = [
            ("2025-12-01", "2026-02-28"),
            ("2026-03-01", "2026-05-31"),
            ("2026-06-01", "2026-08-31"),
            ("2026-09-01", "2026-11-30"),
        ];
        let expected: Vec<_> =
            expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        assert_eq!(config.seasons.iter().map(dates).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_setting_can_be_switched_on_by_taking_its_hash_away() {
        // `#name = …` and `#[name]` are settings, `# …` is prose.
        let live: String = CONFIG
            .replace(SEASONS_LINE, &seasons(TODAY))
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if !setting.starts_with([' ', '#']) => setting,
                _ => line,
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jincai.toml");
        fs::create_dir(folder.path().join("presets")).unwrap();
        fs::create_dir(folder.path().join("packages")).unwrap();
        fs::write(&file, &live).unwrap();
        let config = read_config(&file).unwrap();
        let shown = (&config.captions, &config.title_card, &config.covers, &config.encode, &config.limits);
        let usual = Config::default();
        assert_eq!(shown, (&usual.captions, &usual.title_card, &usual.covers, &usual.encode, &usual.limits));
        let named = serde_json::to_value(&config).unwrap();
        let mut absent = Vec::new();
        missing_keys("", &named, &live, &mut absent);
        assert!(absent.is_empty(), "jincai.toml does not explain {absent:?}");
    }

    /// Keys of the configuration that `text` never assigns; those of a map are the office's own.
    fn missing_keys(path: &str, value: &serde_json::Value, text: &str, absent: &mut Vec<String>) {
        let serde_json::Value::Object(map) = value else { return };
        for (key, inner) in map.iter().filter(|_| !["departments.", "watermark.corners."].contains(&path)) {
            let here = format!("{path}{key}");
            let ways = [format!("{key} ="), format!("[{here}]"), format!("[[{here}]]")];
            if !text.lines().any(|line| ways.iter().any(|way| line.starts_with(way))) {
                absent.push(here.clone());
            }
            missing_keys(&format!("{here}."), inner, text, absent);
        }
    }

    #[test]
    fn a_configuration_that_is_there_is_left_alone_and_the_person_told_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("jincai.toml");
        fs::write(&config, "college = \"mine\"\n").unwrap();
        let report = init(folder.path(), TODAY, Lang::En).unwrap_err();
        assert!(report.report(Lang::En).help().unwrap().to_string().contains("rename it first"));
        assert_eq!(fs::read_to_string(&config).unwrap(), "college = \"mine\"\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn in_december_the_year_of_the_contest_begins() {
        assert!(seasons(Date::constant(2026, 12, 1)).contains("from = \"2026-12-01\"\nto = \"2027-02-28\""));
        assert!(seasons(Date::constant(2027, 12, 31)).contains("from = \"2027-12-01\"\nto = \"2028-02-29\""));
    }
}
