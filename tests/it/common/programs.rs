//! Programs that tests start. `.ci/needs test` installs them: where one is missing, the test fails and says so.

use std::process::{Command, Output};

/// Runs a program to its end; one that is missing or fails ends the test.
pub fn run(command: &mut Command) -> Output {
    let ran = command.output().unwrap_or_else(|error| {
        panic!("{:?}: {error}; `.ci/needs test` installs what tests start", command.get_program())
    });
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran
}

/// The `ffmpeg` program, which asks nothing, tells errors alone and writes over what is there.
pub fn ffmpeg() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y"]);
    command
}
