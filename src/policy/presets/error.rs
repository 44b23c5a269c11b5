//! Errors of files that people wrote: what is wrong, where, and how to fix it, in both languages.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, LabeledSpan, NamedSource, Report, SourceCode};

use crate::model::finding::{Code, Finding};
use crate::model::language::{Bilingual, Lang};
use crate::model::value::Arg;
use crate::text::Visible;

/// Most characters of a problem or a hint that a finding quotes.
const MOST_QUOTED: usize = 300;

/// Why a TOML file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{}: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("{}: larger than {max_bytes} bytes", file.display())]
    TooLarge { file: PathBuf, max_bytes: u64 },
    #[error("{}: not a text file", file.display())]
    NotText { file: PathBuf },
    #[error("{0}")]
    Mistake(Box<Mistake>),
}

/// A mistake in the text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub file: PathBuf,
    /// The whole text, as decoded.
    pub text: String,
    /// Byte range in `text`.
    pub span: Range<usize>,
    pub problem: Bilingual,
    /// How to fix it.
    pub hint: Bilingual,
}

impl Mistake {
    /// Returns the line and column of the mistake's first character, both counted from 1, the column in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = self.text.get(..self.span.start).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        let (file, Bilingual { en: problem, .. }, Bilingual { en: hint, .. }) =
            (self.file.display(), &self.problem, &self.hint);
        write!(f, "{file}:{line}:{column}: {problem}; {hint}")
    }
}

impl ReadError {
    /// Returns the file with the error.
    pub fn file(&self) -> &Path {
        match self {
            Self::Unreadable { file, .. } | Self::TooLarge { file, .. } | Self::NotText { file } => file,
            Self::Mistake(mistake) => &mistake.file,
        }
    }

    /// Describes what is wrong, without the file's name.
    pub fn problem(&self) -> Bilingual {
        match self {
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Bilingual::new("没有这个文件", "there is no such file")
            }
            Self::Unreadable { source, .. } => Bilingual::new(
                format!("读不了这个文件（{source}）"),
                format!("the file cannot be read: {source}"),
            ),
            Self::TooLarge { max_bytes, .. } => Bilingual::new(
                format!("文件太大，超过 {} KiB", max_bytes / 1024),
                format!("the file is larger than {} KiB", max_bytes / 1024),
            ),
            Self::NotText { .. } => Bilingual::new("这不是文本文件", "this is not a text file"),
            Self::Mistake(mistake) => mistake.problem.clone(),
        }
    }

    /// Describes how to fix it.
    pub fn hint(&self) -> Bilingual {
        match self {
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => Bilingual::new(
                "请检查路径；新建配置可运行 `jincai init`",
                "check the path; `jincai init` writes a new configuration",
            ),
            Self::Unreadable { .. } => Bilingual::new(
                "请检查文件是否存在、权限是否允许读取",
                "check that the file exists and may be read",
            ),
            Self::TooLarge { .. } => {
                Bilingual::new("请确认没有拿错文件", "make sure that it is the file you meant")
            }
            Self::NotText { .. } => {
                Bilingual::new("请用 UTF-8 编码另存为文本文件", "save it as a text file in UTF-8")
            }
            Self::Mistake(mistake) => mistake.hint.clone(),
        }
    }

    /// Returns a report for the terminal: the lines around the mistake, with the mistake underlined.
    pub fn report(self, lang: Lang) -> Report {
        Report::new(Localised::new(self, lang))
    }

    /// Returns the finding for the manifest. A mistake in its sidecar rejects a work, which would otherwise be posted
    /// under a wrong title.
    pub fn finding(&self) -> Finding {
        if let Self::Unreadable { file, source } = self {
            // The file existed a moment ago.
            return Finding::error(Code::SourceUnreadable).arg(Arg::Path, file.display()).detail(source);
        }
        let (problem, hint) = (self.problem(), self.hint());
        let finding = Finding::error(Code::SidecarInvalid)
            .arg(Arg::File, self.file().file_name().unwrap_or_default().to_string_lossy().into_owned())
            .arg(Arg::Problem, Bilingual::new(brief(problem.zh), brief(problem.en)))
            .arg(Arg::Hint, Bilingual::new(brief(hint.zh), brief(hint.en)));
        match self {
            Self::Mistake(mistake) => {
                let (line, column) = mistake.line_column();
                finding.arg(Arg::Line, line).arg(Arg::Column, column)
            }
            _ => finding,
        }
    }
}

/// Cuts a text to [`MOST_QUOTED`] characters, since a quoted key or value may be as long as the file.
fn brief(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MOST_QUOTED) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// An error in the reader's language.
#[derive(Debug)]
struct Localised {
    headline: String,
    problem: String,
    hint: String,
    place: Option<(NamedSource<String>, Range<usize>)>,
}

impl Localised {
    fn new(error: ReadError, lang: Lang) -> Self {
        let problem = error.problem().get(lang).to_owned();
        let hint = error.hint().get(lang).to_owned();
        let file = Visible::path(error.file()).to_string();
        match error {
            ReadError::Mistake(mistake) => {
                let (line, column) = mistake.line_column();
                let headline = match lang {
                    Lang::Zh => format!("{file} 第 {line} 行第 {column} 列：{problem}"),
                    Lang::En => format!("{file}, line {line}, column {column}: {problem}"),
                };
                let place = Some((NamedSource::new(file, mistake.text), mistake.span));
                Self { headline, problem, hint, place }
            }
            _ => {
                let headline = match lang {
                    Lang::Zh => format!("{file}：{problem}"),
                    Lang::En => format!("{file}: {problem}"),
                };
                Self { headline, problem, hint, place: None }
            }
        }
    }
}

impl fmt::Display for Localised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Localised {}

impl Diagnostic for Localised {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.hint))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|(source, _)| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, span) = self.place.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some(self.problem.clone()), span.clone()))))
    }
}
