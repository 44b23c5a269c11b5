//! The rules of a profile that one work satisfies or does not, by itself.

use crate::model::preset::Edition;
use crate::model::showcase::candidate::{AiSaid, Candidate, Measured};
use crate::model::showcase::plan::{Note, Stop};
use crate::model::showcase::profile::{AiRule, CURRENT, Column, Disk, Over, Profile, Rule};
use crate::text::tells;

/// Largest file of FAT32, bytes.
pub const FAT32_MAX_BYTES: u64 = u32::MAX as u64;

/// How much the length of a finished file may differ from what the rule says: less than a frame at 60 frames a second, and more
/// than what is lost where a length is rounded to a container's units.
const TOLERANCE_MS: f64 = 10.0;

/// How far an aspect may be from the one that is asked for: a canvas has whole pixels.
const ASPECT_TOLERANCE: f64 = 0.01;

/// Holds a finished file against a profile.
pub fn measured(profile: &Profile, it: &Measured) -> (Vec<Stop>, Vec<Note>) {
    let (mut stops, mut notes) = (Vec::new(), Vec::new());
    let rules = &profile.video;
    let (ms, bytes) = (it.duration_ms, it.bytes);
    if let Some(least_s) = rules.min_s.filter(|least| (ms as f64) + TOLERANCE_MS < least * 1000.0) {
        stops.push(Stop::TooShort { ms, least_s });
    }
    if let Some(most_s) = rules.max_s.filter(|most| ms as f64 > most * 1000.0 + TOLERANCE_MS) {
        match rules.over {
            Over::Refuse => stops.push(Stop::TooLong { ms, most_s }),
            Over::Warn => notes.push(Note::Longer { ms, most_s }),
        }
    }
    if let Some(most) = rules.max_bytes.filter(|most| bytes > *most) {
        match rules.over {
            Over::Refuse => stops.push(Stop::TooLarge { bytes, most }),
            Over::Warn => notes.push(Note::Larger { bytes, most }),
        }
    }
    stops.extend(too_large_for_disk(profile, bytes));
    let pixels = it.size.short_side();
    if let Some(least) = rules.min_short_side.filter(|least| pixels < *least) {
        stops.push(Stop::TooSmall { pixels, least });
    }
    let rate = it.bit_rate();
    if let Some(least) = rules.min_bit_rate.filter(|least| rate < *least) {
        stops.push(Stop::TooLowRate { rate, least });
    }
    if let Some(wanted) = rules.frame_rate.filter(|wanted| *wanted != it.frame_rate) {
        stops.push(Stop::FrameRate { rate: it.frame_rate, wanted });
    }
    let is_near = |wanted: f64| (it.size.aspect() / wanted - 1.0).abs() <= ASPECT_TOLERANCE;
    if !rules.aspects.is_empty() && !rules.aspects.iter().any(|aspect| is_near(aspect.as_f64())) {
        stops.push(Stop::Aspect { size: it.size, wanted: rules.aspects.clone() });
    }
    if rules.captions && !it.has_captions {
        stops.push(Stop::NoCaptions);
    }
    let has = it.edition == Edition::Branded;
    // The mark is the college's, so it tells whose work it is.
    let is_forbidden =
        profile.marks.watermark == Rule::Forbidden || profile.marks.identity == Rule::Forbidden;
    if is_forbidden && has || profile.marks.watermark == Rule::Required && !has {
        stops.push(Stop::Watermark { has });
    }
    (stops, notes)
}

/// Returns why no file of a size can lie on the disk that is handed in.
pub fn too_large_for_disk(profile: &Profile, bytes: u64) -> Option<Stop> {
    let is_too_large = profile.out.disk == Some(Disk::Fat32) && bytes > FAT32_MAX_BYTES;
    is_too_large.then_some(Stop::TooLargeForDisk { bytes })
}

/// Holds what is known of a work against a profile; `season` is the id of the season of the day.
pub fn known(profile: &Profile, it: &Candidate, season: Option<&str>) -> (Vec<Stop>, Vec<Note>) {
    let (mut stops, mut notes) = (Vec::new(), Vec::new());
    stops.extend(selected(profile, it, season));
    windows(profile, it, (&mut stops, &mut notes));
    people(profile, it, &mut stops);
    match profile.marks.ai {
        AiRule::Declared if it.ai == AiSaid::Nothing => stops.push(Stop::AiUndeclared),
        AiRule::Forbidden if it.ai == AiSaid::Nothing => stops.push(Stop::AiUndeclared),
        AiRule::Forbidden if matches!(it.ai, AiSaid::Generated | AiSaid::Labelled) => {
            stops.push(Stop::AiForbidden);
        }
        _ => {}
    }
    (stops, notes)
}

