//! `jincai doctor`: checks whether this machine is ready, and says how to fix what is not.

mod engine;
mod places;
mod screens;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::ground;
use crate::model::config::{Config, Limits};
use crate::model::language::{Bilingual, Lang};
use crate::model::request::Diagnose;
use crate::present::messages::doctor as words;
use crate::text::Visible;
use crate::worker::{self, Workers};

/// The font that captions and titles would be drawn with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFound {
    pub family: String,
    pub path: PathBuf,
    pub has_chinese: bool,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Stable name, for programs.
    pub id: &'static str,
    pub name: Bilingual,
    pub state: State,
    pub detail: Bilingual,
    /// What to do; `None` when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Bilingual>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    /// A run works, with restrictions.
    Warn,
    /// A run would fail.
    Fail,
}

/// The results of all checks, in the order in which they are shown. Serialises as the command's JSON form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoctorReport {
    pub state: State,
    pub checks: Vec<Check>,
}

impl DoctorReport {
    /// Returns one line per check, and one below it if something is to be done.
    pub fn text(&self, lang: Lang) -> String {
        self.checks.iter().fold(String::new(), |mut text, check| {
            let mark = match check.state {
                State::Ok => "✓",
                State::Warn => "!",
                State::Fail => "✗",
            };
            let colon = if lang == Lang::Zh { "：" } else { ": " };
            let (name, detail) = (check.name.get(lang), Visible::of(check.detail.get(lang)));
            let _ = writeln!(text, "{mark} {name}{colon}{detail}");
            if let Some(remedy) = &check.remedy {
                let _ = writeln!(text, "  → {}", Visible::of(remedy.get(lang)));
            }
            text
        })
    }

    /// Returns 0 if a run can succeed, else 1.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.state == State::Fail)
    }
}

/// What was found out before the checks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Located<'a> {
    /// The configuration's file; `None` where the defaults are used.
    pub file: Option<&'a Path>,
    /// The watermark is the program's own picture.
    pub placeholder_mark: bool,
}

/// Checks the media worker, the fonts and the folders of `config`. Changes nothing.
pub async fn doctor(
    config: &Config,
    workers: &Workers,
    font: Option<&FontFound>,
    located: Located<'_>,
) -> DoctorReport {
    let mut checks = match worker::ask(workers, Diagnose, &mut |_, _| {}).await {
        Ok(diagnosis) => engine::media(&diagnosis, config.limits.require_sandbox),
        Err(error) => vec![engine::no_worker(error.detail.trim())],
    };
    checks.push(places::configuration(located.file, config));
    checks.push(fonts(font));
    checks.push(places::inbox(config.inbox.as_path()));
    checks.push(places::library(config.library.as_path()));
    checks.push(places::disk(config.library.as_path()));
    checks.push(limits(&config.limits));
    checks.push(places::watermark(config));
    checks.extend(places::examples(config, located.placeholder_mark));
    checks.extend(screens::served(config));
    checks.push(cores());
    let state = checks.iter().map(|check| check.state).max().unwrap_or(State::Ok);
    DoctorReport { state, checks }
}

fn fonts(font: Option<&FontFound>) -> Check {
    match font {
        None => Check::new("fonts", words::FONTS, words::NO_FONT.into()).fail(words::INSTALL_FONT),
        Some(font) => {
            let shown = format!("{} ({})", font.family, font.path.display());
            let check = Check::new("fonts", words::FONTS, both(&shown));
            if font.has_chinese {
                return check;
            }
            check.detail(words::no_chinese(&shown)).fail(words::INSTALL_FONT)
        }
    }
}

/// Checks the resource limits of this process.
fn limits(limits: &Limits) -> Check {
    let check = Check::new("limits", words::LIMITS, words::LIMITS_ENOUGH.into());
    let tight = ground::tight(limits);
    if tight.is_empty() {
        return check;
    }
    let in_lang = |lang| tight.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join(" ");
    check.detail(words::LIMITS_TIGHT.into()).warn(Bilingual::new(in_lang(Lang::Zh), in_lang(Lang::En)))
}

fn cores() -> Check {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    Check::new("cores", words::CORES, both(count))
}

impl Check {
    fn new(id: &'static str, name: (&str, &str), detail: Bilingual) -> Self {
        Self { id, name: name.into(), state: State::Ok, detail, remedy: None }
    }

    fn detail(self, detail: Bilingual) -> Self {
        Self { detail, ..self }
    }

    fn warn(self, remedy: impl Into<Bilingual>) -> Self {
        Self { state: State::Warn, remedy: Some(remedy.into()), ..self }
    }

    fn fail(self, remedy: impl Into<Bilingual>) -> Self {
        Self { state: State::Fail, remedy: Some(remedy.into()), ..self }
    }
}

/// Makes a text that is the same in both languages.
fn both(text: impl ToString) -> Bilingual {
    Bilingual::new(text.to_string(), text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_without_chinese_is_a_failure_with_a_remedy_in_both_languages() {
        let path = "/'\u{200f}.ttf".into();
        let font = FontFound { family: "DejaVu Sans".into(), path, has_chinese: false };
        let check = fonts(Some(&font));
        assert_eq!(check.state, State::Fail);
        let report = DoctorReport { state: check.state, checks: vec![check] };
        assert_eq!(report.exit_code(), 1);
        assert!(report.text(Lang::Zh).contains("安装中文字体"), "{}", report.text(Lang::Zh));
        assert!(report.text(Lang::En).contains("Install a Chinese font"));
        assert!(report.text(Lang::En).contains("/'\u{fffd}.ttf"), "{}", report.text(Lang::En));
    }
}
