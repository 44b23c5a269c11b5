//! Covers, posting texts, manifest, catalogue: from a verified work to a published one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use image::RgbImage;
use sha2::{Digest, Sha256};

use super::judge::Judged;
use super::make::{From, Made, Output, card_texts};
use super::shop::{Failure, JobError, Library, Shop};
use crate::catalog::{FileKind, FileRow, RenditionRow, WorkRow};
use crate::covers;
use crate::manifest;
use crate::messages;
use crate::model::finding::{Code, Finding};
use crate::model::job::Verified;
use crate::model::manifest::{
    AudioTrack, Cover, Encodes, FindingRecord, Manifest, PictureEncode, PostRecord, Rendition, SoundEncode,
    SourceRecord, VideoTrack, Work,
};
use crate::model::plan::hex;
use crate::model::preset::{CoverSpec, ImageFormat, Preset};
use crate::planner::Mode;
use crate::posting::{self, PostInput};
use crate::staging::{Content, Publication, folder_name, safe_name};

/// Everything that goes into the library for one work.
#[derive(Default)]
struct Parcel {
    /// Path in the library, kind, and where the content comes from.
    pieces: Vec<Piece>,
}

struct Piece {
    to: String,
    kind: FileKind,
    content: Held,
    sha256: String,
    bytes: u64,
}

enum Held {
    Staged(PathBuf),
    Bytes(Vec<u8>),
    /// Another piece of this parcel, or a file the library holds.
    SameAs(String),
    /// Already in its place.
    InPlace,
}

impl Parcel {
    fn bytes(&mut self, to: String, kind: FileKind, bytes: Vec<u8>) -> (String, u64) {
        let (sha256, length) = (hex(&Sha256::digest(&bytes)), bytes.len() as u64);
        self.pieces.push(Piece {
            to,
            kind,
            content: Held::Bytes(bytes),
            sha256: sha256.clone(),
            bytes: length,
        });
        (sha256, length)
    }

    fn send(&self, library: &Library) -> Result<(), JobError> {
        let root = library.staging.library();
        let targets: Vec<PathBuf> = self.pieces.iter().map(|piece| root.join(&piece.to)).collect();
        let sources: Vec<Option<PathBuf>> = self
            .pieces
            .iter()
            .map(|piece| match &piece.content {
                Held::SameAs(other) => Some(root.join(other)),
                _ => None,
            })
            .collect();
        let publications: Vec<Publication<'_>> = self
            .pieces
            .iter()
            .zip(&targets)
            .zip(&sources)
            .filter_map(|((piece, to), same)| {
                let content = match (&piece.content, same) {
                    (Held::Staged(path), _) => Content::Staged(path),
                    (Held::Bytes(bytes), _) => Content::Bytes(bytes),
                    (_, Some(same)) => Content::SameAs(same),
                    _ => return None,
                };
                Some(Publication { content, to })
            })
            .collect();
        Ok(library.staging.publish_all(&publications)?)
    }
}

/// Publishes a made work and records it. Returns its manifest entry.
pub(super) fn publish(
    shop: &Shop,
    library: &Library,
    (id, judged): (&str, &Judged),
    made: Made,
) -> Result<Work, Failure> {
    let began = std::time::Instant::now();
    let title = judged.submission.title();
    let place = place(shop, id, judged);
    let mut findings = judged.findings.clone();
    findings.extend(made.findings.iter().cloned());
    let mut parcel = Parcel::default();
    let mut covers = CoverMaker::new(shop, judged, &made)?;
    let mut renditions = Vec::new();
    let mut first_of_file: HashMap<usize, String> = HashMap::new();
    for (index, Output { key, from }) in made.outputs.iter().enumerate() {
        let output = &made.plan.outputs[index];
        let Some(preset) = shop.presets.iter().find(|preset| preset.id == output.target) else { continue };
        let folder = format!("{place}/{}", output.target);
        let rendition = match from {
            From::Kept(kept) => {
                keep(kept, &folder, library, &mut parcel)?;
                (**kept).clone()
            }
            From::Rendered(file) => {
                let (staged, verified) = &made.files[*file];
                let to = format!("{folder}/{}.{}", safe_name(&title), output.container);
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
                let covers = covers.for_target(preset, &folder, &mut parcel, &mut findings)?;
                let post = post(shop, judged, preset, (&folder, &mut parcel), &mut findings);
                rendition(&made, index, (to, verified), (covers, post))
            }
        };
        renditions.push(RenditionRow {
            output_key: key.clone(),
            draft: shop.options.mode == Mode::Draft,
            rendition,
        });
    }
    if let Some(sheet) = covers.contact_sheet()? {
        parcel.bytes(format!("{place}/contact-sheet.jpg"), FileKind::Sheet, sheet);
    } else {
        keep_sheet(&place, library, &mut parcel);
    }
    let mut work = work_record(shop, id, judged, &findings);
    work.renditions = renditions.iter().map(|row| row.rendition.clone()).collect();
    work.encodes = encodes(&made);
    work.timings = made.timings;
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
        (&renditions, &rows(&parcel, id)),
    )?;
    drop(made.folder);
    Ok(work)
}

