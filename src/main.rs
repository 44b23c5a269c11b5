//! 津彩: see the crate documentation of `jincai`.

use std::process::ExitCode;

use jincai::worker::{self, MediaEngine};

fn main() -> ExitCode {
    // A worker shuts itself in before any other thread exists: it must not meet the command line's runtime.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == worker::SUBCOMMAND) {
        return worker::serve(&MediaEngine);
    }
    ExitCode::from(jincai::cli::main())
}
