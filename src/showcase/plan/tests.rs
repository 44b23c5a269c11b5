//! Plans of drawn works: what is in, what is not, and why.

use super::*;
use crate::model::details::About;
use crate::model::form::{Form, FormCell, FormKind, Grid};
use crate::model::people::Person;
use crate::model::preset::Edition;
use crate::model::receipt::Receipt;
use crate::model::showcase::built::PackedWork;
use crate::model::showcase::candidate::{AiSaid, Held, Measured};
use crate::model::showcase::plan::{Note, Origin};
use crate::model::showcase::profile::{Column, Part, Take};
use crate::model::units::{Rational, Size};
use crate::policy::presets::{builtin, builtin_packages};
use crate::showcase::forms::ReadForm;

const COLLEGE: &str = "示范学院";

fn profile(id: &str) -> Profile {
    let profiles = builtin_packages(&builtin());
    profiles.into_iter().find(|profile| profile.id == id).unwrap()
}

fn file(path: &str) -> FileOf {
    FileOf { path: path.into(), sha256: "1".repeat(64), bytes: 100 }
}

fn released() -> Released {
    Released {
        digest: "d".repeat(64),
        measured: Measured {
            duration_ms: 60_000,
            bytes: 120_000_000,
            size: Size::new(1920, 1080),
            frame_rate: Rational::new(25, 1),
            edition: Edition::Clean,
            has_captions: true,
        },
        video: file("s1/机械/a/entry/a.mp4"),
        covers: vec![(Size::new(1920, 1080), file("s1/机械/a/entry/a-1920x1080.jpg"))],
        post: Some("晨光".into()),
        signed: vec!["丙".into()],
    }
}

fn work(id: &str, title: &str) -> Candidate {
    Candidate {
        work: id.into(),
        title: title.into(),
        department: Some("机械工程系".into()),
        season: Some("s1".into()),
        season_name: Some("冬季".into()),
        submitted: "2026-11-20".into(),
        captured: Some("2026-11-19".into()),
        authors: vec!["张三".into(), "李四".into()],
        about: About {
            advisors: vec!["王老师".into()],
            category: Some("微视频".into()),
            class: Some("机械2301".into()),
            synopsis: Some("清晨的车间。".into()),
            ..About::default()
        },
        ai: AiSaid::None,
        has_captions: true,
        source: Some(file("/inbox/机械/a.mov")),
        posts: vec![Receipt {
            target: "douyin".into(),
            url: Some("https://www.douyin.com/video/1".into()),
            posted_at: "2026-11-21T10:00:00+08:00".into(),
            ..Receipt::default()
        }],
        lost: Vec::new(),
        release: Ok(released()),
        is_named: false,
    }
}

struct Office<'a> {
    profile: Profile,
    candidates: Vec<Candidate>,
    answers: Vec<Answer>,
    handed_in: Vec<PackageRecord>,
    now: &'a str,
}

fn office(profile: Profile, candidates: Vec<Candidate>) -> Office<'static> {
    Office {
        profile,
        candidates,
        answers: Vec::new(),
        handed_in: Vec::new(),
        now: "2026-11-30T10:00:00+08:00",
    }
}

impl Office<'_> {
    fn plan(&self) -> Plan {
        plan(Inputs {
            profile: &self.profile,
            college: COLLEGE,
            season: Some(("s1", "冬季")),
            candidates: &self.candidates,
            answers: &self.answers,
            handed_in: &self.handed_in,
            papers: &Papers::default(),
            forms: &Forms::default(),
            people: &People::default(),
            now: self.now.parse().unwrap(),
        })
    }

    /// Answers about the work as it is, but for the digest.
    fn say(&mut self, key: &str, yes: bool, digest: &str) {
        let papers = Papers::default();
        let inputs = Inputs {
            profile: &self.profile,
            college: COLLEGE,
            season: None,
            candidates: &self.candidates,
            answers: &[],
            handed_in: &[],
            papers: &papers,
            forms: &Forms::default(),
            people: &People::default(),
            now: self.now.parse().unwrap(),
        };
        let ask = self.profile.ask.iter().find(|ask| ask.key == key).unwrap();
        let work = &self.candidates[0];
        let about = about(inputs, work, work.release.as_ref().unwrap(), ask);
        self.answers.push(Answer {
            profile: self.profile.id.clone(),
            work: self.candidates[0].work.clone(),
            digest: digest.into(),
            key: key.into(),
            about,
            yes,
            by: "王芳".into(),
            at: "now".into(),
        });
    }
}

