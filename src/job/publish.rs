//! Covers, posting texts, manifest, catalogue: from a verified work to a published one.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::cover::CoverMaker;
use super::entry::{add_encodes, encodes, season_of, work_record};
use super::evidence;
use super::fingerprints;
use super::judge::Judged;
use super::make::{From, Made, Output, not_asked_for};
use super::parcel::{Held, Parcel, Piece, read_if_there};
use super::senior::SECOND_NS;
use super::shop::{Failure, JobError, Library, Shop};
use crate::library::catalog::{FileKind, FileRow, Removal, RenditionRow, WorkRow};
use crate::library::manifest;
use crate::library::staging::{Published, Retired, folder_name, safe_name};
use crate::model::finding::{Code, Finding, Severity, Verdict};
use crate::model::job::Verified;
use crate::model::manifest::{
    AudioTrack, Cover, Manifest, PostRecord, PublishedFrom, Rendition, VideoTrack, Work,
};
use crate::model::preset::Preset;
use crate::policy::planner::Mode;
use crate::policy::posting::{self, PostInput};

/// What shows why a work was not made lies here, under the work's id: it has no folder of its own among the works that
/// are ready to post. It goes when the work is decided anew.
const REFUSED_FOLDER: &str = "duplicates";

/// Publishes a made work and records it. Returns its manifest entry.
pub(super) fn publish(
    shop: &Shop,
    library: &Library,
    (id, judged): (&str, &Judged),
    made: Made,
) -> Result<Work, Failure> {
    let began = std::time::Instant::now();
    let title = judged.submission.title();
    // Nobody shall post one by mistake.
    let is_draft = shop.options.mode == Mode::Draft;
    let draft = if is_draft { "（小样）" } else { "" };
    let name = safe_name(&format!("{draft}{title}"));
    let place = place(shop, id, judged);
    let mut findings = judged.findings.clone();
    // The render decoded everything: what it lost is exact, what the inspection saw of it was a part.
    if made.findings.iter().any(|finding| finding.code == Code::Damaged) {
        findings.retain(|finding| finding.code != Code::Damaged);
    }
    findings.extend(made.findings.iter().cloned());
    let mut parcel = Parcel::default();
    let rendered = |target: &str| {
        let made = made.plan.outputs.iter().zip(&made.outputs);
        made.into_iter().any(|(output, how)| output.target == target && matches!(how.from, From::Rendered(_)))
    };
    let presets: Vec<&Preset> = shop.presets.iter().filter(|preset| rendered(&preset.id)).collect();
    let covers = CoverMaker::new(shop, judged, &made, &presets, &mut findings)?;
    let mut renditions = Vec::new();
    let mut first_of_file: HashMap<usize, String> = HashMap::new();
    for (index, Output { key, from }) in made.outputs.iter().enumerate() {
        let output = &made.plan.outputs[index];
        let Some(preset) = shop.presets.iter().find(|preset| preset.id == output.target) else { continue };
        let folder = format!("{place}/{}", output.target);
        let rendition = match from {
            From::Kept(kept) => parcel.keep_rendition(kept, &folder, library)?,
            From::Rendered(file) => {
                let (staged, verified) = &made.files[*file];
                let to = format!("{folder}/{name}.{}", output.container);
                let content = match first_of_file.get(file) {
                    Some(first) => Held::SameAs(first.clone()),
                    None => Held::Staged(staged.clone()),
                };
                first_of_file.entry(*file).or_insert_with(|| to.clone());
                parcel.pieces.push(Piece {
                    to: to.clone(),
                    kind: FileKind::Video,
                    content,
                    sha256: verified.sha256.clone(),
                    bytes: verified.bytes,
                });
                let covers = covers.for_target(preset, &folder, &mut parcel);
                let post = post(shop, judged, preset, (&folder, &mut parcel), &mut findings);
                rendition(&made, index, (to, verified), (covers, post))
            }
        };
        renditions.push(RenditionRow { output_key: key.clone(), draft: is_draft, rendition });
    }
    let others = not_asked_for(shop, judged)?;
    for row in &others {
        let folder = format!("{place}/{}", row.rendition.target);
        let rendition = parcel.keep_rendition(&row.rendition, &folder, library)?;
        renditions.push(RenditionRow { rendition, ..row.clone() });
    }
    in_known_order(&mut renditions, judged);
    if let Some(sheet) = covers.contact_sheet()? {
        parcel.bytes(format!("{place}/contact-sheet.jpg"), FileKind::Sheet, sheet);
    } else {
        keep_sheet((&place, judged), library, &mut parcel)?;
    }
    let likenesses = evidence::enclose(judged, &format!("{place}/likeness"), &mut parcel);
    fingerprints::enclose(judged, &place, &mut parcel);
    let mut work = work_record(shop, id, judged, &findings);
    work.likenesses = likenesses;
    work.renditions = renditions.iter().map(|row| row.rendition.clone()).collect();
    work.encodes = encodes(&made);
    if let Some(known) = &judged.submission.known {
        let others: BTreeSet<&str> = others.iter().map(|row| row.rendition.target.as_str()).collect();
        add_encodes(&mut work.encodes, &known.manifest.encodes, &others);
        // What was said of those targets holds on.
        let is_theirs = |target: &Option<String>| target.as_deref().is_some_and(|id| others.contains(id));
        let theirs = known.manifest.findings.iter().filter(|finding| is_theirs(&finding.target));
        work.findings.extend(theirs.cloned());
    }
    work.timings = made.timings;
    set_revision(&mut work, judged);
    work.timings.publish_ms = began.elapsed().as_millis() as u64;
    let manifest = Manifest::new(shop.now(), shop.program(), vec![work.clone()]);
    let json = manifest::to_json(&manifest).map_err(JobError::from)?;
    parcel.bytes(format!("{place}/manifest.json"), FileKind::Manifest, json);
    parcel.send(library)?;
    let inspection = judged.inspection.as_ref();
    record(
        shop,
        library,
        judged,
        (&work, inspection.map(|inspection| inspection.packets_sha256.clone())),
        (&renditions, &parcel.rows(id)),
    )?;
    drop(made.folder);
    Ok(work)
}