/// Records a work that was not made. What an earlier run published of it is withdrawn, unless this run failed for
/// a reason that is not the work's own.
pub(super) fn record_unmade(
    shop: &Shop,
    library: &Library,
    (id, judged): (&str, &Judged),
) -> Result<Work, Failure> {
    let work = work_record(shop, id, judged, &judged.findings);
    let packets = judged.inspection.as_ref().map(|inspection| inspection.packets_sha256.clone());
    record(shop, library, judged, (&work, packets), (&[], &[]))?;
    Ok(work)
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
    let let_go = library.catalog().record_work(&row, renditions, files).map_err(JobError::from)?;
    retire(library, &let_go)?;
    Ok(())
}

/// Removes files that nothing refers to any more.
pub(super) fn retire(library: &Library, paths: &[String]) -> Result<(), JobError> {
    for path in paths {
        library.staging.retire(Path::new(path))?;
        library.catalog().gone(path)?;
    }
    Ok(())
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

/// The season that the date of submission lies in.
fn season_of(shop: &Shop, judged: &Judged) -> Option<String> {
    let date = judged.submission.details.submitted.clone().unwrap_or_else(|| {
        let nanoseconds = judged.submission.source.stamp.modified_ns;
        crate::clock::local_date(nanoseconds)
    });
    // ISO dates sort as text.
    let season = shop.config.seasons.iter().find(|season| season.from <= date && date <= season.to)?;
    Some(season.id.clone())
}

fn rows(parcel: &Parcel, id: &str) -> Vec<FileRow> {
    parcel
        .pieces
        .iter()
        .map(|piece| FileRow {
            path: piece.to.clone(),
            sha256: piece.sha256.clone(),
            bytes: piece.bytes,
            work_id: Some(id.to_owned()),
            kind: piece.kind,
        })
        .collect()
}

/// A rendition that is still as it should be stays where it is, or gets its new name by a link.
fn keep(kept: &Rendition, folder: &str, library: &Library, parcel: &mut Parcel) -> Result<(), Failure> {
    let root = library.staging.library();
    parcel.pieces.push(Piece {
        to: kept.file.clone(),
        kind: FileKind::Video,
        content: Held::InPlace,
        sha256: kept.sha256.clone(),
        bytes: kept.bytes,
    });
    for cover in &kept.covers {
        parcel.pieces.push(Piece {
            to: cover.file.clone(),
            kind: FileKind::Cover,
            content: Held::InPlace,
            sha256: cover.sha256.clone(),
            bytes: cover.bytes,
        });
    }
    if kept.post.is_some() {
        let to = format!("{folder}/post.txt");
        if let Ok(bytes) = std::fs::read(root.join(&to)) {
            parcel.bytes(to, FileKind::Post, bytes);
        }
    }
    Ok(())
}

fn keep_sheet(place: &str, library: &Library, parcel: &mut Parcel) {
    let to = format!("{place}/contact-sheet.jpg");
    if let Ok(bytes) = std::fs::read(library.staging.library().join(&to)) {
        parcel.bytes(to, FileKind::Sheet, bytes);
    }
}

/// Makes each distinct cover once.
struct CoverMaker<'a> {
    shop: &'a Shop,
    judged: &'a Judged,
    stills: Vec<(u64, RgbImage)>,
    focus: (f64, f64),
    made: Vec<(CoverSpec, Vec<u8>)>,
}

impl<'a> CoverMaker<'a> {
    fn new(shop: &'a Shop, judged: &'a Judged, made: &Made) -> Result<Self, Failure> {
        let mut stills = Vec::new();
        for (at_us, path) in &made.stills {
            let image =
                image::open(path).map_err(|error| broken(format!("a still cannot be read: {error}")))?;
            stills.push((*at_us, image.into_rgb8()));
        }
        let candidates = judged.inspection.as_ref().map(|inspection| inspection.cover_candidates.as_slice());
        let focus = candidates.and_then(|best| best.first()).map_or((0.5, 0.5), |best| best.focus);
        Ok(Self { shop, judged, stills, focus, made: Vec::new() })
    }