#[test]
fn numbers_tie_folders_and_sheet_together_in_any_order() {
    let mut office = office(profile("season-entry"), Vec::new());
    for (id, title, department) in [("c", "丙", "艺术系"), ("a", "甲", "机械系"), ("b", "乙", "机械系")]
    {
        office.candidates.push(Candidate { department: Some(department.into()), ..work(id, title) });
    }
    let check = |plan: &Plan, titles: [&str; 3]| {
        assert_eq!(plan.name, "示范学院-大赛赛季报送-冬季");
        assert!(plan.is_complete(), "{:?}", plan.entries[0].open);
        for (entry, (title, no)) in plan.entries.iter().zip(titles.iter().zip(1..)) {
            let folder = format!("{no:02}-{title}");
            assert_eq!((entry.title.as_str(), entry.no), (*title, no));
            assert_eq!(
                (entry.cell(Column::No), entry.cell(Column::Folder)),
                (no.to_string().as_str(), &folder[..])
            );
            assert!(entry.files.iter().all(|file| file.path.starts_with(&format!("{folder}/{folder}"))));
            assert_eq!(entry.cell(Column::File), format!("{folder}/{folder}.mp4"));
        }
    };
    // By department, then by title as Unicode orders them.
    check(&office.plan(), ["乙", "甲", "丙"]);
    office.candidates.iter_mut().for_each(|one| one.is_named = true);
    check(&office.plan(), ["丙", "甲", "乙"]);
}

#[test]
fn a_second_entry_of_a_contest_names_the_first_and_quotas_count_it() {
    let mut profile = profile("relay");
    (profile.quota.once, profile.quota.works) = (true, Some(2));
    let mut office = office(profile, vec![work("a", "甲"), work("b", "乙"), work("c", "丙")]);
    let packed = PackedWork {
        no: 1,
        work: "a".into(),
        digest: "d".repeat(64),
        sha256: "1".repeat(64),
        department: "机械工程系".into(),
        category: "微视频".into(),
        authors: Vec::new(),
        target: "entry".into(),
    };
    office.handed_in.push(PackageRecord {
        number: 7,
        profile: "other-way".into(),
        contest: "relay".into(),
        name: "第一包".into(),
        built_at: "now".into(),
        by: String::new(),
        complete: true,
        late: false,
        sums_sha256: "2".repeat(64),
        replaces: None,
        works: vec![packed],
    });
    let plan = office.plan();
    assert_eq!(plan.entries.iter().map(|entry| &entry.work).collect::<Vec<_>>(), ["c"]);
    let why = |id: &str| plan.left_out.iter().find(|work| work.work == id).unwrap().why.clone();
    assert!(matches!(&why("a")[..], [Stop::InEarlierPackage { number: 7, .. }]));
    assert!(matches!(&why("b")[..], [Stop::QuotaFull { most: 2, earlier: 1, .. }]));
}

