//! `jincai export`: released works in the forms that posting tools read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde::Serialize;

use super::error::CommandError;
use super::package::{Desk, place, staging};
use super::session::GlobalOptions;
use crate::clock::{Clock, SystemClock};
use crate::model::language::{Bilingual, Lang};
use crate::model::preset::Preset;
use crate::present::messages::handover as words;
use crate::present::terminal::Screen;
use crate::showcase::handover::build::{At, Handed, Handing, HandingError, hand_over};
use crate::showcase::handover::choose::{Chosen, LeftOut, choose};
use crate::showcase::handover::said;
use crate::showcase::handover::tool::{TID, Tool};

/// What the progress bar is known by.
const BAR: &str = "export";

/// Most works that are left to hand, and that a person is told of; `--json` tells all.
const MOST_TOLD: usize = 30;

/// Largest number of a zone of Bilibili.
const TID_MAX: i64 = u16::MAX as i64;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ToolName {
    /// 哔哩哔哩
    Biliup,
    /// 抖音、快手、小红书、哔哩哔哩
    SocialAutoUpload,
    /// 抖音、小红书
    Posthub,
}

impl ToolName {
    fn tool(self) -> Tool {
        match self {
            Self::Biliup => Tool::Biliup,
            Self::SocialAutoUpload => Tool::SocialAutoUpload,
            Self::Posthub => Tool::Posthub,
        }
    }
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// 发布工具 · the tool [biliup, social-auto-upload, posthub]
    #[arg(value_enum, hide_possible_values = true)]
    tool: ToolName,
    /// 作品编号或标题，默认是全部可发布、还没发布的 · ids or titles [default: all that are released and not posted]
    works: Vec<String>,
    /// 放在哪个文件夹 · the folder it goes to
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 定时发布，例如 "2026-12-02 10:00" · when they are to appear
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// 哔哩哔哩的分区号 · the zone of Bilibili
    #[arg(long, value_name = "N", default_value_t = TID, hide_default_value = true,
        value_parser = clap::value_parser!(u16).range(1..=TID_MAX))]
    tid: u16,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum ExportEvent<'a> {
    Exported { tool: &'a str, path: &'a Path, works: usize, linked: usize, copied: usize },
    Work { work: &'a str, title: &'a str, target: &'a str, file: &'a str, notes: Vec<Bilingual> },
    LeftToHand { work: &'a str, title: &'a str, target: &'a str, why: Bilingual },
}

pub fn export(
    globals: &GlobalOptions,
    given: &ExportArgs,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    let tool = given.tool.tool();
    let desk = Desk::open(globals, lang, screen)?;
    let to = place(&desk, &given.to)?;
    if tool == Tool::SocialAutoUpload && to.to_string_lossy().contains(".mp4") {
        return Err(usage(words::ending_in_path(&to)));
    }
    let schedule = given.at.as_deref().map(|text| scheduled(tool, text, &desk)).transpose()?;
    // Of those the office works with, or the command names.
    let is_meant = |preset: &&Preset| {
        tool.targets().contains(&preset.id.as_str()) && desk.config.targets.contains(&preset.id)
    };
    let presets: Vec<&Preset> = desk.presets.iter().filter(is_meant).collect();
    let works = match given.works.is_empty() {
        true => desk.catalog.work_ids()?,
        false => named(&desk, &given.works)?,
    };
    let chosen =
        choose(desk.shelf(), tool, (&presets, &works), &mut |title, done| desk.checking(title, done));
    desk.screen.rest(super::package::CHECKING);
    let chosen = chosen?;
    tell(&desk, &chosen, !given.works.is_empty());
    if chosen.items.is_empty() {
        return Err(usage(words::nothing_to_hand_over(tool.name())));
    }
    let name = words::folder_name(tool.name(), &desk.moment.at);
    let readme = said::readme(tool, &chosen, (&desk.config.college, &desk.moment.at));
    let handing = Handing {
        tool,
        items: &chosen.items,
        shelf: desk.shelf(),
        to: &to,
        name: &name,
        readme: &readme,
        tid: given.tid,
        at: schedule.as_ref().map(|(unix_s, local)| At { unix_s: *unix_s, local }),
    };
    let handed = hand_over(handing, &mut |title, (done, of)| {
        desk.screen.update(BAR, words::copying(title).get(desk.lang), (done as u64, of as u64), "");
    });
    desk.screen.rest(BAR);
    let Handed { path, linked, copied } = handed.map_err(|error| failed(error, &to))?;
    let works = chosen.items.len();
    desk.screen.event(&ExportEvent::Exported { tool: tool.name(), path: &path, works, linked, copied });
    desk.screen.say(words::handed_over(tool.name(), &path, works).get(desk.lang));
    Ok(0)
}

