//! How a run is shown: bars on a terminal, plain lines elsewhere, JSON lines for machines. The only room besides the
//! command line that writes to the terminal; what it shows comes in as finished text. Names in it may be a submitter's:
//! nothing that steers a terminal gets past this room.

use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::text::{Visible, is_display_control, visible_json};

/// The manner of showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputMode {
    /// One bar a running work and one for the batch.
    Bars,
    Lines,
    /// One JSON object a line on standard output, nothing else.
    Json,
    /// Results and errors only.
    Quiet,
}

impl OutputMode {
    /// Bars when a person watches, lines when the output goes to a file.
    pub fn for_terminal() -> Self {
        if std::io::stderr().is_terminal() { Self::Bars } else { Self::Lines }
    }
}

/// Where everything is shown.
#[derive(Debug)]
pub struct Screen {
    manner: OutputMode,
    bars: MultiProgress,
    running: Mutex<HashMap<String, ProgressBar>>,
    batch: Mutex<Option<ProgressBar>>,
}

impl Screen {
    pub fn new(manner: OutputMode) -> Self {
        let target = match manner {
            OutputMode::Bars => ProgressDrawTarget::stderr(),
            OutputMode::Lines | OutputMode::Json | OutputMode::Quiet => ProgressDrawTarget::hidden(),
        };
        Self {
            manner,
            bars: MultiProgress::with_draw_target(target),
            running: Mutex::default(),
            batch: Mutex::default(),
        }
    }

    pub fn manner(&self) -> OutputMode {
        self.manner
    }

    /// A result: on standard output, above the bars. Not for JSON, whose reader gets [`Screen::event`].
    pub fn say(&self, text: &str) {
        if self.manner != OutputMode::Json {
            self.bars.suspend(|| write_line(&mut std::io::stdout().lock(), &tame(text)));
        }
    }

    /// Something on the way: on standard error, not when quiet.
    pub fn tell(&self, text: &str) {
        if matches!(self.manner, OutputMode::Bars | OutputMode::Lines) {
            self.bars.suspend(|| write_line(&mut std::io::stderr().lock(), &tame(text)));
        }
    }

    /// An error: on standard error, always.
    pub fn warn(&self, text: &str) {
        self.bars.suspend(|| write_line(&mut std::io::stderr().lock(), &tame(text)));
    }

    /// As [`Screen::warn`], for a text that was set in colours.
    pub fn warn_in_colours(&self, text: &str) {
        self.bars.suspend(|| write_line(&mut std::io::stderr().lock(), &tame_but_colours(text)));
    }

    /// One event as a JSON line.
    pub fn event(&self, event: &impl Serialize) {
        if self.manner == OutputMode::Json
            && let Ok(line) = serde_json::to_string(event)
        {
            write_line(&mut std::io::stdout().lock(), &visible_json(&line));
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
        bar.set_prefix(Visible::of(label).to_string());
        bar.set_message(Visible::of(tail).to_string());
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

/// Of what steers, only line ends and tabulators are kept: texts are put together from lines.
fn tame(text: &str) -> String {
    let tame = |c: char| {
        if is_display_control(c) && !matches!(c, '\n' | '\t') { char::REPLACEMENT_CHARACTER } else { c }
    };
    text.chars().map(tame).collect()
}

/// Colours are `ESC [ numbers m`.
fn tame_but_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut whole = tame(parts.next().unwrap_or_default());
    for part in parts {
        let numbers = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        whole.push_str(if numbers.starts_with('m') { "\u{1b}[" } else { "\u{FFFD}[" });
        whole.push_str(&tame(part));
    }
    whole
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
    fn of_what_steers_a_terminal_only_lines_and_colours_are_left() {
        let hostile = "a\u{1b}]0;owned\u{7}\tb\n\u{1b}[31mred\u{1b}[0m\u{1b}[2J\u{202e}\u{9b}5m\r";
        assert_eq!(tame(hostile), "a�]0;owned�\tb\n�[31mred�[0m�[2J��5m�");
        assert_eq!(tame_but_colours(hostile), "a�]0;owned�\tb\n\u{1b}[31mred\u{1b}[0m�[2J��5m�");
        let screen = Screen::new(OutputMode::Quiet);
        screen.update("a", "a\u{1b}[31m\n", (0, 1), "\u{200f}");
        let bars = lock(&screen.running);
        assert_eq!((bars["a"].prefix(), bars["a"].message()), ("a�[31m�".to_owned(), "�".to_owned()));
    }

    #[test]
    fn a_work_that_rests_has_no_bar_and_one_that_is_done_moves_the_batch() {
        let screen = Screen::new(OutputMode::Quiet);
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