#[test]
fn answers_hold_for_the_bytes_that_were_looked_at() {
    let mut office = office(profile("baomi-2025"), vec![work("a", "甲")]);
    let plan = office.plan();
    assert_eq!(plan.name, "未齐-保密公益微视频-2026-11-30");
    assert!(matches!(plan.entries[0].open[..], [Open::Question { .. }]));
    office.say("secret", true, &"e".repeat(64));
    assert!(!office.plan().is_complete(), "the work was another one then");
    office.say("secret", true, &"d".repeat(64));
    let plan = office.plan();
    assert!(plan.is_complete() && plan.entries[0].answers.len() == 1);
    assert_eq!(plan.entries[0].files[0].path, "机械工程系+张三+甲/机械工程系+张三+甲.mp4");
    // Nor does it hold for another question under the same key.
    office.profile.ask[0].text.zh = "没有拍到机房".into();
    assert!(!office.plan().is_complete());
    office.say("secret", true, &"d".repeat(64));
    assert!(office.plan().is_complete());
    office.say("secret", false, &"d".repeat(64));
    assert!(matches!(&office.plan().left_out[0].why[..], [Stop::SaidNo { .. }]));
}

#[test]
fn after_the_deadline_a_package_is_named_as_late() {
    let mut profile = profile("relay");
    profile.when.deadline = Some("2026-11-30 24:00".into());
    let mut office = office(profile, vec![work("a", "甲")]);
    office.now = "2026-11-30T23:59:59+08:00";
    assert_eq!(office.plan().name, "示范学院-互比互看-2026-11-30");
    office.now = "2026-12-01T00:00:00+08:00";
    assert_eq!(office.plan().name, "逾期-示范学院-互比互看-2026-12-01");
}

#[test]
fn anonymous_packages_tell_nobody() {
    let mut office = office(profile("english-video"), vec![work("a", "甲")]);
    let plan = office.plan();
    let entry = &plan.entries[0];
    assert!(matches!(entry.files[..], [PlannedFile { from: Origin::WithoutTags(_), .. }]));
    assert_eq!(entry.files[0].path, "001-甲.mp4");
    assert_eq!(entry.cover, None, "covers show the college's name");
    for name in ["张三", "王老师", "机械工程系", COLLEGE, "机械2301"] {
        office.candidates[0].title = format!("{name}的晨光");
        let plan = office.plan();
        assert!(matches!(&plan.left_out[0].why[..], [Stop::NameTold { .. }]), "{name}: {:?}", plan.left_out);
    }
}

#[test]
fn papers_and_covers_that_are_missing_keep_a_package_unfinished() {
    let mut office = office(profile("lianjie-2022"), vec![work("a", "甲")]);
    let plan = office.plan();
    let open = &plan.entries[0].open;
    assert_eq!(open.iter().filter(|open| matches!(open, Open::NoPaper { .. })).count(), 2, "{open:?}");
    assert!(matches!(plan.open[..], [Open::NoPaper { .. }]));
    assert!(plan.name.starts_with("未齐-"));
    office.profile = profile("relay");
    if let Ok(released) = &mut office.candidates[0].release {
        released.covers[0].0 = Size::new(640, 480);
    }
    assert!(matches!(office.plan().entries[0].open[..], [Open::NoCover { .. }]));
}

#[test]
fn long_names_stay_within_explorers_limits_and_apart() {
    let long = |id: &str| {
        let mut one = work(id, &"海河晨光纪实片".repeat(9));
        one.department = Some("信息工程与人工智能现代产业学院".repeat(3));
        one.authors = ["欧阳建国", "司马文静", "诸葛小明", "上官若兰", "令狐志强", "夏侯雨晴"]
            .map(str::to_owned)
            .to_vec();
        one
    };
    for id in
        ["season-entry", "lianjie-2022", "linghangbei-2015", "archive", "peixian-2021", "website-showcase"]
    {
        let plan = office(profile(id), vec![long("0123abcd"), long("4567cdef")]).plan();
        assert_eq!(plan.entries.len(), 2, "{id}: {:?}", plan.left_out);
        let mut taken = TakenNames::default();
        for file in plan.all_files() {
            let bag = if id == "archive" { "data/" } else { "" };
            let path = format!("未齐-逾期-{}/{bag}{}", plan.name, file.path);
            assert!(units(&path) <= 120 + units("未齐-逾期-"), "{id}: {path}");
            assert!(taken.take(None, std::slice::from_ref(&file.path)).is_ok(), "{id}: {}", file.path);
        }
        let is_told = plan.entries[0].notes.iter().any(|note| matches!(note, Note::Shortened { .. }));
        // These name both folder and file by the title.
        assert!(is_told || !matches!(id, "season-entry" | "linghangbei-2015"), "{id}");
    }
}

