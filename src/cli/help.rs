//! Help in both languages, which the parser would give in English alone.

use clap::Command;

use crate::present::messages::help;

/// Gives a command and all below it headings in both languages.
pub(super) fn bilingual(mut command: Command) -> Command {
    // Adds the parser's own options and its `help`, so that they can be changed.
    command.build();
    with_headings(command)
}

/// Gives a command and all below it the usual headings of manual pages; the texts stay in both languages.
pub(super) fn for_manual(command: Command) -> Command {
    fn with_usual_headings(command: Command) -> Command {
        command
            .subcommand_help_heading("COMMANDS")
            .mut_args(|arg| arg.help_heading(None))
            .mut_subcommands(with_usual_headings)
    }
    with_usual_headings(bilingual(command.disable_help_subcommand(true)))
}

fn with_headings(command: Command) -> Command {
    command
        .help_template(help::TEMPLATE)
        .subcommand_help_heading(help::COMMANDS)
        .mut_args(|arg| {
            let arg = match arg.get_id().as_str() {
                "help" => arg.help(help::SHOWS_HELP),
                "version" => arg.help(help::SHOWS_VERSION),
                _ => arg,
            };
            let heading = if arg.is_positional() { help::ARGUMENTS } else { help::OPTIONS };
            arg.help_heading(heading)
        })
        .mut_subcommands(|verb| match verb.get_name() {
            "help" => verb.about(help::SHOWS_HELP_OF_A_COMMAND),
            _ => with_headings(verb),
        })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;
    use crate::commands::manual;
    use crate::model::language::Lang;

    /// Returns a command and all below it.
    fn all(command: &Command) -> Vec<Command> {
        let below = command.get_subcommands().filter(|verb| verb.get_name() != "help").flat_map(all);
        std::iter::once(command.clone()).chain(below).collect()
    }

    #[test]
    fn every_line_of_help_is_in_both_languages() {
        let is_chinese = |line: &str| line.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        let verbs = all(&bilingual(Cli::command()));
        assert!(verbs.len() > 15, "{}", verbs.len());
        for mut verb in verbs {
            let help = verb.render_help().to_string();
            for heading in ["Usage:", "Arguments:", "Commands:", "Options:", "Print "] {
                assert!(help.lines().all(|line| !line.trim_start().starts_with(heading)), "{help}");
            }
            assert!(help.lines().next().is_some_and(is_chinese), "{help}");
            for arg in verb.get_arguments() {
                let text = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(is_chinese(&text) && text.contains('·'), "{} {arg}: {text}", verb.get_name());
            }
        }
    }

    #[test]
    fn every_command_has_a_manual_page_that_holds_its_options() {
        let folder = tempfile::tempdir().unwrap();
        let command = for_manual(Cli::command());
        manual::write(folder.path(), &command, Lang::En).unwrap();
        let commands = all(&command);
        for command in &commands {
            let name = command.get_display_name().unwrap_or(command.get_name());
            let page = std::fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
            let page = page.replace("\\-", "-");
            assert!(page.contains(&format!(".TH {name} 1 ")), "{page}");
            for option in command.get_arguments().filter_map(|arg| arg.get_long()) {
                assert!(page.contains(&format!("\\fB--{option}\\fR")), "{name} --{option}: {page}");
            }
            for below in command.get_subcommands() {
                assert!(page.contains(&format!("{name}-{}(1)", below.get_name())), "{page}");
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), commands.len());
        // Again, for a later version.
        manual::write(folder.path(), &command, Lang::Zh).unwrap();
    }
}
