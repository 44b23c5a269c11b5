//! The files that the parts of a profile ask for, and what sheets say.

use sha2::{Digest, Sha256};

use super::super::naming::Slot;
use super::super::{forms, papers, rules};
use super::{Inputs, length};
use crate::model::people::Personal;
use crate::model::showcase::candidate::{Candidate, FileOf, Released};
use crate::model::showcase::plan::{Entry, Open, Origin, PlannedFile, Stop};
use crate::model::showcase::profile::{Ask, Column, HERE, Part, Rule, Take};
use crate::present::messages::showcase as words;
use crate::text::hex;

/// A file of a work before it has its name.
pub(super) struct Piece<'a> {
    pub part: &'a Part,
    pub from: Origin,
    suffix: String,
    ending: String,
}

impl Piece<'_> {
    pub fn slot(&self) -> Slot<'_> {
        Slot { part: self.part, suffix: self.suffix.clone(), ending: self.ending.clone() }
    }
}

/// Returns the files of a work, and what is lacking of them.
pub(super) fn of_work<'a>(
    inputs: Inputs<'a>,
    candidate: &Candidate,
    released: &Released,
) -> (Vec<Piece<'a>>, Vec<Open>) {
    let (mut pieces, mut open) = (Vec::new(), Vec::new());
    for part in inputs.profile.parts_of_works() {
        match of_part(inputs, part, candidate, released) {
            Ok(found) => pieces.extend(found),
            // What is not required may be missing, but what lies there has to be right.
            Err(lacking) if part.required || !lacking.is_absence() => open.push(lacking),
            Err(_) => {}
        }
    }
    (pieces, open)
}

fn of_part<'a>(
    inputs: Inputs<'a>,
    part: &'a Part,
    candidate: &Candidate,
    released: &Released,
) -> Result<Vec<Piece<'a>>, Open> {
    let is_shared = inputs.profile.parts_of_works().filter(|other| other.path == part.path).count() > 1;
    let one = |from: Origin, suffix: &str, ending: &str| Piece {
        part,
        from,
        suffix: if is_shared { suffix.to_owned() } else { String::new() },
        ending: ending.to_owned(),
    };
    let nothing = || Open::NoPart { take: part.take };
    let text = |text: String, suffix| one(Origin::Text { text: words::text_file(&text) }, suffix, "txt");
    Ok(match part.take {
        Take::Video => {
            let video = released.video.clone();
            let from = match inputs.profile.marks.identity {
                Rule::Forbidden => Origin::WithoutTags(video),
                _ => Origin::Library(video),
            };
            vec![one(from, "", "mp4")]
        }
        Take::Cover => vec![one(Origin::Library(cover(part, released)?), &cover_suffix(inputs, part), "jpg")],
        Take::Synopsis => {
            let synopsis = candidate.about.synopsis.as_deref().filter(|text| !text.trim().is_empty());
            vec![text(
                words::synopsis(&candidate.title, synopsis.ok_or_else(nothing)?),
                words::suffix(part.take),
            )]
        }
        Take::Post => vec![text(released.post.clone().ok_or_else(nothing)?, words::suffix(part.take))],
        Take::Source => {
            let file = candidate.source.clone().ok_or_else(nothing)?;
            let ending =
                file.path.as_path().extension().map(|ending| ending.to_string_lossy().to_lowercase());
            let ending = ending.filter(|ending| ending.chars().all(|c| c.is_ascii_alphanumeric()));
            let ending = ending.unwrap_or_else(|| "bin".to_owned());
            vec![one(Origin::Source(file), words::suffix(part.take), &ending)]
        }
        Take::Links => {
            let links = words::links(&candidate.title, &candidate.posts);
            vec![text(links.ok_or_else(nothing)?, words::suffix(part.take))]
        }
        Take::Screenshots => {
            if let Some(file) = candidate.lost.first() {
                return Err(Open::Gone { file: file.clone() });
            }
            screenshots(candidate, part).ok_or_else(nothing)?
        }
        Take::Paper => {
            let name = part.name.clone().unwrap_or_default();
            let among = inputs.papers.of_work(&candidate.work);
            let folder = inputs.papers.folder.join(&candidate.work);
            let (from, ending) = papers::find(part, among, &folder, is_anonymous(inputs))?;
            vec![one(from, &format!("-{name}"), &ending)]
        }
        Take::Form => {
            let name = forms::name_of(part);
            let (from, ending) = form(inputs, part, candidate)?;
            vec![one(from, &format!("-{name}"), &ending)]
        }
        Take::Sheet => Vec::new(),
    })
}

fn is_anonymous(inputs: Inputs<'_>) -> bool {
    inputs.profile.marks.identity == Rule::Forbidden
}

