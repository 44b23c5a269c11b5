//! `jincai man`: writes one manual page per command, as packages install them under `share/man/man1`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use super::error::CommandError;
use crate::files;
use crate::model::language::Lang;
use crate::present::messages::cli as words;

/// Writes a page for `command` and each one below it into `dir`, which is made if need be; existing pages are replaced.
/// Returns the text that reports it. The same program writes the same bytes: no page has a date.
pub fn write(dir: &Path, command: &Command, lang: Lang) -> Result<String, CommandError> {
    let failed = |path: &Path, error: &io::Error| {
        CommandError::usage(words::page_not_written(path, &error.to_string()))
    };
    fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
    let commands = with_those_below(command);
    for one in &commands {
        let page = page(one, command);
        let path = dir.join(page.get_filename());
        write_page(&page, &path).map_err(|error| failed(&path, &error))?;
    }
    Ok(words::pages_written(commands.len(), dir).get(lang).to_owned())
}

fn with_those_below(command: &Command) -> Vec<&Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(with_those_below)).collect()
}

fn page(command: &Command, whole: &Command) -> Man {
    let (name, version) = (whole.get_name(), whole.get_version().unwrap_or_default());
    Man::new(command.clone()).source(format!("{name} {version}")).manual("津彩 jincai")
}

fn write_page(page: &Man, path: &Path) -> io::Result<()> {
    let mut text = Vec::new();
    page.render(&mut text)?;
    files::create_again(path)?.write_all(&text)
}