    fn for_target(
        &mut self,
        preset: &Preset,
        folder: &str,
        parcel: &mut Parcel,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<Cover>, Failure> {
        let mut covers = Vec::new();
        for spec in &preset.cover {
            let bytes = self.cover(spec, findings)?;
            let extension = match spec.format {
                ImageFormat::Jpeg => "jpg",
                ImageFormat::Png => "png",
            };
            let file = format!("{folder}/cover-{}x{}.{extension}", spec.size.width, spec.size.height);
            let (sha256, bytes) = parcel.bytes(file.clone(), FileKind::Cover, bytes);
            covers.push(Cover { file, width: spec.size.width, height: spec.size.height, sha256, bytes });
        }
        Ok(covers)
    }

    fn cover(&mut self, spec: &CoverSpec, findings: &mut Vec<Finding>) -> Result<Vec<u8>, Failure> {
        if let Some((_, bytes)) = self.made.iter().find(|(made, _)| made == spec) {
            return Ok(bytes.clone());
        }
        let still = self.stills.first().map(|(_, still)| still);
        let still = still.ok_or_else(|| broken("no still was taken for the covers"))?;
        let title = match self.shop.config.covers.title {
            true => {
                let texts = card_texts(self.shop, self.judged);
                Some(self.shop.brand.cover_title(spec.size, &texts).map_err(JobError::from)?)
            }
            false => None,
        };
        let (bytes, more) = covers::compose(still, spec, self.focus, title.as_ref()).map_err(broken)?;
        findings.extend(more);
        self.made.push((spec.clone(), bytes.clone()));
        Ok(bytes)
    }

    fn contact_sheet(&self) -> Result<Option<Vec<u8>>, Failure> {
        if self.stills.is_empty() {
            return Ok(None);
        }
        covers::contact_sheet(&self.stills).map(Some).map_err(broken)
    }
}

fn broken(detail: impl ToString) -> Failure {
    let detail = detail.to_string();
    Failure::new(Finding::error(Code::RenderFailed).arg("detail", &detail), detail)
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

fn encodes(made: &Made) -> Encodes {
    let targets = |takes: &dyn Fn(&crate::model::plan::OutputPlan) -> bool| -> Vec<String> {
        made.plan.outputs.iter().filter(|output| takes(output)).map(|output| output.target.clone()).collect()
    };
    Encodes {
        pictures: made
            .plan
            .pictures
            .iter()
            .enumerate()
            .map(|(index, recipe)| {
                let frames = made.rendered.frames.get(index).copied().unwrap_or(0);
                PictureEncode::new(recipe, targets(&|output| output.picture == index), frames)
            })
            .collect(),
        sounds: made
            .plan
            .sounds
            .iter()
            .enumerate()
            .map(|(index, recipe)| SoundEncode::new(recipe, targets(&|output| output.sound == Some(index))))
            .collect(),
    }
}

/// The manifest's entry without renditions.
fn work_record(shop: &Shop, id: &str, judged: &Judged, findings: &[Finding]) -> Work {
    let submission = &judged.submission;
    let inspection = judged.inspection.as_ref();
    let before = submission.known.as_ref().map(|known| known.manifest.revision);
    Work {
        id: id.to_owned(),
        title: submission.title(),
        department: submission.department(shop),
        season: season_of(shop, judged),
        authors: submission.details.authors.clone(),
        revision: before.unwrap_or(0) + 1,
        draft: shop.options.mode == Mode::Draft,
        source: SourceRecord {
            path: submission.source.path.clone(),
            sha256: inspection.map(|inspection| inspection.sha256.clone()),
            bytes: submission.source.stamp.bytes,
            duration_ms: inspection.map(|inspection| inspection.duration_us / 1000),
            display: inspection.map(|inspection| inspection.video.display),
            captured_at: inspection.and_then(|inspection| inspection.captured_at.clone()),
        },
        verdict: judged.verdict,
        duplicate_of: judged.duplicate_of.clone(),
        findings: findings.iter().map(record_of).collect(),
        renditions: Vec::new(),
        encodes: Encodes::default(),
        made_at: shop.now(),
        made_by: shop.program(),
        timings: Default::default(),
    }
}

/// A finding with its texts, as the manifest holds it.
pub fn record_of(finding: &Finding) -> FindingRecord {
    FindingRecord {
        code: finding.code,
        severity: finding.severity,
        target: finding.target.clone(),
        measured: finding.measured.clone(),
        limit: finding.limit.clone(),
        message: messages::text(finding),
    }
}