/// Returns the digest of a question and of the papers among a work's files: whoever answers has seen these.
pub(super) fn about(ask: &Ask, pieces: &[Piece<'_>]) -> String {
    let mut sha256 = Sha256::new();
    sha256.update(&ask.text.zh);
    for piece in pieces {
        if let Origin::Paper { sha256: paper, .. } = &piece.from {
            sha256.update("\n");
            sha256.update(paper);
        }
    }
    hex(&sha256.finalize())
}

/// Returns the form of a work: as somebody filled it by hand and put it in, else the organiser's, to be filled.
fn form(inputs: Inputs<'_>, part: &Part, candidate: &Candidate) -> Result<(Origin, String), Open> {
    let by_hand = Part { name: Some(forms::name_of(part)), ..part.clone() };
    let folder = inputs.papers.folder.join(&candidate.work);
    let among = inputs.papers.of_work(&candidate.work);
    match papers::find(&by_hand, among, &folder, is_anonymous(inputs)) {
        Err(Open::NoPaper { .. }) => inputs.forms.of(part).map(|(from, ending)| (from, ending.to_owned())),
        found => found,
    }
}

fn cover(part: &Part, released: &Released) -> Result<FileOf, Open> {
    let is_meant = |size| part.size.is_none_or(|wanted| wanted == size);
    let found = released.covers.iter().find(|(size, _)| is_meant(*size));
    found.map(|(_, file)| file.clone()).ok_or(Open::NoCover { size: part.size })
}

/// Several covers in one folder are told apart by their sizes.
fn cover_suffix(inputs: Inputs<'_>, part: &Part) -> String {
    let covers = inputs
        .profile
        .part
        .iter()
        .filter(|other| other.take == Take::Cover && other.path == part.path)
        .count();
    match part.size.filter(|_| covers > 1) {
        Some(size) => format!("-{}x{}", size.width, size.height),
        None => String::new(),
    }
}

fn screenshots<'a>(candidate: &Candidate, part: &'a Part) -> Option<Vec<Piece<'a>>> {
    let shots = candidate.posts.iter().filter_map(|post| post.screenshot.as_ref());
    let pieces: Vec<Piece<'_>> = shots
        .zip(1..)
        .map(|(shot, number)| Piece {
            part,
            from: Origin::Library(FileOf {
                path: shot.file.clone().into(),
                sha256: shot.sha256.clone(),
                bytes: shot.bytes,
            }),
            suffix: format!("{}{number}", words::suffix(part.take)),
            ending: shot.file.rsplit_once('.').map_or("png", |(_, ending)| ending).to_owned(),
        })
        .collect();
    (!pieces.is_empty()).then_some(pieces)
}

/// Returns a part that is there once.
pub(super) fn of_package(inputs: Inputs<'_>, part: &Part) -> Result<PlannedFile, Open> {
    let name = part.name.clone().unwrap_or_default();
    let (from, ending) = match part.take {
        Take::Sheet => (Origin::Sheet { columns: part.columns.clone() }, "xlsx".to_owned()),
        _ => papers::find(part, &inputs.papers.of_package, &inputs.papers.folder, is_anonymous(inputs))?,
    };
    if let Some(Stop::TooLargeForDisk { .. }) = rules::too_large_for_disk(inputs.profile, from.bytes()) {
        return Err(Open::PaperTooLarge { file: format!("{name}.{ending}"), most: rules::FAT32_MAX_BYTES });
    }
    let file = format!("{name}.{ending}");
    let path = if part.path == HERE { file } else { format!("{}/{file}", part.path) };
    Ok(PlannedFile { path, take: part.take, from })
}

/// Returns what every column says of a work.
pub(super) fn cells(
    inputs: Inputs<'_>,
    candidate: &Candidate,
    released: &Released,
    entry: &Entry,
) -> Vec<(Column, String)> {
    let about = &candidate.about;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let video = entry.files.iter().find(|file| file.take == Take::Video);
    let links: Vec<&str> = candidate.posts.iter().filter_map(|post| post.url.as_deref()).collect();
    vec![
        (Column::No, entry.no.to_string()),
        (Column::Id, candidate.work.clone()),
        (Column::Title, candidate.title.clone()),
        (Column::Category, text(&about.category)),
        (Column::Department, text(&candidate.department)),
        (Column::College, inputs.college.to_owned()),
        (Column::Authors, candidate.authors.join("、")),
        (Column::Author, candidate.authors.first().cloned().unwrap_or_default()),
        (Column::Teacher, about.advisors.join("、")),
        (Column::Class, text(&about.class)),
        (
            Column::Season,
            candidate.season_name.clone().or_else(|| candidate.season.clone()).unwrap_or_default(),
        ),
        (Column::Submitted, candidate.submitted.clone()),
        (Column::Duration, length(released.measured.duration_ms)),
        (Column::Size, released.measured.size.to_string()),
        (Column::Bytes, released.measured.bytes.to_string()),
        (Column::Synopsis, text(&about.synopsis)),
        (Column::Ai, words::ai(candidate.ai).to_owned()),
        (Column::Links, links.join("\n")),
        (Column::Folder, entry.folder.clone().unwrap_or_default()),
        (Column::File, video.map(|file| file.path.clone()).unwrap_or_default()),
        (Column::Sha256, released.video.sha256.clone()),
        (Column::Phone, forms::of_first_author(inputs.people, candidate, Personal::Phone)),
        (Column::Email, forms::of_first_author(inputs.people, candidate, Personal::Email)),
        (Column::StudentId, forms::of_first_author(inputs.people, candidate, Personal::StudentId)),
        (Column::Contact, forms::contact_of(inputs.people, candidate)),
    ]
}
