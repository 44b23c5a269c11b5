//! The values of `NAME.toml`.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::model::language::Bilingual;
use crate::policy::presets::dates;
use crate::policy::presets::fault::Fault;

/// Longest line of text, characters, and most entries of a list.
const LINE_MAX_CHARS: usize = 200;
const LIST_MAX: usize = 50;

/// Longest text, characters. No platform accepts more; what is longer is the content of some other file.
const TEXT_MAX_CHARS: usize = 10_000;

/// Signs between the names in one text.
const SEPARATORS: [char; 6] = ['、', '，', ',', '；', ';', '\n'];

/// A value, with the name under which it was written.
#[derive(Clone, Copy)]
pub(super) struct Written<'a, 'i> {
    pub name: &'a str,
    pub value: &'a Spanned<DeValue<'i>>,
    /// The whole file.
    pub text: &'a str,
}

impl<'a, 'i> Written<'a, 'i> {
    /// Returns one line of text. A number or date is taken as it is written, such as that of a class.
    pub(super) fn line(self) -> Result<String, Fault> {
        self.checked_line(self.string()?, self.name)
    }

    /// Returns `yes` or `no` of `true` or `false`, else the line of text.
    pub(super) fn yes_or_line(self) -> Result<String, Fault> {
        match self.value.get_ref() {
            DeValue::Boolean(true) => Ok("yes".to_owned()),
            DeValue::Boolean(false) => Ok("no".to_owned()),
            _ => self.line(),
        }
    }

    /// Returns a text of several lines.
    pub(super) fn text(self) -> Result<String, Fault> {
        let text = self.string()?;
        if text.chars().count() > TEXT_MAX_CHARS {
            return Err(self.too_long(self.name, TEXT_MAX_CHARS, "字", "characters"));
        }
        Ok(text)
    }

    /// Returns a list of lines, or those of one text.
    pub(super) fn lines(self) -> Result<Vec<String>, Fault> {
        let lines = match self.value.get_ref() {
            DeValue::Array(array) if array.len() > LIST_MAX => {
                return Err(self.too_long(self.name, LIST_MAX, "项", "entries"));
            }
            DeValue::Array(array) => {
                let items = array.iter().enumerate();
                items
                    .map(|(index, value)| {
                        let item = Self { value, ..self };
                        item.checked_line(item.string()?, &format!("{}.{index}", self.name))
                    })
                    .collect::<Result<Vec<String>, Fault>>()?
            }
            _ => {
                let text = self.string()?;
                let parts = text.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| self.checked_line(part.to_owned(), self.name)).collect::<Result<_, _>>()?
            }
        };
        match lines.len() {
            0 if !matches!(self.value.get_ref(), DeValue::Array(_)) => Err(self.empty(self.name)),
            ..=LIST_MAX => Ok(lines),
            _ => Err(self.too_long(self.name, LIST_MAX, "项", "entries")),
        }
    }

    /// Returns a date in ISO form, of a TOML date or a text.
    pub(super) fn date(self) -> Result<String, Fault> {
        let date = match self.value.get_ref() {
            DeValue::Datetime(written) => dates::parse(&written.to_string()),
            _ => dates::parse(&self.string()?),
        };
        date.map(|date| date.to_string())
            .map_err(|(problem, hint)| Fault::spanned(self.span(), problem, hint))
    }

    pub(super) fn span(self) -> Range<usize> {
        self.value.span()
    }

    pub(super) fn string(self) -> Result<String, Fault> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
                Ok(self.text.get(self.span()).unwrap_or_default().to_owned())
            }
            _ => Err(self.wrong("应为文字，写在引号里，例如 \"30\"", "write text in quotes, such as \"30\"")),
        }
    }

    fn checked_line(self, line: String, name: &str) -> Result<String, Fault> {
        if line.chars().count() > LINE_MAX_CHARS {
            return Err(self.too_long(name, LINE_MAX_CHARS, "字", "characters"));
        }
        if line.trim().is_empty() {
            return Err(self.empty(name));
        }
        if line.chars().any(char::is_control) {
            return Err(self.fault(
                format!("`{name}` 里有换行或控制字符"),
                format!("`{name}` holds a line break or a control character"),
                "请写成一行文字",
                "write it as one line of text",
            ));
        }
        Ok(line)
    }

    /// Returns a fault at this value, which is not of the kind that its key takes.
    pub(super) fn wrong(self, zh: &str, en: &str) -> Fault {
        let written = self.text.get(self.span()).unwrap_or_default();
        let shown: String = written.lines().next().unwrap_or_default().chars().take(40).collect();
        self.fault(format!("{shown} 写在这里不对"), format!("{shown} is not right here"), zh, en)
    }

    fn empty(self, name: &str) -> Fault {
        self.fault(
            format!("`{name}` 是空的"),
            format!("`{name}` is empty"),
            "请填写，或删去这一项",
            "fill it in, or remove it",
        )
    }

    fn too_long(self, name: &str, most: usize, unit_zh: &str, unit_en: &str) -> Fault {
        self.fault(
            format!("`{name}` 太长"),
            format!("`{name}` is too long"),
            &format!("最多 {most} {unit_zh}"),
            &format!("at most {most} {unit_en}"),
        )
    }

    /// Returns a fault at this value.
    pub(super) fn fault(self, zh: String, en: String, hint_zh: &str, hint_en: &str) -> Fault {
        Fault::spanned(self.span(), Bilingual::new(zh, en), Bilingual::new(hint_zh, hint_en))
    }
}
