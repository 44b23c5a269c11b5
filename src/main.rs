//! 津彩: see the crate documentation of `jincai`.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
