//! Whether the works of a package are what its list says, and satisfy the rules of its profile.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::showcase::built::{Built, BuiltWork};
use crate::model::showcase::contents::{Contents, Stored};
use crate::model::showcase::fault::Fault;
use crate::model::showcase::pattern::{PLACES, Pattern};
use crate::model::showcase::plan::Stop;
use crate::model::showcase::profile::{Disk, HERE, Part, QuotaPer, Rule, Take};
use crate::present::messages::showcase as words;
use crate::showcase::{bag, rules};
use crate::text::name_key;

/// What was read of a package.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub contents: &'a Contents,
    /// Digests by path.
    pub listed: &'a BTreeMap<String, String>,
    pub built: &'a Built,
    /// What stands before the paths of a bag's content.
    pub prefix: &'a str,
}

impl Read<'_> {
    fn path(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }

    fn stored(&self, file: &str) -> Option<&Stored> {
        self.contents.files.get(&self.path(file))
    }
}

/// Checks all works, and that everything belongs to one or to the package.
pub(super) fn check(it: Read<'_>, faults: &mut Vec<Fault>) {
    let (mut folders, mut files) = (BTreeSet::new(), BTreeSet::new());
    for (work, no) in it.built.works.iter().zip(1..) {
        numbered(it.built, work, no, faults);
        let is_new = work.folder.as_ref().is_none_or(|folder| folders.insert(name_key(folder)));
        let taken = work.files.iter().find(|file| !files.insert(name_key(file)));
        if let Some(file) = taken.or(work.folder.as_ref().filter(|_| !is_new)) {
            faults.push(Fault::OfTwoWorks { title: work.title.clone(), file: file.clone() });
        }
        placed(it, work, faults);
        measured(it, work, faults);
    }
    belongs(it, faults);
    quota(it.built, faults);
    if it.built.profile.out.disk == Some(Disk::Fat32) {
        let large = it.contents.files.iter().filter(|(_, stored)| stored.bytes > rules::FAT32_MAX_BYTES);
        let fault = |(file, stored): (&String, &Stored)| Fault::TooLargeForDisk {
            file: file.clone(),
            bytes: stored.bytes,
        };
        faults.extend(large.map(fault));
    }
}

/// Checks that a work has its number, and that its names show it where the profile wants them to.
fn numbered(built: &Built, work: &BuiltWork, no: u32, faults: &mut Vec<Fault>) {
    let names = &built.profile.names;
    let file = work.video.rsplit('/').next().unwrap_or_default();
    let shown = [(names.folder.as_deref(), work.folder.as_deref()), (Some(&*names.file), Some(file))];
    let is_shown = shown.into_iter().all(|(pattern, name)| {
        let pattern = pattern.and_then(|pattern| Pattern::parse(pattern, &PLACES).ok());
        let number = pattern.and_then(|pattern| pattern.number_of(no));
        number.is_none_or(|number| has_number(name.unwrap_or_default(), &number))
    });
    if work.no != no || !is_shown {
        faults.push(Fault::Numbers { no: work.no, title: work.title.clone() });
    }
}

/// Returns true if a name holds a number as such, and not as a part of a longer one.
fn has_number(name: &str, number: &str) -> bool {
    name.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == number)
}

