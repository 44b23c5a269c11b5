//! `jincai check`: inspects and decides, encodes nothing.

mod table;

use crate::pipeline::decide;
use crate::pipeline::manifest_entry;
use crate::pipeline::plan;
use crate::pipeline::reuse;
use crate::text::Visible;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::error::CommandError;
use super::run_output::{self, Show, TargetNames};
use super::session::Session;
use crate::intake::discover;
use crate::model;
use crate::model::finding::{Finding, Severity, Verdict};
use crate::model::language::{Bilingual, Lang};
use crate::model::plan::Plan;
use crate::model::preset::Preset;
use crate::pipeline::reuse::Forecast;
use crate::present::messages;
use crate::present::messages::cli::{self as words, Label};
use crate::present::messages::posters;
use crate::work::context::Context;
use crate::work::context::Events;
use crate::work::decision::Decision;

/// CPU seconds to encode one megapixel with the default settings, everything else included. Measured on the
/// benchmark machine (see `benches/README.md`); another machine differs, the order of magnitude does not.
const CPU_S_PER_MEGAPIXEL: f64 = 0.026;

/// The outcome of one work for one target.
#[derive(Clone, Debug, Serialize)]
struct Cell {
    target: String,
    fate: Fate,
    reasons: Vec<Bilingual>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Fits,
    WillBeMended,
    NeedsAPerson,
    Duplicate,
    /// A poster is made for screens only.
    NotMade,
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Row {
    work: String,
    verdict: Verdict,
    duplicate_of: Option<String>,
    likenesses: Vec<model::likeness::LikenessRecord>,
    targets: Vec<Cell>,
    findings: Vec<model::manifest::FindingRecord>,
    /// Targets by shared picture and by shared sound.
    shared_pictures: Vec<Vec<String>>,
    shared_sounds: Vec<Vec<String>>,
    /// Targets that the library holds already: a run makes nothing for them.
    in_library: Vec<String>,
    estimate_s: f64,
}

/// Prints work × target and an estimate of a run's time. Returns exit code 1 if a work was rejected or failed, or if
/// something could not be read.
pub async fn check(session: Session, paths: Vec<PathBuf>) -> Result<u8, CommandError> {
    let Session { context, lang, screen } = session;
    let found = discover::find(&paths, context.config.inbox.as_path(), context.config.library.as_path())?;
    let show = Arc::new(Show::of(&context, Arc::clone(&screen), lang, found.sources.len()));
    show.not_taken(&found, &paths);
    show.placeholders(&context);
    let unread = found.has_errors();
    let listener = Arc::clone(&show);
    let events: Events = Arc::new(move |event| listener.bars(&event));
    let decisions = decide::decide_all(&context, found.sources, &events).await;
    screen.end();
    let rows: Vec<Row> = decisions.iter().map(|one| row(&context, one)).collect();
    let names = run_output::names_of(&context);
    screen.say(&table::table(&rows, words::label(Label::Work).get(lang), &names, lang));
    for row in &rows {
        screen.event(row);
        screen.say(&format!("\n{}", text_of(row, &names, lang)));
    }
    screen.say("");
    let total_s: f64 = rows.iter().map(|row| row.estimate_s).sum();
    screen.say(words::estimate((total_s * 1000.0) as u64).get(lang));
    let needs_attention = rows.iter().any(|row| matches!(row.verdict, Verdict::Rejected | Verdict::Failed));
    Ok(u8::from(needs_attention || unread))
}

fn row(context: &Context, decision: &Decision) -> Row {
    let plan = plan::plan_of(context, decision);
    let forecast =
        plan.as_ref().map_or_else(Forecast::default, |plan| reuse::forecast(context, decision, plan));
    let estimate_s = plan.as_ref().map_or(0.0, |plan| estimate_s(context, plan, &forecast));
    let groups =
        |member: &dyn Fn(&model::plan::OutputPlan) -> Option<usize>, count: usize| -> Vec<Vec<String>> {
            let outputs = plan.iter().flat_map(|plan| &plan.outputs);
            let mut groups = vec![Vec::new(); count];
            for output in outputs {
                if let Some(group) = member(output).and_then(|index| groups.get_mut(index)) {
                    group.push(output.target.clone());
                }
            }
            groups
        };
    Row {
        work: decision.name(),
        verdict: decision.verdict,
        duplicate_of: decision.duplicate_of.as_ref().map(|repeated| repeated.shown.clone()),
        likenesses: decision.matches.iter().map(|found| found.record.clone()).collect(),
        targets: context.presets.iter().map(|preset| cell(decision, preset)).collect(),
        findings: decision.findings.iter().map(manifest_entry::record_of).collect(),
        shared_pictures: groups(
            &|output| Some(output.picture),
            plan.as_ref().map_or(0, |plan| plan.pictures.len()),
        ),
        shared_sounds: groups(&|output| output.sound, plan.as_ref().map_or(0, |plan| plan.sounds.len())),
        in_library: forecast.in_library,
        estimate_s,
    }
}

fn cell(decision: &Decision, preset: &Preset) -> Cell {
    let target = preset.id.as_str();
    let is_poster = decision.inspected.inspection.as_ref().is_some_and(|it| it.kind.is_poster());
    let is_left_out = is_poster && decision.verdict.is_accepted() && !preset.takes_posters();
    let concerns = |finding: &&Finding| finding.target.as_deref().is_none_or(|named| named == target);
    let of = |severity: Severity| {
        let found =
            decision.findings.iter().filter(concerns).filter(move |finding| finding.severity == severity);
        found.map(messages::line).collect::<Vec<_>>()
    };
    let (fate, reasons) = match decision.verdict {
        Verdict::Duplicate => (Fate::Duplicate, of(Severity::Error)),
        _ if is_left_out => (Fate::NotMade, Vec::new()),
        _ if !decision.targets.iter().any(|accepted| accepted == target) => {
            (Fate::NeedsAPerson, of(Severity::Error))
        }
        _ => match of(Severity::Note) {
            notes if notes.is_empty() => (Fate::Fits, notes),
            notes => (Fate::WillBeMended, notes),
        },
    };
    Cell { target: target.to_owned(), fate, reasons }
}

/// Returns how long a run would take for a plan, seconds.
fn estimate_s(context: &Context, plan: &Plan, forecast: &Forecast) -> f64 {
    let megapixels: f64 = forecast
        .pictures
        .iter()
        .map(|picture| {
            let recipe = &plan.pictures[*picture];
            let frames = plan.duration_us as f64 / 1e6 * recipe.frame_rate.as_f64();
            frames * f64::from(recipe.canvas.width) * f64::from(recipe.canvas.height) / 1e6
        })
        .sum();
    let cores = context.options.jobs as f64 * f64::from(context.options.threads);
    megapixels * CPU_S_PER_MEGAPIXEL / cores.max(1.0)
}

/// Returns the work's line, then one line for each group of targets with the same fate and reasons.
fn text_of(row: &Row, names: &TargetNames, lang: Lang) -> String {
    let name = |id: &str| names.get(id).map_or(id, |name| name.get(lang)).to_owned();
    let list =
        |ids: &[String], between: &str| ids.iter().map(|id| name(id)).collect::<Vec<_>>().join(between);
    let mut lines = vec![format!("{}  {}", Visible::of(&row.work), messages::verdict(row.verdict).get(lang))];
    if let Some(other) = &row.duplicate_of {
        lines.push(format!("  = {}", Visible::of(other)));
    }
    let mut shown: Vec<&Cell> = Vec::new();
    for cell in &row.targets {
        if shown.iter().any(|shown| shown.fate == cell.fate && shown.reasons == cell.reasons) {
            continue;
        }
        shown.push(cell);
        let same =
            row.targets.iter().filter(|other| other.fate == cell.fate && other.reasons == cell.reasons);
        let names = same.map(|cell| name(&cell.target)).collect::<Vec<_>>().join(if lang == Lang::Zh {
            "、"
        } else {
            ", "
        });
        lines.push(format!("  {} {}", fate_label(cell.fate).get(lang), names));
        // The target is named above its reasons.
        let begun = messages::behind(&cell.target, "", lang);
        let bare = |reason: &Bilingual| {
            let reason = reason.get(lang);
            format!("      {}", reason.strip_prefix(&begun).unwrap_or(reason))
        };
        lines.extend(cell.reasons.iter().map(bare));
    }
    for finding in row.findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        let said = match &finding.target {
            Some(target) => messages::behind(&name(target), finding.sentence(lang), lang),
            None => finding.message.get(lang).to_owned(),
        };
        lines.push(format!("  ! {said}"));
    }
    for (groups, shared) in [(&row.shared_pictures, Label::OnePicture), (&row.shared_sounds, Label::OneSound)]
    {
        let several = groups.iter().filter(|group| group.len() > 1).map(|group| list(group, " = "));
        let several: Vec<String> = several.collect();
        if !several.is_empty() {
            lines.push(format!("  {} {}", words::label(shared).get(lang), several.join(" · ")));
        }
    }
    if !row.in_library.is_empty() {
        lines.push(format!("  {} {}", words::label(Label::InLibrary).get(lang), list(&row.in_library, " ")));
    }
    lines.join("\n")
}

fn fate_label(fate: Fate) -> Bilingual {
    match fate {
        Fate::Fits => words::label(Label::Fits),
        Fate::WillBeMended => words::label(Label::WillBeFixed),
        Fate::NeedsAPerson => words::label(Label::NeedsPerson),
        Fate::Duplicate => messages::verdict(Verdict::Duplicate),
        Fate::NotMade => posters::NOT_MADE.into(),
    }
}