#[test]
fn two_works_of_one_name_are_not_both_taken() {
    let mut profile = profile("relay");
    profile.names.file = "{title}".into();
    let plan = office(profile, vec![work("a", "晨光"), work("b", "晨光")]).plan();
    assert_eq!(plan.entries.len(), 1);
    assert!(matches!(&plan.left_out[0].why[..], [Stop::NameTaken { .. }]));
}

/// Every rule, broken by as little as can be: each is refused by its own reason, and what keeps to them is taken.
#[test]
fn two_hundred_faults_are_refused_and_fifty_good_works_are_not() {
    let strict = || {
        let mut profile = profile("relay");
        profile.when.made_since = Some("2026-09-01".into());
        profile.when.published_between = Some(["2026-11-01".into(), "2026-11-30".into()]);
        profile.quota.authors_max = Some(3);
        profile.quota.teachers_max = Some(1);
        profile.select.categories = vec!["微视频".into(), "微电影".into()];
        profile.select.seasons = vec!["current".into()];
        profile.select.posted = true;
        let video = &mut profile.video;
        (video.min_s, video.max_s) = (Some(30.0), Some(180.0));
        (video.max_bytes, video.min_bit_rate) = (Some(500_000_000), Some(8_000_000));
        (video.min_short_side, video.frame_rate) = (Some(1080), Some(Rational::new(25, 1)));
        video.aspects = vec![Rational::new(16, 9)];
        video.captions = true;
        profile.marks.watermark = Rule::Forbidden;
        profile.out.disk = Some(crate::model::showcase::profile::Disk::Fat32);
        profile
    };
    type Break = fn(&mut Candidate, u64);
    fn of(one: &mut Candidate) -> &mut Measured {
        one.release.as_mut().map(|released| &mut released.measured).unwrap()
    }
    let faults: [(&str, Break); 20] = [
        ("too_long", |one, seed| {
            of(one).duration_ms = 180_040 + seed % 90_000;
            of(one).bytes = 400_000_000;
        }),
        ("too_short", |one, seed| of(one).duration_ms = 29_960 - seed % 20_000),
        ("too_large", |one, seed| of(one).bytes = 500_000_001 + seed % 1000),
        ("too_large_for_disk", |one, seed| of(one).bytes = (4 << 30) + seed % 1000),
        ("too_small", |one, seed| {
            of(one).size = Size::new(1918 - 32 * (seed % 20) as u32, 1079 - 18 * (seed % 20) as u32)
        }),
        ("too_low_rate", |one, seed| of(one).bytes = 59_999_000 - seed % 1_000_000),
        ("frame_rate", |one, seed| of(one).frame_rate = Rational::new(26 + (seed % 30) as u32, 1)),
        ("aspect", |one, seed| of(one).size = Size::new(2000 + (seed % 300) as u32, 1080)),
        ("no_captions", |one, _| of(one).has_captions = false),
        ("watermark", |one, _| of(one).edition = Edition::Branded),
        ("ai_undeclared", |one, _| one.ai = AiSaid::Nothing),
        ("made_before", |one, seed| one.submitted = format!("2026-08-{:02}", 1 + seed % 31)),
        ("not_posted", |one, _| one.posts.clear()),
        ("not_posted_between", |one, seed| {
            one.posts[0].posted_at = format!("2026-12-{:02}T00:00:00+08:00", 1 + seed % 31)
        }),
        ("too_many_authors", |one, seed| one.authors = vec!["甲".into(); 4 + (seed % 4) as usize]),
        ("too_many_teachers", |one, seed| one.about.advisors = vec!["甲".into(); 2 + (seed % 4) as usize]),
        ("no_category", |one, seed| one.about.category = (seed % 2 == 0).then(|| "动画".into())),
        ("not_of_season", |one, seed| one.season = (seed % 2 == 0).then(|| "s2".into())),
        ("not_released", |one, seed| {
            let level = (seed % 2 == 0).then(|| "三审".to_owned());
            one.release = Err(if seed % 3 == 0 { Held::Withdrawn } else { Held::Waiting { level } });
        }),
        ("not_released", |one, _| {
            one.release = Err(Held::File { file: "a.mp4".into(), detail: None });
        }),
    ];
    let profile = strict();
    for seed in 0..200_u64 {
        let (kind, broken) = &faults[(seed % 20) as usize];
        let mut one = work("a", "甲");
        broken(&mut one, seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20);
        let plan = office(profile.clone(), vec![one]).plan();
        assert!(plan.entries.is_empty(), "{kind} {seed}");
        let why = serde_json::to_value(&plan.left_out[0].why).unwrap();
        assert!(why.as_array().unwrap().iter().any(|why| why["kind"] == *kind), "{kind} {seed}: {why}");
        for stop in &plan.left_out[0].why {
            let said = words::stop(stop);
            assert!(!said.zh.is_empty() && !said.en.is_empty(), "{stop:?}");
        }
    }
    for seed in 0..50_u64 {
        let mut one = work("a", "甲");
        of(&mut one).duration_ms = 30_000 + seed * 3_000;
        of(&mut one).bytes = (of(&mut one).duration_ms * 1100).min(500_000_000);
        one.submitted = format!("2026-09-{:02}", 1 + seed % 30);
        one.posts[0].posted_at = format!("2026-11-{:02}T23:59:59+08:00", 1 + seed % 30);
        let plan = office(profile.clone(), vec![one]).plan();
        assert!(plan.is_complete() && plan.entries.len() == 1, "{seed}: {:?}", plan.left_out);
    }
}

