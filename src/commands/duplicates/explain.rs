//! Draws how two works correspond in time, as one picture.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::RgbImage;
use serde::Serialize;

use super::super::error::CommandError;
use super::super::session::Session;
use crate::duplicates::{record, side_by_side};
use crate::graphics::overlay::{Timeline, TimelineWork};
use crate::library::staging;
use crate::library::staging::{Durability, ScratchFolder};
use crate::model::language::{AnyPath, Bilingual, Lang};
use crate::model::likeness::{LikenessRecord, Proof, sure_percent};
use crate::model::opinion::Opinion;
use crate::pipeline::compare;
use crate::pipeline::compare::{Comparison, Subject};
use crate::present::messages;
use crate::present::messages::compare::{self as words, Label};
use crate::present::messages::duplicates as likenesses;
use crate::text::safe_name;
use crate::work::context::{Context, Events};
use crate::work::likeness;

/// Pictures in each film strip.
const FRAMES: u64 = 6;

/// The line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "explained")]
struct Explained<'a> {
    works: [Named<'a>; 2],
    /// `null`: nothing in common was found.
    likeness: Option<&'a LikenessRecord>,
    /// A person's opinion of the two.
    answer: Option<&'a Opinion>,
    message: Bilingual,
    picture: AnyPath,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    id: Option<&'a str>,
    title: &'a str,
    file: AnyPath,
    sha256: &'a str,
    duration_ms: u64,
}

/// Draws the picture, writes it to `output` and prints where it is.
pub async fn explain(
    session: Session,
    given: [String; 2],
    output: Option<PathBuf>,
) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = session;
    let events: Events = Arc::new(|_| {});
    let first = compare::subject(&context, &given[0], &given[1], &events).await?;
    let second = compare::subject(&context, &given[1], &given[0], &events).await?;
    if first.work.file == second.work.file {
        return Err(CommandError::usage(words::one_and_the_same(&given[0])));
    }
    let found = compare::compare(&context, &first, &second)?;
    let output = output.unwrap_or_else(|| PathBuf::from(file_name([&first, &second])));
    let output = std::path::absolute(&output).map_err(CommandError::internal)?;
    let mut message = match &found.record {
        Some(record) => messages::text(&record::likeness_finding(record, &second.work)),
        None => words::nothing_in_common(),
    };
    if let Some(opinion) = &found.opinion {
        let Bilingual { zh, en } = words::answered(opinion);
        message = Bilingual::new(format!("{zh}{}", message.zh), format!("{en} {}", message.en));
    }
    let png = draw(&context, [&first, &second], &found, &message, lang).await?;
    let folder = output.parent().unwrap_or(&output);
    staging::write_beside(folder, &output, &png, Durability::Synced)?;
    screen.event(&Explained {
        works: [named(&first), named(&second)],
        likeness: found.record.as_ref(),
        answer: found.opinion.as_ref(),
        message: message.clone(),
        picture: output.clone().into(),
    });
    screen.say(message.get(lang));
    screen.say(words::drawn(&output).get(lang));
    Ok(0)
}

fn named(subject: &Subject) -> Named<'_> {
    Named {
        id: subject.work.id.as_deref(),
        title: &subject.work.title,
        file: subject.work.file.clone().into(),
        sha256: &subject.sha256,
        duration_ms: subject.work.duration_ms,
    }
}

/// Returns a name for the picture in the working folder.
fn file_name(works: [&Subject; 2]) -> String {
    let [first, second] = works.map(|subject| {
        let title: String = subject.work.title.chars().take(24).collect();
        subject.work.id.clone().unwrap_or_else(|| safe_name(&title))
    });
    format!("jincai-{first}-{second}.png")
}

async fn draw(
    context: &Context,
    works: [&Subject; 2],
    found: &Comparison,
    message: &Bilingual,
    lang: Lang,
) -> Result<Vec<u8>, CommandError> {
    let scratch = ScratchFolder::create()?;
    let mut frames = Vec::new();
    for (subject, passage) in works.iter().zip(passages(found)) {
        let (from, to) = passage.unwrap_or((0, subject.work.duration_ms));
        frames.push(strip(context, scratch.path(), &subject.work, from, to).await?);
    }
    let frames: [Vec<(u32, RgbImage)>; 2] = frames.try_into().unwrap_or_else(|_| [Vec::new(), Vec::new()]);
    let say = |label| words::label(label).get(lang).to_owned();
    let details: Vec<String> = works.iter().map(|subject| detail(subject)).collect();
    let marks = [say(Label::First), say(Label::Second)];
    let names: Vec<String> =
        works.iter().zip(marks).map(|(subject, mark)| format!("{mark} · {}", subject.work.title)).collect();
    let spans = passages(found);
    let line = |index: usize| TimelineWork {
        name: &names[index],
        detail: &details[index],
        duration_ms: works[index].work.duration_ms as u32,
        passage_ms: spans[index].map(|(from, to)| (from as u32, to as u32)),
        frames: &frames[index],
    };
    let by_sound = found.record.as_ref().is_some_and(|record| record.proof == Proof::Sound);
    let drawn = context.brand.timeline(&Timeline {
        heading: words::heading(works.map(|subject| subject.work.title.as_str())).get(lang),
        verdict: message.get(lang),
        facts: &found.record.as_ref().map(|record| facts(record, lang)).unwrap_or_default(),
        works: [line(0), line(1)],
        agreement: &found.agreement,
        agreement_name: &say(if by_sound { Label::SoundAgreement } else { Label::Agreement }),
    });
    drawn.map_err(CommandError::from)
}

/// Returns the matching passage of each, milliseconds.
fn passages(found: &Comparison) -> [Option<(u64, u64)>; 2] {
    let record = found.record.as_ref();
    [
        record.map(|record| (record.from_ms, record.to_ms)),
        record.map(|record| (record.their_from_ms, record.their_to_ms)),
    ]
}

async fn strip(
    context: &Context,
    folder: &Path,
    work: &likeness::MatchedWork,
    from: u64,
    to: u64,
) -> Result<Vec<(u32, RgbImage)>, CommandError> {
    let moments: Vec<u64> =
        (0..FRAMES).map(|index| from + (to.saturating_sub(from)) * (2 * index + 1) / (2 * FRAMES)).collect();
    let stills = side_by_side::stills(context, folder, &work.file, work.root.as_deref(), &moments)
        .await
        .map_err(|failure| {
            let text = words::unusable(&work.file, &messages::line(&failure.finding()));
            CommandError::usage(text)
        })?;
    Ok(stills.into_iter().map(|(at_ms, picture)| (at_ms as u32, picture)).collect())
}

fn detail(subject: &Subject) -> String {
    let file = subject.work.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let whose = likenesses::whose(subject.work.department.as_deref(), subject.work.season_name.as_deref());
    [file, whose, subject.work.id.clone().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn facts(record: &LikenessRecord, lang: Lang) -> Vec<(String, String)> {
    let say = |label| words::label(label).get(lang).to_owned();
    let yes_or_no = if record.mirrored { Label::Yes } else { Label::No };
    let mut facts = vec![
        (say(Label::Result), likenesses::class(record.class).get(lang).to_owned()),
        (say(Label::Sure), format!("{} %", sure_percent(record.confidence))),
        (say(Label::Evidence), likenesses::proof(record.proof).get(lang).to_owned()),
        (say(Label::Speed), format!("{:.2}×", record.speed)),
        (say(Label::Mirrored), say(yes_or_no)),
    ];
    if let Some(window) = &record.window {
        facts.push((say(Label::Cut), likenesses::upright(window.cut).get(lang).to_owned()));
    }
    facts
}
