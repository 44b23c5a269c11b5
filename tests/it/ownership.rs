//! Whose a work is: the folder says it, and who came first is what was seen first. Where that is not certain a person is
//! asked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jincai::model::finding::{Code, Verdict};
use jincai::model::manifest::Work;

use crate::common::programs::{ffmpeg, run};
use crate::common::{Office, clip, fixtures};

const CLAIM: &str = "title = \"改过的\"\ndepartment = \"甲\"\nauthors = [\"别人\"]\n";

impl Office {
    fn put(&self, from: &Path, place: &str) -> PathBuf {
        let to = self.folder().join("inbox").join(place);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, &to).unwrap();
        to
    }

    fn write(&self, place: &str, text: &str) {
        fs::write(self.folder().join("inbox").join(place), text).unwrap();
    }

    fn run_inbox(&self) {
        let said = self.run(&[&self.folder().join("inbox")], &[]);
        assert_ne!(said.status.code(), Some(2), "{}", String::from_utf8_lossy(&said.stderr));
    }

    /// By the name of the source.
    fn works_by_source(&self) -> BTreeMap<String, Work> {
        let name =
            |work: &Work| work.source.path.as_path().file_stem().unwrap().to_string_lossy().into_owned();
        self.manifest().works.into_iter().map(|work| (name(&work), work)).collect()
    }

    fn say(&self, arguments: &[&str]) {
        let said = self.command(&["duplicates"]).args(arguments).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }

    fn is_sound(&self) -> bool {
        self.command(&["verify"]).output().unwrap().status.success()
    }

    fn holds(&self, work: &Work) -> bool {
        !work.renditions.is_empty()
            && work.renditions.iter().all(|made| self.library().join(&made.file).exists())
    }
}