/// A number that nobody recorded is lacking in a form, beside what else the work lacks.
#[test]
fn what_a_form_lacks_keeps_a_package_unfinished() {
    let mut profile = profile("season-entry");
    profile.part.push(Part {
        take: Take::Form,
        name: None,
        template: Some("报名表.docx".into()),
        ..profile.part[0].clone()
    });
    let cell = |column, text: &str| FormCell {
        row: 0,
        column,
        width: 1,
        height: 1,
        text: text.into(),
        is_free: text.is_empty(),
    };
    let cells = ["作者", "", "联系电话", ""].into_iter().zip(0..).map(|(text, column)| cell(column, text));
    let grids = vec![Grid { name: String::new(), cells: cells.collect(), is_open: false }];
    let form = Form { kind: FormKind::Docx, sha256: String::new(), grids };
    let read = ReadForm { path: "/forms/报名表.docx".into(), bytes: 1, form };
    let forms =
        Forms { folder: "/forms".into(), read: BTreeMap::from([("报名表.docx".to_owned(), Ok(read))]) };
    let candidates = [work("a", "甲")];
    let person = Person { name: "张三".into(), unit: "机械工程系".into(), ..Person::default() };
    for (phone, is_complete) in [("", false), ("13800138000", true)] {
        let plan = plan(Inputs {
            profile: &profile,
            college: COLLEGE,
            season: Some(("s1", "冬季")),
            candidates: &candidates,
            answers: &[],
            handed_in: &[],
            papers: &Papers::default(),
            forms: &forms,
            people: &People(vec![Person { phone: phone.into(), ..person.clone() }]),
            now: "2026-11-30T10:00:00+08:00".parse().unwrap(),
        });
        assert_eq!(plan.is_complete(), is_complete, "{phone}: {:?}", plan.entries[0].open);
        let lacks = |open: &Open| matches!(open, Open::FormLacks { label, .. } if label == "联系电话");
        assert_eq!(plan.entries[0].open.iter().any(lacks), !is_complete);
    }
}
