//! `jincai playout handout`: a stick that plays without a network.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::intake::watcher::space;
use crate::library::catalog::{Catalog, Stick};
use crate::library::staging::HandedOutFolder;
use crate::model::job::{EngineError, InspectJob, ReelJob, ReelPart};
use crate::model::language::Lang;
use crate::model::playout::{Edition, ScreenConfig, SealedEdition};
use crate::playout::editions::{HeldFiles, Maker, Orders};
use crate::playout::handout::{self, Entry, Layout};
use crate::playout::keys::EditionKey;
use crate::playout::player;
use crate::present::messages;
use crate::present::messages::handout::{self as words, PAGE, SHEET, SUMS, StickSheet};
use crate::present::terminal::Screen;
use crate::worker::{self, Workers};

/// Most days that a stick's programme covers.
const MOST_DAYS: u16 = 60;

/// How much longer or shorter a reel may be than its parts, microseconds: the parts' own rounding.
const REEL_TOLERANCE_US: u64 = 50_000;

#[derive(Debug, clap::Args)]
pub struct HandoutArgs {
    /// 给哪块屏幕 · the screen
    #[arg(long, value_name = "SCREEN")]
    screen: String,
    /// 写到哪里，例如 U 盘 · where to, such as a stick
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 节目单管几天，默认 30 · days that the programme covers
    #[arg(long, value_name = "N", default_value_t = 30, hide_default_value = true)]
    days: u16,
    /// 只要影片 reel，或只要文件夹 folder · only the film, or only the folder
    #[arg(long, value_name = "PART", value_parser = ["reel", "folder"], hide_possible_values = true)]
    only: Option<String>,
    /// 谁做的 · who makes it
    #[arg(long, value_name = "NAME")]
    by: String,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum HandoutEvent<'a> {
    Copied { file: &'a str, sha256: &'a str, bytes: u64 },
    Joined { file: &'a str, parts: usize, frames: u64, duration_ms: u64 },
    StickMade { stick: &'a Stick, path: &'a str },
}

/// A stick in progress.
struct Making<'a> {
    desk: &'a Desk,
    folder: HandedOutFolder,
    layout: &'a Layout,
    /// Path and digest of each file in it.
    sums: Vec<(String, String)>,
    begun: Instant,
    done: u64,
    total: u64,
}

pub(super) async fn handout(mut desk: Desk, args: HandoutArgs) -> Result<u8, CommandError> {
    let screen = desk.find(&args.screen)?.clone();
    // The worker that joins films has a working folder of its own.
    let to = std::path::absolute(&args.to).unwrap_or_else(|_| args.to.clone());
    if !to.is_dir() {
        let (text, hint) = words::no_place(&to.display().to_string());
        return Err(CommandError::usage(text).with_hint(hint));
    }
    let (sealed, edition) = edition(&mut desk, &screen, args.days.clamp(1, MOST_DAYS))?;
    let layout = handout::layout(&edition);
    if layout.entries.is_empty() {
        let (text, hint) = words::nothing_to_show(&screen.name);
        return Err(CommandError::usage(text).with_hint(hint));
    }
    let (with_reel, with_folder) =
        (args.only.as_deref() != Some("folder"), args.only.as_deref() != Some("reel"));
    let reels: u64 = (0..layout.reels.len()).map(|reel| layout.reel_bytes(reel)).sum();
    let total = if with_reel { reels } else { 0 } + if with_folder { layout.bytes() } else { 0 };
    check_space(&to, total)?;
    let number = desk.catalog.next_stick()?;
    let name = format!("jincai-{}-{number}", screen.id);
    let folder = HandedOutFolder::begin(&to, &name)?;
    let mut making = Making {
        desk: &desk,
        folder,
        layout: &layout,
        sums: Vec::new(),
        begun: Instant::now(),
        done: 0,
        total,
    };
    if with_reel {
        for reel in 0..layout.reels.len() {
            making.join(reel, &edition).await?;
        }
    }
    if with_folder {
        making.copy_all()?;
        making.write("current.js", handout::current_js(&sealed, &layout.files(), number).as_bytes())?;
        let title = words::page_title(&desk.config.college, &screen.name);
        making.write(PAGE, player::folder_page(&title).as_bytes())?;
        making.write("playlist.m3u8", handout::m3u8(&layout.entries).as_bytes())?;
        making.write("playlist.xspf", handout::xspf(&title, &layout.entries).as_bytes())?;
        making.write("mpv.conf", handout::mpv_conf().as_bytes())?;
    }
    let stick = Stick {
        number,
        screen: screen.id.clone(),
        made_ms: edition.made_at,
        by: args.by.trim().to_owned(),
        good_until: edition.good_until,
        edition: sealed.id(),
        files: layout.entries.iter().map(|entry| entry.item.video.sha256.clone()).collect(),
        returned: None,
    };
    making.write(SHEET, sheet(&desk, &screen, &stick, &layout).as_bytes())?;
    let sums = handout::sums(&making.sums);
    making.folder.write(SUMS, sums.as_bytes())?;
    // Recorded before it gets its name: a stick that nobody knows of could never be called back.
    desk.catalog.put_stick(&stick)?;
    let path = making.folder.finish()?.display().to_string();
    desk.screen.event(&HandoutEvent::StickMade { stick: &stick, path: &path });
    let until = desk.minute(stick.good_until);
    desk.screen.say(words::made(number, &screen.name, (&path, layout.entries.len()), &until).get(desk.lang));
    Ok(0)
}