fn date(path: &Path, seconds: u64) {
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

fn codes(work: &Work) -> Vec<Code> {
    work.findings.iter().map(|finding| finding.code).collect()
}

/// Encodes a file again, smaller.
fn encode_again(from: &Path, to: &Path) {
    let made =
        ["-vf", "scale=640:360", "-c:v", "libx264", "-preset", "veryfast", "-crf", "33", "-c:a", "aac"];
    run(ffmpeg().arg("-i").arg(from).args(made).arg(to));
}

#[test]
fn a_published_work_is_not_taken_over_from_another_folder_whatever_the_sidecar_says() {
    let office = Office::strict();
    let source = office.put(&clip("plain_landscape.mp4"), "甲/津门.mp4");
    office.put(&clip("all_black.mp4"), "甲/另一件.mp4");
    office.run_inbox();
    let before = office.works_by_source().remove("津门").unwrap();
    // The source is archived, and somebody else hands it in under the first department's name.
    let archived = office.folder().join("archived.mp4");
    fs::copy(&source, &archived).unwrap();
    fs::remove_file(&source).unwrap();
    let taken = office.put(&archived, "乙/我的.mp4");
    office.write("乙/我的.toml", CLAIM);
    office.run_inbox();
    let works = office.works_by_source();
    let (after, taken_work) = (&works["津门"], &works["我的"]);
    assert_eq!((&after.id, after.revision, &after.title), (&before.id, 1, &before.title));
    assert_eq!(after.renditions, before.renditions);
    assert!(office.holds(after));
    assert_eq!((taken_work.verdict, taken_work.renditions.len()), (Verdict::Duplicate, 0));
    assert_eq!(taken_work.duplicate_of.as_ref(), Some(&before.id));
    assert!(office.is_sound());
    // Who refuses says what to do where it is right all the same: a person lets the work move.
    let told = taken_work.findings.iter().find(|finding| finding.code == Code::SameBytes).unwrap();
    assert!(told.message.zh.contains("宣传部") && told.message.zh.contains("original"), "{told:?}");
    office.say(&["original", taken.to_str().unwrap(), &before.id, "--by", "宣传部 王"]);
    office.run_inbox();
    let works = office.works_by_source();
    assert!(!works.contains_key("津门"), "{:?}", works.keys());
    let moved = &works["我的"];
    assert_eq!((&moved.id, moved.revision, moved.duplicate_of.as_ref()), (&before.id, 2, None));
    assert!(moved.verdict.is_accepted() && office.holds(moved));
    assert!(office.is_sound());
}

#[test]
fn a_move_within_a_departments_folder_keeps_the_work_and_one_into_anothers_does_not() {
    let office = Office::strict();
    let source = office.put(&clip("plain_landscape.mp4"), "甲/津门.mp4");
    office.put(&clip("all_black.mp4"), "乙/另一件.mp4");
    office.run_inbox();
    let before = office.works_by_source().remove("津门").unwrap();
    let inside = office.folder().join("inbox/甲/二班/津门新.mp4");
    fs::create_dir_all(inside.parent().unwrap()).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a person moves a file")]
    fs::rename(&source, &inside).unwrap();
    office.run_inbox();
    let moved = office.works_by_source().remove("津门新").unwrap();
    assert_eq!((&moved.id, moved.verdict), (&before.id, Verdict::Accepted));
    // Even with its inode and its date.
    #[expect(clippy::disallowed_methods, reason = "a person moves a file")]
    fs::rename(&inside, office.folder().join("inbox/乙/津门.mp4")).unwrap();
    office.run_inbox();
    let works = office.works_by_source();
    assert_eq!(works["津门"].duplicate_of.as_ref(), Some(&before.id));
    assert_eq!(works["津门新"].renditions, moved.renditions);
    assert!(office.holds(&works["津门新"]) && office.is_sound());
}

#[test]
fn a_moved_work_that_is_refused_at_first_is_still_the_same_work() {
    let office = Office::strict();
    let whole = clip("plain_landscape.mp4");
    let source = office.put(&whole, "甲/津门.mp4");
    office.put(&clip("all_black.mp4"), "甲/另一件.mp4");
    office.run_inbox();
    let before = office.works_by_source().remove("津门").unwrap();
    // It is copied to its new place, which is seen half-way.
    fs::remove_file(&source).unwrap();
    let bytes = fs::read(&whole).unwrap();
    fs::write(office.folder().join("inbox/甲/津门新.mp4"), &bytes[..bytes.len() / 2]).unwrap();
    office.run_inbox();
    let half = office.works_by_source().remove("津门新").unwrap();
    assert!(!half.verdict.is_accepted() && half.renditions.is_empty(), "{half:?}");
    office.put(&whole, "甲/津门新.mp4");
    office.run_inbox();
    let works = office.works_by_source();
    assert!(!works.contains_key("津门"), "{:?}", works.keys());
    assert_eq!((&works["津门新"].id, works.len()), (&before.id, 2));
    assert!(works["津门新"].verdict.is_accepted() && office.holds(&works["津门新"]));
    assert!(office.is_sound());
}

#[test]
fn a_work_whose_old_place_cannot_be_looked_at_is_not_taken_for_moved() {
    let office = Office::strict();
    office.put(&clip("plain_landscape.mp4"), "甲/班/津门.mp4");
    office.put(&clip("all_black.mp4"), "甲/另一件.mp4");
    office.run_inbox();
    let before = office.works_by_source().remove("津门").unwrap();
    // An error that is not that nothing is there, whoever runs this.
    let class = office.folder().join("inbox/甲/班");
    fs::remove_dir_all(&class).unwrap();
    std::os::unix::fs::symlink("班", &class).unwrap();
    office.put(&clip("plain_landscape.mp4"), "甲/津门新.mp4");
    office.run_inbox();
    let works = office.works_by_source();
    assert_eq!((&works["津门"].id, works["津门"].revision), (&before.id, 1));
    assert_ne!(works["津门新"].id, before.id);
    assert!(office.holds(&works["津门"]) && office.is_sound());
}

#[test]
fn pictures_of_a_likeness_are_taken_of_a_submission_that_is_a_link() {
    let office = Office::strict();
    let film = office.put(&clip("plain_landscape.mp4"), "甲/津门.mp4");
    let store = office.folder().join("inbox/.store");
    fs::create_dir(&store).unwrap();
    fs::create_dir(office.folder().join("inbox/乙")).unwrap();
    encode_again(&film, &store.join("b.mp4"));
    std::os::unix::fs::symlink("../.store/b.mp4", office.folder().join("inbox/乙/链接.mp4")).unwrap();
    office.run_inbox();
    let linked = office.works_by_source().remove("链接").unwrap();
    let told = linked.likenesses.first().unwrap_or_else(|| panic!("{linked:?}"));
    assert!(!told.pictures.is_empty(), "{told:?}");
}

#[test]
fn a_sidecar_takes_over_no_work_among_files_that_lie_in_no_folder() {
    let office = Office::strict();
    let source = office.put(&clip("plain_landscape.mp4"), "津门.mp4");
    office.write("津门.toml", "title = \"津门\"\ndepartment = \"甲\"\n");
    let plain = office.put(&clip("all_black.mp4"), "另一件.mp4");
    office.run_inbox();
    let before = office.works_by_source();
    fs::remove_file(&source).unwrap();
    fs::remove_file(source.with_extension("toml")).unwrap();
    office.put(&clip("plain_landscape.mp4"), "我的.mp4");
    office.write("我的.toml", CLAIM);
    // Where nothing says whose it is, a new name is only that.
    #[expect(clippy::disallowed_methods, reason = "a person moves a file")]
    fs::rename(&plain, plain.with_file_name("改名.mp4")).unwrap();
    office.run_inbox();
    let works = office.works_by_source();
    assert_eq!((&works["津门"].id, works["津门"].revision), (&before["津门"].id, 1));
    assert_eq!(works["津门"].title, before["津门"].title);
    let taken = &works["我的"];
    assert_eq!((taken.verdict, taken.duplicate_of.as_ref()), (Verdict::Duplicate, Some(&before["津门"].id)));
    assert_eq!(works["改名"].id, before["另一件"].id);
    assert!(office.holds(&works["津门"]) && office.is_sound());
}

#[test]
fn a_copy_in_another_folder_stays_refused_when_its_sidecar_names_the_originals_department() {
    let office = Office::strict();
    office.put(&clip("plain_landscape.mp4"), "甲/津门.mp4");
    office.run_inbox();
    office.put(&clip("plain_landscape.mp4"), "乙/我的.mp4");
    let coded = office.put(&clip("plain_landscape.mp4"), "乙/转码.mp4");
    encode_again(&clip("plain_landscape.mp4"), &coded);
    for claimed in [false, true] {
        if claimed {
            office.write("乙/我的.toml", "department = \"甲\"");
            office.write("乙/转码.toml", "department = \"甲\"");
        }
        office.run_inbox();
        let works = office.works_by_source();
        for name in ["我的", "转码"] {
            let work = &works[name];
            assert_eq!(work.verdict, Verdict::Duplicate, "{name} {claimed}: {:?}", work.findings);
            assert_eq!(work.duplicate_of.as_ref(), Some(&works["津门"].id));
            assert_eq!(work.owner.as_deref(), Some("乙"));
        }
        assert!(office.holds(&works["津门"]));
    }
}

#[test]
fn a_sidecar_that_names_another_department_than_the_folder_is_told() {
    let office = Office::strict();
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}[departments]\n\"jixie\" = \"机械工程系\"\n")).unwrap();
    office.put(&clip("plain_landscape.mp4"), "乙/我的.mp4");
    office.write("乙/我的.toml", "department = \"甲\"");
    office.put(&clip("rate_60.mp4"), "jixie/自己的.mp4");
    office.write("jixie/自己的.toml", "department = \"机械工程系\"");
    office.run_inbox();
    let works = office.works_by_source();
    let work = &works["我的"];
    assert_eq!((work.department.as_deref(), work.owner.as_deref()), (Some("甲"), Some("乙")));
    assert_eq!(work.verdict, Verdict::AcceptedWithWarnings);
    let told = work.findings.iter().find(|finding| finding.code == Code::DepartmentClaimed).unwrap();
    assert!(told.message.zh.contains("“甲”") && told.message.zh.contains("“乙”"), "{told:?}");
    assert!(!codes(&works["自己的"]).contains(&Code::DepartmentClaimed), "{:?}", works["自己的"].findings);
}

