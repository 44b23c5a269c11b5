//! A command line that cannot be understood.

use super::template::shown;
use crate::model::language::Bilingual;

/// What is wrong with a command line. Names of options and commands are as they are typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsageError {
    UnknownOption {
        option: String,
        meant: Option<String>,
    },
    UnknownCommand {
        command: String,
        meant: Option<String>,
    },
    /// `allowed` is empty where the values cannot be listed, and `detail` says what would be right.
    WrongValue {
        option: String,
        value: String,
        allowed: Vec<String>,
        detail: Option<String>,
    },
    NoValue {
        option: String,
    },
    /// `command` is as it was typed, without what is missing.
    Missing {
        command: String,
        what: Vec<String>,
    },
    Conflict {
        option: String,
        with: Vec<String>,
    },
    /// A value whose option was left out.
    OptionLeftOut {
        command: String,
        option: String,
        value: String,
    },
    /// Anything else, in the words of the parser.
    Other {
        detail: String,
    },
}

/// What is wrong, and what would be right.
pub fn misuse(what: &UsageError) -> Bilingual {
    match what {
        UsageError::UnknownOption { option, meant } => {
            unknown(("参数", "argument"), option, meant.as_deref())
        }
        UsageError::UnknownCommand { command, meant } => {
            unknown(("命令", "command"), command, meant.as_deref())
        }
        UsageError::WrongValue { option, value, allowed, detail } => {
            let (option, value) = (shown(option), shown(value));
            let detail = detail.as_deref().map(shown);
            let right = (!allowed.is_empty()).then(|| allowed.join(", ")).or(detail).unwrap_or_default();
            let (unit_zh, unit_en) = if option.contains("<SECONDS>") { (" 秒", " s") } else { ("", "") };
            Bilingual::new(
                format!("“{option}”不能是“{value}”。可用的值：{right}{unit_zh}。"),
                format!("“{option}” cannot be “{value}”. It may be: {right}{unit_en}."),
            )
        }
        UsageError::NoValue { option } => {
            let option = shown(option);
            Bilingual::new(
                format!("“{option}”后面缺少值。请补上。"),
                format!("“{option}” lacks its value. Please give one."),
            )
        }
        UsageError::Missing { command, what } => {
            let named: Vec<_> = what.iter().map(|one| placeholder(one)).collect();
            let list =
                |name: fn(&Bilingual) -> &str, comma| named.iter().map(name).collect::<Vec<_>>().join(comma);
            let (zh, en) = (list(|name| &name.zh, "、"), list(|name| &name.en, ", "));
            let example: Vec<&str> = what.iter().map(|one| example(one)).collect();
            let example = format!("{command} {}", example.join(" "));
            Bilingual::new(
                format!("还缺少{zh}，例如：{example}"),
                format!("Missing: {en}, for example: {example}"),
            )
        }
        UsageError::OptionLeftOut { command, option, value } => {
            let value = shown(value);
            Bilingual::new(
                format!("“{value}”前面缺少 {option}。请写成：{command} {option} {value}"),
                format!("“{value}” lacks {option} before it. Please write: {command} {option} {value}"),
            )
        }
        UsageError::Conflict { option, with } => {
            let (option, with) = (shown(option), shown(&with.join(", ")));
            Bilingual::new(
                format!("“{option}”不能与“{with}”同时使用。请去掉一个。"),
                format!("“{option}” cannot be used with “{with}”. Please leave one out."),
            )
        }
        UsageError::Other { detail } => {
            let detail = shown(detail);
            Bilingual::new(
                format!("看不懂这条命令，请对照说明检查（{detail}）。"),
                format!("The command is not understood ({detail}). Please compare it with its help."),
            )
        }
    }
}

/// Returns what may be written for a placeholder.
fn example(name: &str) -> &'static str {
    match bare(name) {
        "PATHS" => "inbox",
        "FILE" => "led-wall.toml",
        "DIR" => "pages",
        "ID" => "douyin",
        "SHELL" => "bash",
        "A" => "a.mp4",
        "B" => "b.mp4",
        _ => "…",
    }
}

/// `PATHS` of `<PATHS>...`
fn bare(name: &str) -> &str {
    name.trim_end_matches('.').trim_matches(['<', '>'])
}

/// Returns what stands for a placeholder of the usage line, such as `<PATHS>...`.
fn placeholder(name: &str) -> Bilingual {
    match bare(name) {
        "PATHS" => Bilingual::new("文件或文件夹", "files or folders"),
        "FILE" => Bilingual::new("文件", "a file"),
        "DIR" => Bilingual::new("文件夹", "a folder"),
        "ID" => Bilingual::new("发布目标的代号", "a target's id"),
        "SHELL" => Bilingual::new("终端的名称", "a shell's name"),
        _ => Bilingual::new(format!(" {} ", shown(name)), shown(name)),
    }
}

fn unknown((kind_zh, kind_en): (&str, &str), word: &str, meant: Option<&str>) -> Bilingual {
    let word = shown(word);
    let (hint_zh, hint_en) = meant.map_or_else(Default::default, |meant| {
        (format!("是不是想写“{meant}”？"), format!(" Did you mean “{meant}”?"))
    });
    Bilingual::new(
        format!("没有“{word}”这个{kind_zh}。{hint_zh}"),
        format!("There is no {kind_en} “{word}”.{hint_en}"),
    )
}

/// How the command is written, and where its help is.
pub fn usage(usage: &str) -> Bilingual {
    let command: Vec<&str> =
        usage.split_whitespace().take_while(|word| !word.starts_with(['[', '<', '-'])).collect();
    let command = command.join(" ");
    Bilingual::new(
        format!("用法：{usage}\n说明：{command} --help"),
        format!("Usage: {usage}\nHelp: {command} --help"),
    )
}
