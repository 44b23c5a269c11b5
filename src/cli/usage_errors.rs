//! Texts for a wrong command line, in both languages, in place of the parser's.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::parse::parse_lang;
use crate::model::language::Lang;
use crate::present::messages::usage::{self as words, UsageError};

/// Returns the text for `error`, or `None` if help is the answer: it was asked for, or no command was given.
pub(super) fn text(error: &clap::Error, lang: Lang) -> Option<String> {
    let what = misuse(error)?;
    let usage = words_of(error, ContextKind::Usage).concat();
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    // For a wrong value the parser does not give the usage of its command.
    let usage = if usage.is_empty() { "jincai [OPTIONS] <COMMAND>" } else { usage };
    let what = match what {
        // Whoever names a file to `backup` means where the backup goes.
        UsageError::UnknownOption { option, .. }
            if usage.starts_with("jincai backup") && !option.starts_with('-') =>
        {
            let command = "jincai backup".to_owned();
            UsageError::OptionLeftOut { command, option: "--to".to_owned(), value: option }
        }
        UsageError::UnknownCommand { command: value, meant: None } if usage.starts_with("jincai backup") => {
            let command = "jincai backup".to_owned();
            UsageError::OptionLeftOut { command, option: "--to".to_owned(), value }
        }
        UsageError::Missing { what, .. } => UsageError::Missing { command: command_of(usage), what },
        what => what,
    };
    Some(format!("{}\n{}", words::misuse(&what).get(lang), words::usage(usage).get(lang)))
}

/// Returns the words of a usage line before its first argument.
fn command_of(usage: &str) -> String {
    let words = usage.split_whitespace().take_while(|word| !word.starts_with(['[', '<', '-']));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the language that a command line asks for, even if the rest of it is wrong.
pub(super) fn asked_lang(arguments: impl IntoIterator<Item = OsString>) -> Option<Lang> {
    let mut arguments = arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let value = match argument.split_once('=') {
            Some(("--lang", value)) => Some(value.to_owned()),
            _ if argument == "--lang" => arguments.next(),
            _ => None,
        };
        if let Some(lang) = value.and_then(|value| parse_lang(&value).ok()) {
            return Some(lang);
        }
    }
    None
}

fn misuse(error: &clap::Error) -> Option<UsageError> {
    let words = |kind| words_of(error, kind);
    let word = |kind| words(kind).into_iter().next();
    let option = || word(ContextKind::InvalidArg).unwrap_or_default();
    Some(match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => {
            UsageError::UnknownOption { option: option(), meant: word(ContextKind::SuggestedArg) }
        }
        ErrorKind::InvalidSubcommand => UsageError::UnknownCommand {
            command: word(ContextKind::InvalidSubcommand).unwrap_or_default(),
            meant: word(ContextKind::SuggestedSubcommand),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = word(ContextKind::InvalidValue).unwrap_or_default();
            if value.is_empty() {
                return Some(UsageError::NoValue { option: option() });
            }
            let detail = std::error::Error::source(error).map(ToString::to_string);
            UsageError::WrongValue {
                option: option(),
                value,
                allowed: words(ContextKind::ValidValue),
                detail,
            }
        }
        ErrorKind::MissingRequiredArgument => {
            UsageError::Missing { command: String::new(), what: words(ContextKind::InvalidArg) }
        }
        ErrorKind::ArgumentConflict => {
            UsageError::Conflict { option: option(), with: words(ContextKind::PriorArg) }
        }
        _ => {
            let text = error.to_string();
            UsageError::Other { detail: text.lines().next().unwrap_or_default().replace("error: ", "") }
        }
    })
}

fn words_of(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::StyledStr(word)) => vec![word.to_string()],
        Some(ContextValue::StyledStrs(words)) => words.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Cli;
    use super::*;

    #[test]
    fn every_mistake_is_told_in_both_languages_with_what_would_be_right() {
        for (line, english) in [
            ("run --librari x", "no argument “--librari”. Did you mean “--library”?"),
            ("rum", "no command “rum”. Did you mean “run”?"),
            ("run --jobs 0", "“--jobs <N>” cannot be “0”. It may be: 1–4096"),
            ("run --lang fr", "“--lang <LANG>” cannot be “fr”. It may be: zh-CN, en"),
            ("run --verify half", "cannot be “half”. It may be: usual, full"),
            ("run --jobs", "“--jobs <N>” lacks its value"),
            ("check", "Missing: files or folders, for example: jincai check inbox"),
            ("backup copy.bak", "Please write: jincai backup --to copy.bak"),
            ("watch --poll 0", "It may be: 0.1–86400 s."),
            ("run --json --quiet", "“--json” cannot be used with “--quiet”"),
        ] {
            let error = Cli::try_parse_from(["jincai"].into_iter().chain(line.split(' '))).unwrap_err();
            let shown = text(&error, Lang::En).unwrap();
            assert!(shown.contains(english), "{line}: {shown}");
            assert!(shown.contains("\nUsage: jincai"), "{line}: {shown}");
            let chinese = text(&error, Lang::Zh).unwrap();
            assert!(chinese.contains("\n用法：jincai") && !chinese.contains("It may"), "{line}: {chinese}");
        }
    }

    #[test]
    fn help_answers_who_asks_for_it_or_says_nothing() {
        for (line, code) in [("jincai run --help", 0), ("jincai presets", 2), ("jincai", 2)] {
            let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!((text(&error, Lang::En), error.exit_code()), (None, code), "{line}");
        }
    }

    #[test]
    fn the_language_is_found_in_a_line_that_is_wrong() {
        let asked = |line: &str| asked_lang(line.split(' ').map(Into::into));
        assert_eq!(asked("run --nonsense --lang en"), Some(Lang::En));
        assert_eq!(asked("--lang=zh-CN rum"), Some(Lang::Zh));
        assert_eq!(asked("rum"), None);
    }
}