/// Returns why a work is not among those that the profile selects.
pub fn selected(profile: &Profile, it: &Candidate, season: Option<&str>) -> Vec<Stop> {
    let mut stops = Vec::new();
    let select = &profile.select;
    let is_of = |one: &String| match one.as_str() {
        CURRENT => season.is_some() && it.season.as_deref() == season,
        one => it.season.as_deref() == Some(one),
    };
    if !select.seasons.is_empty() && !select.seasons.iter().any(is_of) {
        stops.push(Stop::NotOfSeason { season: it.season_name.clone().or_else(|| it.season.clone()) });
    }
    let department = it.department.clone();
    if !select.departments.is_empty()
        && !department.as_ref().is_some_and(|department| select.departments.contains(department))
    {
        stops.push(Stop::NotOfDepartment { department });
    }
    let category = it.about.category.clone();
    if !select.categories.is_empty()
        && !category.as_ref().is_some_and(|category| select.categories.contains(category))
    {
        stops.push(Stop::NoCategory { category, known: select.categories.clone() });
    }
    stops
}

/// Dates compare as text: they are ISO.
fn windows(profile: &Profile, it: &Candidate, (stops, notes): (&mut Vec<Stop>, &mut Vec<Note>)) {
    if let Some(since) = &profile.when.made_since {
        if it.submitted < *since {
            stops.push(Stop::MadeBefore { date: it.submitted.clone(), since: since.clone() });
        } else if let Some(date) = it.captured.clone().filter(|date| date < since) {
            notes.push(Note::CapturedBefore { date, since: since.clone() });
        }
    }
    if profile.select.posted && it.posts.is_empty() {
        stops.push(Stop::NotPosted);
    }
    if let Some([from, to]) = &profile.when.published_between {
        let is_inside =
            |at: &str| at.get(..10).is_some_and(|date| (from.as_str()..=to.as_str()).contains(&date));
        if !it.posts.iter().any(|post| is_inside(&post.posted_at)) {
            stops.push(Stop::NotPostedBetween { from: from.clone(), to: to.clone() });
        }
    }
}

fn people(profile: &Profile, it: &Candidate, stops: &mut Vec<Stop>) {
    let (authors, teachers) = (it.authors.len(), it.about.advisors.len());
    if let Some(most) = profile.quota.authors_max.filter(|most| authors > *most as usize) {
        stops.push(Stop::TooManyAuthors { count: authors, most });
    }
    if let Some(most) = profile.quota.teachers_max.filter(|most| teachers > *most as usize) {
        stops.push(Stop::TooManyTeachers { count: teachers, most });
    }
    match profile.marks.identity {
        Rule::Free | Rule::Forbidden => {}
        Rule::Required => {
            if it.authors.is_empty() {
                stops.push(Stop::NobodyNamed { column: Column::Authors });
            }
            if it.department.is_none() {
                stops.push(Stop::NobodyNamed { column: Column::Department });
            }
        }
    }
}

/// Returns the names of a work that must not be told: of people, department, class and college.
pub fn names<'a>(it: &'a Candidate, college: &'a str) -> impl Iterator<Item = &'a str> {
    let names = it.authors.iter().chain(&it.about.advisors).chain(&it.department).chain(&it.about.class);
    names.map(String::as_str).chain([college])
}

/// Returns the names that are told by a work's own texts, or by what the profile itself writes into the package.
pub fn told(profile: &Profile, it: &Candidate, college: &str) -> Vec<Stop> {
    let about = &it.about;
    let own = [Some(&it.title), about.synopsis.as_ref(), about.category.as_ref()];
    let mut texts: Vec<&str> = own.into_iter().flatten().map(String::as_str).collect();
    let written = written(profile);
    texts.extend(written.iter().map(String::as_str));
    let mut found = Vec::new();
    for name in names(it, college) {
        for text in texts.iter().filter(|text| tells(text, name)) {
            let told = Stop::NameTold { name: name.trim().to_owned(), text: (*text).to_owned() };
            if !found.contains(&told) {
                found.push(told);
            }
        }
    }
    found
}

/// Returns the texts of a profile that stand in its packages: names of files and folders, heads of sheets, the title of the page.
fn written(profile: &Profile) -> Vec<String> {
    let names = &profile.names;
    let patterns =
        [Some(&names.package), names.folder.as_ref(), Some(&names.file), names.mail_subject.as_ref()];
    let parts = profile.part.iter().flat_map(|part| {
        let heads = part.columns.iter().map(|(head, _)| head.clone());
        [Some(part.path.clone()), part.name.clone()].into_iter().flatten().chain(heads)
    });
    let patterns = patterns.into_iter().flatten().cloned();
    patterns.chain([profile.name.zh.clone()]).chain(parts).collect()
}