#[test]
fn of_two_that_come_together_none_is_refused_and_a_person_settles_it() {
    let office = Office::strict();
    let author = office.put(&clip("plain_landscape.mp4"), "信息工程系/海河晨光.mp4");
    // With an old date and a shorter path.
    let copy = office.put(&clip("plain_landscape.mp4"), "乙/m.mp4");
    date(&copy, 915_148_800);
    office.run_inbox();
    let both = |office: &Office| {
        let works = office.works_by_source();
        for (one, other) in [("海河晨光", "m"), ("m", "海河晨光")] {
            let work = &works[one];
            assert_eq!(work.verdict, Verdict::AcceptedWithWarnings, "{one}: {:?}", work.findings);
            assert!(office.holds(work));
            let told = &work.likenesses[0];
            assert_eq!((told.id.as_ref(), told.asks), (Some(&works[other].id), true), "{one}");
            let said = work.findings.iter().find(|finding| finding.code == Code::SameBytes).unwrap();
            assert!(said.message.zh.contains("宣传部") && said.message.zh.contains(other), "{said:?}");
        }
    };
    both(&office);
    // Whatever is decided anew, until a person says something.
    let config = office.folder().join("jincai.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("示范学院", "另一所学院")).unwrap();
    office.run_inbox();
    both(&office);
    let names = [author.to_str().unwrap(), copy.to_str().unwrap()];
    let file = office.library().join(&office.works_by_source()["m"].renditions[0].file);
    office.say(&["original", names[0], names[1], "--note", "有拍摄素材"]);
    office.run_inbox();
    let works = office.works_by_source();
    let (original, copy) = (&works["海河晨光"], &works["m"]);
    assert_eq!((original.verdict, original.likenesses.len()), (Verdict::Accepted, 0));
    assert!(office.holds(original));
    assert_eq!((copy.verdict, copy.renditions.len()), (Verdict::Duplicate, 0));
    assert_eq!(copy.duplicate_of.as_ref(), Some(&original.id));
    assert!(codes(copy).contains(&Code::Withdrawn), "{:?}", copy.findings);
    assert!(!file.exists() && office.is_sound());
    // The answer is kept beside the library, too, and can be turned round or taken back.
    let answers = fs::read_to_string(office.library().join("answers.json")).unwrap();
    assert!(answers.contains("original") && answers.contains("信息工程系"), "{answers}");
    office.say(&["original", names[1], names[0]]);
    office.run_inbox();
    let works = office.works_by_source();
    assert_eq!(works["海河晨光"].duplicate_of.as_ref(), Some(&works["m"].id));
    assert!(office.holds(&works["m"]));
    office.say(&["forget", names[0], names[1]]);
    office.run_inbox();
    // Published the whole time, the other has the better right until somebody says otherwise again.
    let works = office.works_by_source();
    assert!(works["m"].verdict.is_accepted() && works["海河晨光"].verdict.is_accepted());
    assert!(office.is_sound());
}

#[test]
fn a_changed_copy_that_comes_together_with_its_original_is_asked_about_too() {
    let office = Office::strict();
    let original = office.put(&fixtures().join("inbox/信息工程系/海河晨光.mp4"), "甲/原片.mp4");
    let copy = office.folder().join("inbox/乙/转码.mp4");
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    encode_again(&original, &copy);
    date(&copy, 915_148_800);
    office.run_inbox();
    let works = office.works_by_source();
    for (one, other) in [("原片", "转码"), ("转码", "原片")] {
        let work = &works[one];
        assert_eq!(work.verdict, Verdict::AcceptedWithWarnings, "{one}: {:?}", work.findings);
        assert!(work.likenesses.iter().any(|told| told.asks && told.id.as_ref() == Some(&works[other].id)));
    }
    office.say(&["original", original.to_str().unwrap(), copy.to_str().unwrap()]);
    office.run_inbox();
    let works = office.works_by_source();
    assert_eq!(works["原片"].verdict, Verdict::Accepted, "{:?}", works["原片"].findings);
    assert_eq!(works["转码"].duplicate_of.as_ref(), Some(&works["原片"].id));
    assert!(office.is_sound());
}

#[test]
fn a_file_seen_in_an_earlier_run_is_the_first_whatever_the_dates_say() {
    let office = Office::strict();
    let author = office.put(&clip("plain_landscape.mp4"), "信息工程系/海河晨光.mp4");
    // Seen, and refused for its details.
    office.write("信息工程系/海河晨光.toml", "title = ");
    office.run_inbox();
    assert_eq!(office.works_by_source()["海河晨光"].verdict, Verdict::Rejected);
    let copy = office.put(&clip("plain_landscape.mp4"), "乙/m.mp4");
    date(&copy, 915_148_800);
    fs::remove_file(author.with_extension("toml")).unwrap();
    office.run_inbox();
    let works = office.works_by_source();
    assert_eq!(works["海河晨光"].verdict, Verdict::Accepted, "{:?}", works["海河晨光"].findings);
    assert_eq!(works["m"].duplicate_of.as_ref(), Some(&works["海河晨光"].id));
}
