//! The headings of the help, in both languages at once.

/// What a command does, how it is written, then everything that can be given.
pub const TEMPLATE: &str = "{about-with-newline}\n用法 · Usage: {usage}\n\n{all-args}";
pub const COMMANDS: &str = "命令 · Commands";
pub const ARGUMENTS: &str = "参数 · Arguments";
pub const OPTIONS: &str = "选项 · Options";
pub const SHOWS_HELP: &str = "显示说明 · shows this help";
pub const SHOWS_VERSION: &str = "显示版本 · shows the version";
pub const SHOWS_HELP_OF_A_COMMAND: &str = "显示说明 · shows the help of a command";