/// Targets that the work had before keep their order, so that a run of some of them changes nothing.
fn in_known_order(renditions: &mut [RenditionRow], judged: &Judged) {
    let Some(known) = &judged.submission.known else { return };
    let known: Vec<&str> = known.manifest.renditions.iter().map(|made| made.target.as_str()).collect();
    let place = |row: &RenditionRow| known.iter().position(|target| *target == row.rendition.target);
    renditions.sort_by_key(|row| place(row).unwrap_or(known.len()));
}

/// Records a work that was not made. What an earlier run published of it is withdrawn, unless this run failed for
/// a reason that is not the work's own.
pub(super) fn record_unmade(
    shop: &Shop,
    library: &Library,
    (id, judged): (&str, &Judged),
) -> Result<Work, Failure> {
    let mut work = work_record(shop, id, judged, &judged.findings);
    if matches!(judged.verdict, Verdict::Rejected | Verdict::Duplicate) && keeps_published(judged) {
        return record_beside_the_old(shop, library, judged, work);
    }
    set_revision(&mut work, judged);
    let mut parcel = Parcel::default();
    work.likenesses = evidence::enclose(judged, &format!("{REFUSED_FOLDER}/{id}"), &mut parcel);
    parcel.send(library)?;
    let packets = judged.inspection.as_ref().map(|inspection| inspection.packets_sha256.clone());
    record(shop, library, judged, (&work, packets), (&[], &parcel.rows(id)))?;
    Ok(work)
}

/// Whether what the library publishes of a work stays though it is refused: the file is another than the one that was
/// published, or what lies beside it cannot be read, and a slip of the pen takes nothing off the screens. Where a work that
/// was refused has renditions, they are of what lay there before it: that was settled when it came.
pub(super) fn keeps_published(judged: &Judged) -> bool {
    let Some(known) = &judged.submission.known else { return false };
    let before = &known.manifest;
    let sha256 = judged.sha256();
    let was_refused = matches!(before.verdict, Verdict::Rejected | Verdict::Duplicate);
    let is_another = match (before.published_sha256(), sha256) {
        (Some(published), Some(sha256)) => published != sha256,
        (Some(_), None) => was_refused || !known.stamp.is_untouched(&judged.submission.source.stamp),
        // In a library of an earlier version a refused work does not say what its renditions are of.
        (None, _) => true,
    };
    let beside = [Code::SidecarInvalid, Code::CaptionsUnreadable];
    let mut errors = judged.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let is_unreadable = errors.any(|finding| beside.contains(&finding.code));
    !before.renditions.is_empty() && (is_another || is_unreadable)
}