fn edition(
    desk: &mut Desk,
    screen: &ScreenConfig,
    days: u16,
) -> Result<(SealedEdition, Edition), CommandError> {
    let released = desk.released()?;
    let key = EditionKey::of(desk.library())?;
    let nothing = Default::default();
    let of_target = released.get(&screen.target).unwrap_or(&nothing);
    let orders = Orders { serial: desk.catalog.last_order()?, ..Orders::default() };
    let (library, presets) = (desk.library().to_owned(), desk.presets()?);
    let maker = Maker {
        catalog: &mut desk.catalog,
        library: &library,
        config: &desk.config,
        presets: &presets,
        key: &key,
        held: &HeldFiles::default(),
        now: desk.now,
    };
    Ok(maker.for_stick(screen, of_target, orders, days)?)
}

fn check_space(to: &Path, needed: u64) -> Result<(), CommandError> {
    /// Room for the film's index and the small files, bytes.
    const BESIDE: u64 = 32_000_000;
    let needed = needed + BESIDE;
    match space(to) {
        Some(disk) if disk.free_bytes < needed => {
            let (text, hint) = words::too_little_space(&to.display().to_string(), needed, disk.free_bytes);
            Err(CommandError::environment(text).with_hint(hint))
        }
        _ => Ok(()),
    }
}

fn sheet(desk: &Desk, screen: &ScreenConfig, stick: &Stick, layout: &Layout) -> String {
    let titles = |is_dated: bool| {
        let those = layout.entries.iter().filter(move |entry| entry.is_dated == is_dated);
        those.map(|entry| entry.item.title.clone()).collect::<Vec<_>>()
    };
    let reels: Vec<String> = (0..layout.reels.len()).map(|reel| layout.reel_name(reel)).collect();
    words::sheet(&StickSheet {
        number: stick.number,
        screen: &screen.name,
        place: &screen.place,
        college: &desk.config.college,
        made: &desk.minute(stick.made_ms),
        good_until: &desk.minute(stick.good_until),
        by: &stick.by,
        works: &titles(false),
        dated: &titles(true),
        reels: &reels,
    })
}