fn usage((text, hint): (Bilingual, Bilingual)) -> CommandError {
    CommandError::usage(text).with_hint(hint)
}

fn named(desk: &Desk, given: &[String]) -> Result<Vec<String>, CommandError> {
    let mut ids = Vec::new();
    for one in given {
        let id = desk.work(one)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Returns a time as Unix seconds and as the tools' own text, in this machine's zone.
fn scheduled(tool: Tool, text: &str, desk: &Desk) -> Result<(i64, String), CommandError> {
    let Some(window) = tool.window() else { return Err(usage(words::no_schedule(tool.name()))) };
    let zone = SystemClock.local().time_zone().clone();
    let at = time_of(text, &zone).ok_or_else(|| usage(words::odd_time(text)))?;
    let ahead = at.duration_since(desk.moment.now);
    if ahead < window.least || ahead > window.most {
        let (least, most) = (window.least.as_hours(), window.most.as_hours() / 24);
        return Err(usage(words::outside_window(tool.name(), least, most)));
    }
    Ok((at.as_second(), zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()))
}

fn time_of(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let written = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let time = written.iter().find_map(|form| civil::DateTime::strptime(form, text).ok())?;
    zone.to_timestamp(time).ok()
}

/// Says what goes and what is left to hand. Of works that nobody named, those that are up or wait for review are no news.
fn tell(desk: &Desk, chosen: &Chosen, is_named: bool) {
    for item in &chosen.items {
        let notes: Vec<Bilingual> = item.notes.iter().map(|note| said::note(*note)).collect();
        for note in &notes {
            desk.screen.say(words::about(&item.title, &item.target, note).get(desk.lang));
        }
        desk.screen.event(&ExportEvent::Work {
            work: &item.work,
            title: &item.title,
            target: &item.target,
            file: &item.name,
            notes,
        });
    }
    for LeftOut { work, title, target, why } in &chosen.left_out {
        let why = said::why(why);
        desk.screen.event(&ExportEvent::LeftToHand { work, title, target, why });
    }
    let told: Vec<&LeftOut> =
        chosen.left_out.iter().filter(|one| is_named || said::is_news(&one.why)).collect();
    if told.is_empty() {
        return;
    }
    desk.screen.say(words::left_head().get(desk.lang));
    for one in told.iter().take(MOST_TOLD) {
        let said = words::about(&one.title, &one.target, &said::why(&one.why));
        desk.screen.say(said.get(desk.lang));
    }
    if let Some(more) = told.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        desk.screen.say(words::many_more(more).get(desk.lang));
    }
}

fn failed(error: HandingError, to: &Path) -> CommandError {
    let environment = |(text, hint)| CommandError::environment(text).with_hint(hint);
    match error {
        HandingError::Changed { title, file } => environment(words::changed_meanwhile(&title, &file)),
        HandingError::TakenBack { title } => environment(words::taken_back(&title)),
        HandingError::Staging(error) => staging(error, to),
        HandingError::Catalog(error) => error.into(),
        HandingError::Json(error) => CommandError::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_its_zone() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = time_of("2026-12-02 10:00", &zone).unwrap();
        assert_eq!(at.to_string(), "2026-12-02T02:00:00Z");
        assert_eq!(time_of("2026-12-02 10:00:30", &zone).unwrap().as_second(), at.as_second() + 30);
        assert!(time_of("10:00", &zone).is_none() && time_of("2026-13-02 10:00", &zone).is_none());
    }
}