/// A replacement that cannot be used: what was made of the file before stays until there is something better.
fn record_beside_the_old(
    shop: &Shop,
    library: &Library,
    judged: &Judged,
    mut work: Work,
) -> Result<Work, Failure> {
    let Some(known) = &judged.submission.known else { return Err(Failure::odd_reply()) };
    let before = &known.manifest;
    if judged.findings.iter().any(|finding| finding.code == Code::SidecarInvalid) {
        // What is published goes on under the title and the names that it was published under.
        work.title.clone_from(&before.title);
        work.authors.clone_from(&before.authors);
        work.department.clone_from(&before.department);
        work.season.clone_from(&before.season);
    }
    work.renditions = before.renditions.clone();
    work.published_from = published_from(known);
    work.draft = before.draft;
    work.encodes = before.encodes.clone();
    work.revision = before.revision;
    let (renditions, files) = {
        let catalog = library.catalog();
        let renditions = catalog.renditions_of(&before.id).map_err(JobError::from)?;
        (renditions, catalog.files_of(&before.id).map_err(JobError::from)?)
    };
    let folder = format!("{REFUSED_FOLDER}/{}", before.id);
    let mut parcel = Parcel::default();
    work.likenesses = evidence::enclose(judged, &folder, &mut parcel);
    parcel.send(library)?;
    let mut files: Vec<FileRow> = files.into_iter().filter(|file| !file.path.starts_with(&folder)).collect();
    files.extend(parcel.rows(&before.id));
    let packets = judged.inspection.as_ref().map(|inspection| inspection.packets_sha256.clone());
    record(shop, library, judged, (&work, packets), (&renditions, &files))?;
    Ok(work)
}

/// The file that the library's renditions of a work were made from, seen from a replacement that was refused.
fn published_from(known: &WorkRow) -> Option<PublishedFrom> {
    let before = &known.manifest;
    if !before.verdict.is_accepted() {
        return before.published_from.clone();
    }
    let source = &before.source;
    Some(PublishedFrom {
        sha256: source.sha256.clone()?,
        packets_sha256: known.packets_sha256.clone(),
        duration_ms: source.duration_ms,
        modified_s: i64::try_from(known.stamp.modified_ns / SECOND_NS).unwrap_or(i64::MAX),
    })
}

/// 1 when first made, one more each time what was made changes.
fn set_revision(work: &mut Work, judged: &Judged) {
    let Some(known) = &judged.submission.known else { return };
    let before = &known.manifest;
    let never_made = before.revision == 1 && before.renditions.is_empty();
    let changed = before.renditions != work.renditions && !never_made;
    work.revision = before.revision.saturating_add(u32::from(changed));
}

fn record(
    shop: &Shop,
    library: &Library,
    judged: &Judged,
    (work, packets_sha256): (&Work, Option<String>),
    (renditions, files): (&[RenditionRow], &[FileRow]),
) -> Result<(), Failure> {
    let row = WorkRow {
        source: judged.submission.source.path.as_path().to_owned(),
        relative: judged.submission.source.relative.as_path().to_owned(),
        stamp: judged.submission.source.stamp,
        packets_sha256,
        decided_with: judged.submission.decided_with.clone(),
        manifest: work.clone(),
        updated_at: shop.now(),
    };
    let removals = library.catalog().record_work(&row, renditions, files).map_err(JobError::from)?;
    remove(shop, library, &removals);
    Ok(())
}

/// Removes what was decided to be removed and is still there, such as after a kill.
pub(super) fn retire(shop: &Shop, library: &Library) -> Result<(), JobError> {
    let pending = library.catalog().pending_removals()?;
    remove(shop, library, &pending);
    Ok(())
}