impl Making<'_> {
    /// Joins a reel by a worker, and has another one look at it.
    async fn join(&mut self, reel: usize, edition: &Edition) -> Result<(), CommandError> {
        let name = self.layout.reel_name(reel);
        let mut parts = Vec::new();
        for place in &self.layout.reels[reel] {
            let item = &self.layout.entries[*place].item;
            let file = self.place_of(&item.video.sha256)?;
            parts.push(ReelPart { file: file.into(), duration_us: item.ms * 1000 });
        }
        let wanted: u64 = parts.iter().map(|part| part.duration_us).sum();
        let count = parts.len();
        let file = self.folder.path().join(&name);
        let limits = self.desk.config.limits.clone();
        let folder = self.folder.path().into();
        let job = ReelJob {
            parts,
            file: file.clone().into(),
            title: edition.name.clone(),
            folder,
            limits: limits.clone(),
        };
        let label = words::reel_label(&name);
        let (bytes, done, begun) = (self.layout.reel_bytes(reel), self.done, self.begun);
        let (terminal, lang, total) = (Arc::clone(&self.desk.screen), self.desk.lang, self.total);
        let workers = Workers::this();
        let joined = worker::ask(&workers, job, &mut |part, whole| {
            let share = part as f64 / whole.max(1) as f64;
            show((&terminal, lang), label.get(lang), (done + (bytes as f64 * share) as u64, total), begun);
        })
        .await
        .map_err(failed)?;
        self.desk.screen.rest(STICK);
        self.done += bytes;
        let look = InspectJob { source: file.into(), limits, threads: 1 };
        let seen = worker::ask(&workers, look, &mut |_, _| {}).await.map_err(failed)?;
        let is_whole = |duration: u64| duration.abs_diff(wanted) <= REEL_TOLERANCE_US * (count as u64 + 1);
        if !is_whole(joined.duration_us) || !is_whole(seen.duration_us) {
            tracing::error!(?joined, seen = seen.duration_us, wanted, "a reel is not as long as its parts");
            let (text, hint) = words::reel_is_wrong(&name);
            return Err(CommandError::environment(text).with_hint(hint));
        }
        let (sha256, _) = self.folder.digest(&name)?;
        let (frames, duration_ms) = (joined.frames, joined.duration_us / 1000);
        self.desk.screen.event(&HandoutEvent::Joined { file: &name, parts: count, frames, duration_ms });
        self.sums.push((name, sha256));
        Ok(())
    }

    fn copy_all(&mut self) -> Result<(), CommandError> {
        self.folder.folder("media")?;
        let layout = self.layout;
        for entry in &layout.entries {
            self.copy(entry, &entry.item.video.sha256, &entry.file)?;
            if let Some((picture, path)) = entry.item.picture.as_ref().zip(entry.picture.as_ref()) {
                self.copy(entry, &picture.sha256, path)?;
            }
        }
        self.desk.screen.rest(STICK);
        for (path, sha256) in &self.sums {
            self.folder.read_back(path, sha256)?;
        }
        Ok(())
    }

    fn copy(&mut self, entry: &Entry, sha256: &str, to: &str) -> Result<(), CommandError> {
        let from = self.place_of(sha256)?;
        let label = words::copy_label(&entry.item.title);
        let (desk, total, begun) = (self.desk, self.total, self.begun);
        let before = self.done;
        let done = &mut self.done;
        self.folder.copy(&from, to, sha256, &mut |bytes| {
            *done += bytes;
            show((&desk.screen, desk.lang), label.get(desk.lang), (*done, total), begun);
        })?;
        desk.screen.event(&HandoutEvent::Copied { file: to, sha256, bytes: self.done - before });
        self.sums.push((to.to_owned(), sha256.to_owned()));
        Ok(())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), CommandError> {
        self.folder.write(name, bytes)?;
        let (sha256, _) = self.folder.digest(name)?;
        self.sums.push((name.to_owned(), sha256));
        Ok(())
    }

    /// Returns where the library has a file, by its digest.
    fn place_of(&self, sha256: &str) -> Result<PathBuf, CommandError> {
        place_of(&self.desk.catalog, self.desk.library(), sha256)
    }
}

fn place_of(catalog: &Catalog, library: &Path, sha256: &str) -> Result<PathBuf, CommandError> {
    let found = catalog.proven_content(sha256)?;
    let found = found.ok_or_else(|| {
        CommandError::internal(std::io::Error::new(std::io::ErrorKind::NotFound, sha256.to_owned()))
    })?;
    Ok(library.join(found.path))
}

fn failed(error: EngineError) -> CommandError {
    tracing::error!(detail = error.detail, "a reel was not made");
    CommandError::environment(messages::text(&error.finding))
}

/// What the progress bar is known by.
const STICK: &str = "stick";

fn show((screen, lang): (&Screen, Lang), label: &str, (done, total): (u64, u64), begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    let speed = done as f64 / seconds;
    let left = (total.saturating_sub(done) as f64 / speed.max(1.0)) as u64;
    screen.update(STICK, label, (done, total), words::pace(speed, left).get(lang));
}
