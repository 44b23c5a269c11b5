//! How a run is shown: bars on a terminal, plain lines elsewhere, JSON lines for machines. The only room besides the
//! command line that writes to the terminal; what it shows comes in as finished text.

use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// The manner of showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// One bar a running work and one for the batch.
    Bars,
    Lines,
    /// One JSON object a line on standard output, nothing else.
    Json,
    /// Results and errors only.
    Quiet,
}

impl Manner {
    /// Bars when a person watches, lines when the output goes to a file.
    pub fn for_terminal() -> Self {
        if std::io::stderr().is_terminal() { Self::Bars } else { Self::Lines }
    }
}

/// Where everything is shown.
#[derive(Debug)]
pub struct Screen {
    manner: Manner,
    bars: MultiProgress,
    running: Mutex<HashMap<String, ProgressBar>>,
    batch: Mutex<Option<ProgressBar>>,
}

impl Screen {
    pub fn new(manner: Manner) -> Self {
        let target = match manner {
            Manner::Bars => ProgressDrawTarget::stderr(),
            Manner::Lines | Manner::Json | Manner::Quiet => ProgressDrawTarget::hidden(),
        };
        Self {
            manner,
            bars: MultiProgress::with_draw_target(target),
            running: Mutex::default(),
            batch: Mutex::default(),
        }
    }

    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// A result: on standard output, above the bars. Not for JSON, whose reader gets [`Screen::event`].
    pub fn say(&self, text: &str) {
        if self.manner != Manner::Json {
            self.bars.suspend(|| write_line(&mut std::io::stdout().lock(), text));
        }
    }

    /// Something on the way: on standard error, not when quiet.
    pub fn tell(&self, text: &str) {
        if matches!(self.manner, Manner::Bars | Manner::Lines) {
            self.bars.suspend(|| write_line(&mut std::io::stderr().lock(), text));
        }
    }

    /// An error: on standard error, always.
    pub fn warn(&self, text: &str) {
        self.bars.suspend(|| write_line(&mut std::io::stderr().lock(), text));
    }

    /// One event as a JSON line.
    pub fn event(&self, event: &impl Serialize) {
        if self.manner == Manner::Json
            && let Ok(line) = serde_json::to_string(event)
        {
            write_line(&mut std::io::stdout().lock(), &line);
        }
    }

    /// Begins the batch's bar.
    pub fn begin(&self, works: usize) {
        let bar = self
            .bars
            .add(ProgressBar::new(works as u64).with_style(style("{pos}/{len} {wide_bar} {elapsed} {msg}")));
        *lock(&self.batch) = Some(bar);
    }

    /// Shows where a work is; `label` names it and its stage, `tail` gives speed and time left.
    pub fn update(&self, work: &str, label: &str, (done, total): (u64, u64), tail: &str) {
        let mut running = lock(&self.running);
        let bar = running.entry(work.to_owned()).or_insert_with(|| {
            let bar =
                ProgressBar::new(total.max(1)).with_style(style("  {prefix} {bar:24} {percent:>3}% {msg}"));
            // Above the batch's.
            self.bars.insert_from_back(1, bar)
        });
        bar.set_length(total.max(1));
        bar.set_position(done);
        bar.set_prefix(label.to_owned());
        bar.set_message(tail.to_owned());
    }

    /// Takes a work off the screen until it goes on.
    pub fn rest(&self, work: &str) {
        if let Some(bar) = lock(&self.running).remove(work) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
    }

    /// Takes a finished work off the screen and moves the batch on.
    pub fn done(&self, work: &str) {
        self.rest(work);
        if let Some(batch) = &*lock(&self.batch) {
            batch.inc(1);
        }
    }

    pub fn end(&self) {
        if let Some(batch) = lock(&self.batch).take() {
            batch.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn write_line(out: &mut dyn Write, text: &str) {
    // A reader that closed its end (`jincai … | head`) is no reason to stop making works.
    let _ = writeln!(out, "{text}");
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_that_rests_has_no_bar_and_one_that_is_done_moves_the_batch() {
        let screen = Screen::new(Manner::Quiet);
        screen.begin(2);
        screen.update("a", "inspecting", (82, 100), "");
        screen.update("b", "inspecting", (10, 100), "");
        screen.rest("a");
        let shown = || lock(&screen.running).keys().cloned().collect::<Vec<_>>();
        let ended = || lock(&screen.batch).as_ref().map(ProgressBar::position);
        assert_eq!((shown(), ended()), (vec!["b".to_owned()], Some(0)));
        screen.update("a", "rendering", (0, 100), "");
        screen.done("b");
        assert_eq!((shown(), ended()), (vec!["a".to_owned()], Some(1)));
    }
}
