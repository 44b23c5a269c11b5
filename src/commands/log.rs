//! What goes into the log: a few words on standard error for people, JSON lines for machines (`watch --log`).

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry};

use crate::clock::{Clock, SystemClock};
use crate::staging::{LinesFile, Result};

/// `-`: the log goes to standard error, where systemd keeps it.
const STANDARD_ERROR: &str = "-";

/// Begins the log. `JINCAI_LOG=debug` shows what is left out otherwise.
pub fn begin(file: Option<&Path>) -> Result<()> {
    let layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = match file {
        None => vec![for_people()],
        Some(path) if path.as_os_str() == STANDARD_ERROR => vec![json(io::stderr)],
        Some(path) => {
            let file = Rotated(Arc::new(Mutex::new(LinesFile::open(path)?)));
            vec![for_people(), json(move || file.clone())]
        }
    };
    // There is one already only where a test began it.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    Ok(())
}

fn for_people() -> Box<dyn Layer<Registry> + Send + Sync> {
    tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(filter("error")).boxed()
}

fn json<M>(writer: M) -> Box<dyn Layer<Registry> + Send + Sync>
where
    M: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
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

fn filter(usual: &str) -> EnvFilter {
    EnvFilter::try_from_env("JINCAI_LOG").unwrap_or_else(|_| EnvFilter::new(usual))
}

/// Times as the reports write them, with milliseconds.
struct CollegeTime;

impl FormatTime for CollegeTime {
    fn format_time(&self, out: &mut Writer<'_>) -> fmt::Result {
        write!(out, "{}", SystemClock.local().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

#[derive(Clone)]
struct Rotated(Arc<Mutex<LinesFile>>);

impl Write for Rotated {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).current().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
