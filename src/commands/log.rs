//! Sets up the log: short lines on standard error for people, JSON lines for programs (`watch --log`).

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::{Filter, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry};

use crate::clock::{Clock, SystemClock};
use crate::library::staging::{LogFile, Result};
use crate::text::{Visible, visible_json};

/// `-`: the log goes to standard error, where systemd keeps it.
const STANDARD_ERROR: &str = "-";

/// The crates that send messages to chat robots. Below warnings they log whole requests, whose address holds the robot's
/// access token.
const KNOW_SECRETS: [&str; 3] = ["ureq", "rustls", "http"];

/// Begins the log, with JSON lines to `file` if there is one. `JINCAI_LOG=debug` shows more.
pub fn begin(file: Option<&Path>) -> Result<()> {
    let layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = match file {
        None => vec![for_people()],
        Some(path) if path.as_os_str() == STANDARD_ERROR => vec![json(io::stderr)],
        Some(path) => {
            let file = Rotated(Arc::new(Mutex::new(LogFile::open(path)?)));
            vec![for_people(), json(move || file.clone())]
        }
    };
    // Fails only in tests, where there may be one already.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    Ok(())
}

fn for_people() -> Box<dyn Layer<Registry> + Send + Sync> {
    // Without colours: control characters are taken out of the line.
    tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(|| Tame { out: io::stderr(), way: Way::Text })
        .with_filter(filter("error"))
        .boxed()
}

fn json<M, W>(writer: M) -> Box<dyn Layer<Registry> + Send + Sync>
where
    M: Fn() -> W + Send + Sync + 'static,
    W: Write + 'static,
{
    let writer = move || Tame { out: writer(), way: Way::Json };
    tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_timer(CollegeTime)
        .with_writer(writer)
        .with_filter(filter("warn,jincai=info"))
        .boxed()
}

/// Returns the filter that the user wants, else `usual`, in any case without events that may hold secrets.
fn filter(usual: &str) -> impl Filter<Registry> + Send + Sync + 'static {
    let wanted = EnvFilter::try_from_env("JINCAI_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    wanted.and(filter_fn(holds_no_secret))
}

fn holds_no_secret(about: &Metadata<'_>) -> bool {
    *about.level() <= Level::WARN || !KNOW_SECRETS.iter().any(|name| about.target().starts_with(name))
}

/// A writer that makes control characters of a line visible: names of files come from anyone.
struct Tame<W> {
    out: W,
    way: Way,
}

#[derive(Clone, Copy)]
enum Way {
    Text,
    Json,
}

impl<W: Write> Write for Tame<W> {
    /// Writes one line: the subscriber writes each whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let (text, end) = text.strip_suffix('\n').map_or((&*text, ""), |text| (text, "\n"));
        let tame = match self.way {
            Way::Text => Visible::of(text).to_string().into(),
            Way::Json => visible_json(text),
        };
        self.out.write_all(format!("{tame}{end}").as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Formats times as the reports do, with milliseconds.
struct CollegeTime;

impl FormatTime for CollegeTime {
    fn format_time(&self, out: &mut Writer<'_>) -> fmt::Result {
        write!(out, "{}", SystemClock.local().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

#[derive(Clone)]
struct Rotated(Arc<Mutex<LogFile>>);

impl Write for Rotated {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).current().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_steers_no_terminal_and_its_json_says_the_same() {
        let written = |way, line: &str| {
            let mut tame = Tame { out: Vec::new(), way };
            tame.write_all(line.as_bytes()).unwrap();
            String::from_utf8(tame.out).unwrap()
        };
        let name = "a\u{1b}[31m\u{202e}b\nc";
        assert_eq!(written(Way::Text, &format!("{name}\n")), "a�[31m�b�c\n");
        let json = format!("{}\n", serde_json::to_string(name).unwrap());
        let line = written(Way::Json, &json);
        assert!(!line.trim_end().contains(crate::text::is_display_control), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), name);
    }
}