/// What cannot be removed now is pending, and tried again when the library is next opened: its work is decided and recorded,
/// and nothing else waits for it.
fn remove(shop: &Shop, library: &Library, removals: &[Removal]) {
    for removal in removals {
        let (file, reason) = (removal.path(), removal.reason().name());
        let published = Published { sha256: removal.sha256(), bytes: removal.bytes() };
        let noted = match library.staging.retire_published(Path::new(file), published) {
            Ok(Retired::Removed) => {
                tracing::info!(file, reason, "a published file was removed");
                library.catalog().note_removed(removal, &shop.now())
            }
            Ok(Retired::LeftChanged) => {
                tracing::warn!(file, reason, "a file that somebody changed is left in the library");
                library.catalog().note_left(removal, &shop.now())
            }
            Err(error) => {
                tracing::warn!(%error, file, reason, "a published file is still to be removed");
                continue;
            }
        };
        if let Err(error) = noted {
            tracing::warn!(%error, file, "the end of a published file was not noted");
        }
    }
}

/// `SEASON/DEPARTMENT/TITLE-ID`.
fn place(shop: &Shop, id: &str, judged: &Judged) -> String {
    let season = season_of(shop, judged).unwrap_or_else(|| "未分季".to_owned());
    let department = judged.submission.department(shop).unwrap_or_else(|| "未分系部".to_owned());
    format!(
        "{}/{}/{}",
        safe_name(&season),
        safe_name(&department),
        folder_name(&judged.submission.title(), id)
    )
}

fn post(
    shop: &Shop,
    judged: &Judged,
    preset: &Preset,
    (folder, parcel): (&str, &mut Parcel),
    findings: &mut Vec<Finding>,
) -> Option<PostRecord> {
    preset.post.as_ref()?;
    let details = &judged.submission.details;
    let input = PostInput {
        title: judged.submission.title(),
        text: details.text.clone().unwrap_or_default(),
        authors: details.authors.clone(),
        department: judged.submission.department(shop),
        tags: details.tags.clone(),
    };
    let (text, more) = posting::compose(preset, &shop.config.campaign, &input);
    findings.extend(more);
    parcel.bytes(format!("{folder}/post.txt"), FileKind::Post, posting::render(&text, preset).into_bytes());
    Some(text)
}

fn rendition(
    made: &Made,
    index: usize,
    (file, verified): (String, &Verified),
    (covers, post): (Vec<Cover>, Option<PostRecord>),
) -> Rendition {
    let output = &made.plan.outputs[index];
    let picture = &made.plan.pictures[output.picture];
    Rendition {
        target: output.target.clone(),
        file,
        sha256: verified.sha256.clone(),
        bytes: verified.bytes,
        duration_ms: verified.duration_us.div_ceil(1000),
        width: verified.size.width,
        height: verified.size.height,
        frame_rate: verified.frame_rate,
        video: VideoTrack {
            codec: verified.video_codec.clone(),
            profile: verified.profile.clone(),
            recipe: picture.key(),
        },
        audio: output.sound.map(|sound| AudioTrack {
            codec: verified.audio_codec.clone().unwrap_or_default(),
            channels: verified.channels.unwrap_or(0),
            recipe: made.plan.sounds[sound].key(),
        }),
        loudness_lufs: verified.loudness_lufs,
        true_peak_dbtp: verified.true_peak_dbtp,
        edition: output.edition,
        covers,
        post,
    }
}

/// A work whose season or title changed lies in another folder now, and its sheet still in the old one.
fn keep_sheet(
    (place, judged): (&str, &Judged),
    library: &Library,
    parcel: &mut Parcel,
) -> Result<(), JobError> {
    const SHEET: &str = "contact-sheet.jpg";
    let renditions = judged.submission.known.iter().flat_map(|known| &known.manifest.renditions);
    let before = renditions.filter_map(|rendition| Path::new(&rendition.file).parent()?.parent()).next();
    let folders = [Some(Path::new(place)), before];
    const MOST_BYTES: u64 = 64 << 20;
    for folder in folders.into_iter().flatten() {
        let sheet = library.staging.library().join(folder).join(SHEET);
        if let Some(bytes) = read_if_there(&sheet, MOST_BYTES)? {
            parcel.bytes(format!("{place}/{SHEET}"), FileKind::Sheet, bytes);
            break;
        }
    }
    Ok(())
}