/// Checks that the files of a work are there, in its folder, and that no part is lacking of a whole package.
fn placed(it: Read<'_>, work: &BuiltWork, faults: &mut Vec<Fault>) {
    let folder = work.folder.as_ref().map(|folder| format!("{folder}/"));
    for file in work.files.iter().chain([&work.video]) {
        let is_inside = folder.as_ref().is_none_or(|folder| file.starts_with(folder.as_str()));
        if !is_inside || it.stored(file).is_none() {
            let fault = Fault::NotInFolder { title: work.title.clone(), file: file.clone() };
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    let parts = it.built.profile.parts_of_works().filter(|part| part.required && it.built.complete);
    for part in parts {
        if !work.files.iter().any(|file| is_of(part, file, folder.as_deref().unwrap_or_default())) {
            let part = part.name.clone().unwrap_or_else(|| words::take_name(part.take).to_owned());
            faults.push(Fault::NoPart { title: work.title.clone(), part });
        }
    }
}

/// Returns true if a file may be what a part of a work asks for: it lies where the part does, and is of a kind that it takes.
fn is_of(part: &Part, file: &str, folder: &str) -> bool {
    let inner = file.strip_prefix(folder).unwrap_or(file);
    let (place, name) = inner.rsplit_once('/').unwrap_or((HERE, inner));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let is_kind = match part.take {
        Take::Video => ending == "mp4",
        Take::Cover => ending == "jpg",
        Take::Synopsis | Take::Post | Take::Links => ending == "txt",
        Take::Paper => part.formats.is_empty() || part.formats.contains(&ending),
        _ => true,
    };
    place == part.path && is_kind
}

/// Checks the video of a work: it is the one that was signed, or a copy without tags, and satisfies the profile.
fn measured(it: Read<'_>, work: &BuiltWork, faults: &mut Vec<Fault>) {
    let profile = &it.built.profile;
    let mut measured = work.measured;
    if let Some(stored) = it.stored(&work.video) {
        let is_anonymous = profile.marks.identity == Rule::Forbidden;
        let listed = it.listed.get(&it.path(&work.video));
        let is_signed = is_anonymous || listed == Some(&work.signed_sha256);
        if listed != Some(&work.sha256) || !is_signed || stored.bytes != measured.bytes {
            faults.push(Fault::NotSigned { title: work.title.clone(), file: work.video.clone() });
        }
        measured.bytes = stored.bytes;
    }
    let (stops, _) = rules::measured(profile, &measured);
    faults.extend(stops.into_iter().map(|stop| Fault::Rule { title: work.title.clone(), stop }));
}

/// Checks that all that is listed is a work's, the package's or ours, and that nothing of the package is lacking.
fn belongs(it: Read<'_>, faults: &mut Vec<Fault>) {
    let of_works = it.built.works.iter().flat_map(|work| &work.files).chain(&it.built.files);
    let mut known: BTreeSet<String> = of_works.map(|file| it.path(file)).collect();
    let ours = [words::LIST, words::LIST_JSON, words::PAGE, words::SUMS_CMD].map(|file| it.path(file));
    let of_bag = [bag::DECLARATION, bag::INFO, bag::MANIFEST].map(str::to_owned);
    known.extend(ours.into_iter().chain(of_bag));
    let strange = it.listed.keys().filter(|file| !known.contains(*file));
    faults.extend(strange.map(|file| Fault::Extra { file: file.clone() }));
    let lacking = it.built.files.iter().filter(|file| it.stored(file).is_none());
    faults.extend(lacking.map(|file| Fault::Missing { file: file.clone() }));
    let out = &it.built.profile.out;
    for (file, is_wanted) in [(words::LIST, out.list), (words::PAGE, out.index)] {
        if is_wanted && it.stored(file).is_none() {
            faults.push(Fault::Missing { file: file.to_owned() });
        }
    }
    faults.dedup();
}

fn quota(built: &Built, faults: &mut Vec<Fault>) {
    let quota = &built.profile.quota;
    let Some(most) = quota.works else { return };
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for work in &built.works {
        let of = match quota.per {
            QuotaPer::Package => "",
            QuotaPer::Category => work.category.as_deref().unwrap_or_default(),
            // Whose they are is not told in a package.
            QuotaPer::Department | QuotaPer::Author => return,
        };
        let count = counts.entry(of).or_default();
        *count += 1;
        if *count > most {
            let stop = Stop::QuotaFull { per: quota.per, of: of.to_owned(), most, earlier: 0 };
            faults.push(Fault::Rule { title: work.title.clone(), stop });
        }
    }
}
