//! `jincai completions`: a script that completes commands and options where a shell is asked to.

use clap::Command;
use clap_complete::Shell;

/// Returns the script for `shell`, made from the arguments of `command`.
pub fn script(shell: Shell, mut command: Command) -> String {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
