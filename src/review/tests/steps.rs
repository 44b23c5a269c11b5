//! One step of review after the other.

use super::*;
use crate::model::config::Consequence;
use crate::model::likeness::{LikenessRecord, MatchClass, Proof};
use crate::model::review::{Checklist, Distinct, Level, Person, Span};

fn table() -> Table {
    Table::new(work(vec![rendition("douyin", 10), rendition("screen", 11)]))
}

#[test]
fn three_signatures_in_their_order_release_everything() {
    let mut table = table();
    assert_eq!((table.state(), table.waits_for().as_deref()), (ReviewState::Waiting, Some("一审")));
    let early = table.approve("二审", "乙").unwrap_err();
    assert!(matches!(early, Refusal::NotThisLevel { waits_for: Some(level), .. } if level == "一审"));
    table.release();
    assert_eq!(table.state(), ReviewState::Released);
    assert!(table.states().values().all(|state| *state == ReviewState::Released));
    let again = table.approve("三审", "丙").unwrap_err();
    assert!(matches!(again, Refusal::NotThisLevel { waits_for: None, .. }));
}

/// Failure 1: what was approved does not stay approved after a member changed.
#[test]
fn any_changed_member_ends_the_signatures_of_what_it_belongs_to() {
    type Change = fn(&mut Work);
    let of_one: [(&str, Change); 8] = [
        ("file", |work| work.renditions[0].sha256 = sum(99)),
        ("cover", |work| work.renditions[0].covers[0].sha256 = sum(98)),
        ("title", |work| work.renditions[0].post.as_mut().unwrap().title.push('。')),
        ("text", |work| work.renditions[0].post.as_mut().unwrap().text.push('。')),
        ("topic", |work| work.renditions[0].post.as_mut().unwrap().topics.push("#你好天津".into())),
        ("tag", |work| work.renditions[0].post.as_mut().unwrap().tags.push("#匠心".into())),
        ("declaration", |work| work.renditions[0].post.as_mut().unwrap().declaration = Some("无".into())),
        ("no cover", |work| work.renditions[0].covers.clear()),
    ];
    for (member, change) in of_one {
        let mut table = table();
        table.release();
        change(&mut table.work);
        let states = table.states();
        assert_eq!(states["douyin"], ReviewState::Waiting, "{member}");
        assert_eq!(states["screen"], ReviewState::Released, "{member}");
        let standing = table.view().reviewable.unwrap().1;
        assert!(standing.supplementary && standing.targets["douyin"].was_signed, "{member}");
    }
    let of_all: [(&str, Change); 7] = [
        ("source", |work| work.source.sha256 = Some(sum(2))),
        ("captions", |work| {
            let captions =
                crate::model::manifest::CaptionsRecord { file: "晨光.srt".into(), sha256: sum(3) };
            work.captions = Some(captions);
        }),
        ("ai", |work| work.ai = Some(Default::default())),
        ("title of the work", |work| work.title.push('2')),
        ("authors", |work| work.authors.push("李四".into())),
        ("synopsis", |work| work.about.synopsis = Some("新".into())),
        ("a work that it repeats", |work| work.likenesses.push(same_work())),
    ];
    for (member, change) in of_all {
        let mut table = table();
        table.release();
        change(&mut table.work);
        assert!(table.states().values().all(|state| *state == ReviewState::Waiting), "{member}");
    }
    // What nobody sees is signed by nobody.
    let not: [(&str, Change); 3] = [
        ("revision", |work| work.revision += 1),
        ("time", |work| work.made_at = "2026-11-02T08:00:00+08:00".into()),
        ("place in the library", |work| work.renditions[0].file = "s2/晨光.mp4".into()),
    ];
    for (member, change) in not {
        let mut table = table();
        table.release();
        change(&mut table.work);
        assert_eq!(table.state(), ReviewState::Released, "{member}");
    }
}

fn same_work() -> LikenessRecord {
    LikenessRecord {
        class: MatchClass::SameWork,
        consequence: Consequence::Warn,
        id: Some("other".into()),
        sha256: Some(sum(4)),
        title: "晨曦".into(),
        department: None,
        season: None,
        season_name: None,
        from_ms: 0,
        to_ms: 1,
        their_from_ms: 0,
        their_to_ms: 1,
        speed: 1.0,
        mirrored: false,
        window: None,
        confidence: 1.0,
        proof: Proof::Picture,
        asks: false,
        pictures: Vec::new(),
    }
}

#[test]
fn a_new_target_waits_alone_and_only_it_is_signed() {
    let mut table = table();
    table.release();
    table.work.renditions.push(rendition("weibo", 12));
    let states = table.states();
    assert_eq!((states["douyin"], states["weibo"]), (ReviewState::Released, ReviewState::Waiting));
    let seq = table.approve("一审", "甲").unwrap();
    let record = &table.records[seq as usize - 1].said.action;
    assert!(matches!(record, crate::model::review::Action::Approve { targets, .. } if targets.len() == 1));
    table.approve("二审", "乙").unwrap();
    table.approve("三审", "丙").unwrap();
    assert_eq!(table.state(), ReviewState::Released);
}

#[test]
fn who_made_it_or_signed_another_level_does_not_sign() {
    let mut table = table();
    assert!(matches!(table.approve("一审", " 张 三"), Err(Refusal::IsAuthor { .. })));
    assert!(matches!(table.approve("一审", "  "), Err(Refusal::NoName)));
    table.approve("一审", "甲").unwrap();
    let again = table.approve("二审", "甲").unwrap_err();
    assert_eq!(again, Refusal::SignedAlready { name: "甲".into(), level: "一审".into() });
    // Another work, or another person, is no matter.
    table.approve("二审", "乙").unwrap();
}

#[test]
fn levels_of_different_kinds_may_be_one_person_s_where_the_rules_say_so() {
    use crate::model::review::ReviewKind::{Proofread, Review};
    let level = |name: &str, kind| Level { name: name.into(), kind: vec![kind], ..Level::default() };
    let mut table = table();
    table.rules.level = vec![level("一审", Review), level("一校", Proofread), level("二审", Review)];
    table.rules.distinct = Distinct::PerKind;
    table.approve("一审", "甲").unwrap();
    table.approve("一校", "甲").unwrap();
    assert!(matches!(table.approve("二审", "甲"), Err(Refusal::SignedAlready { .. })));
    table.approve("二审", "乙").unwrap();
    assert_eq!(table.state(), ReviewState::Released);
}

/// Failures 4 and 10: only those whom the level names sign; somebody else only on their behalf, and it is recorded so.
#[test]
fn a_level_that_names_people_is_signed_by_them_or_on_their_behalf() {
    let mut table = table();
    let person_of = |name: &str| Person { name: name.into(), post: "部长".into() };
    table.rules.level[0].people = vec![person_of("甲"), person_of("戊")];
    let refused = table.approve("一审", "己").unwrap_err();
    assert!(matches!(refused, Refusal::NotListed { people, .. } if people == ["甲", "戊"]));
    let by = Signatory { on_behalf_of: Some("戊".into()), ..person("己") };
    let seq = table.act(&by, |act| act.approve(Approval { level: "一审", ..Approval::default() })).unwrap();
    assert_eq!(table.records[seq as usize - 1].said.by.on_behalf_of.as_deref(), Some("戊"));
    // Both count as having signed.
    assert!(matches!(table.approve("二审", "己"), Err(Refusal::SignedAlready { .. })));
    assert!(matches!(table.approve("二审", "戊"), Err(Refusal::SignedAlready { .. })));
    let by = Signatory { on_behalf_of: Some("张三".into()), ..person("庚") };
    let of_author = table.act(&by, |act| act.approve(Approval { level: "二审", ..Approval::default() }));
    assert!(matches!(of_author, Err(Refusal::IsAuthor { .. })));
}

/// Failure 3: after a return a new revision is reviewed, with the comments and records of the one before.
#[test]
fn a_return_keeps_everything_for_the_next_revision() {
    let mut table = table();
    table.approve("一审", "甲").unwrap();
    let span = Some(Span { from_ms: 37_000, to_ms: 41_000 });
    table.act(&person("乙"), |act| act.comment("校徽反了", span, Some("二审".into()))).unwrap();
    table.act(&person("乙"), |act| act.send_back("二审", "校徽反了", span)).unwrap();
    assert_eq!((table.state(), table.waits_for().as_deref()), (ReviewState::Returned, Some("二审")));
    let refused = table.approve("一审", "甲").unwrap_err();
    assert!(matches!(refused, Refusal::IsReturned { reason, .. } if reason == "校徽反了"));
    table.work.renditions[0].sha256 = sum(20);
    table.work.renditions[1].sha256 = sum(21);
    table.work.revision = 2;
    assert_eq!((table.state(), table.waits_for().as_deref()), (ReviewState::Waiting, Some("一审")));
    let standing = table.view().reviewable.unwrap().1;
    assert_eq!((standing.open_comments, standing.records), (1, 3));
    table.act(&person("甲"), |act| act.resolve(2)).unwrap();
    assert_eq!(table.act(&person("甲"), |act| act.resolve(2)), Err(Refusal::ResolvedAlready { number: 2 }));
    assert_eq!(table.act(&person("甲"), |act| act.resolve(1)), Err(Refusal::NoSuchComment { number: 1 }));
    table.release();
}

/// Failure 6: a mistake can be taken back until the next level acted.
#[test]
fn a_signature_is_taken_back_until_the_next_level_acts() {
    let mut table = table();
    table.approve("一审", "甲").unwrap();
    assert!(matches!(table.act(&person("乙"), |act| act.undo()), Err(Refusal::NothingToUndo { .. })));
    table.act(&person("甲"), |act| act.undo()).unwrap();
    assert_eq!(table.waits_for().as_deref(), Some("一审"));
    assert!(matches!(table.act(&person("甲"), |act| act.undo()), Err(Refusal::NothingToUndo { .. })));
    table.approve("一审", "甲").unwrap();
    table.approve("二审", "乙").unwrap();
    assert!(matches!(table.act(&person("甲"), |act| act.undo()), Err(Refusal::TooLateToUndo { .. })));
    table.act(&person("乙"), |act| act.undo()).unwrap();
    table.act(&person("甲"), |act| act.undo()).unwrap();
    // A return as well.
    table.act(&person("甲"), |act| act.send_back("一审", "看错了", None)).unwrap();
    table.act(&person("甲"), |act| act.undo()).unwrap();
    assert_eq!(table.state(), ReviewState::Waiting);
}

/// Failure 7: what was seen is what is signed.
#[test]
fn a_signature_on_what_was_seen_before_a_change_is_refused() {
    let mut table = table();
    let seen = table.view().reviewable.unwrap().0.subject;
    table.work.renditions[0].sha256 = sum(77);
    let approval = |subject| Approval { level: "一审", subject, ..Approval::default() };
    let refused = table.act(&person("甲"), |act| act.approve(approval(Some(&seen)))).unwrap_err();
    assert!(matches!(refused, Refusal::SubjectChanged { .. }));
    let short = |now: &str| now[..8].to_owned();
    let now = table.view().reviewable.unwrap().0.subject;
    assert!(table.act(&person("甲"), |act| act.approve(approval(Some(&now[..7])))).is_err());
    let begins = short(&now);
    table.act(&person("甲"), |act| act.approve(approval(Some(&begins)))).unwrap();
}

#[test]
fn the_checklist_is_answered_where_the_rules_demand_it() {
    let mut table = table();
    let approval = |checklist, note: Option<&str>| Approval {
        level: "一审",
        checklist,
        note: note.map(str::to_owned),
        ..Approval::default()
    };
    let odd = BTreeMap::from([("colour".to_owned(), Answer::Yes)]);
    let refused = table.act(&person("甲"), |act| act.approve(approval(odd, None))).unwrap_err();
    assert!(matches!(refused, Refusal::NoSuchItem { given, .. } if given == "colour"));
    table.rules.checklist = Checklist::Required;
    let refused = table.act(&person("甲"), |act| act.approve(approval(BTreeMap::new(), None))).unwrap_err();
    assert!(matches!(refused, Refusal::ItemsUnanswered { items } if items.len() == 10));
    let mut all = answers(Answer::Yes);
    all.insert("consent".into(), Answer::No);
    let refused = table.act(&person("甲"), |act| act.approve(approval(all.clone(), Some(" ")))).unwrap_err();
    assert!(matches!(refused, Refusal::NoWithoutNote { items } if items.len() == 1));
    table.act(&person("甲"), |act| act.approve(approval(all, Some("同意书周五交")))).unwrap();
}

#[test]
fn a_level_may_be_asked_of_some_targets_alone() {
    let mut table = table();
    table.rules.level[2].targets = vec!["douyin".into()];
    table.approve("一审", "甲").unwrap();
    table.approve("二审", "乙").unwrap();
    let states = table.states();
    assert_eq!((states["screen"], states["douyin"]), (ReviewState::Released, ReviewState::Waiting));
    table.approve("三审", "丙").unwrap();
    assert_eq!(table.state(), ReviewState::Released);
    // A target that no level is for is released by nobody.
    table.rules.level.iter_mut().for_each(|level| level.targets = vec!["douyin".into()]);
    assert_eq!(table.states()["screen"], ReviewState::Waiting);
}

#[test]
fn a_withdrawal_holds_until_a_new_review() {
    let mut table = table();
    table.release();
    table.act(&person("丁"), |act| act.withdraw(Some("screen".into()), "有误")).unwrap();
    let states = table.states();
    assert_eq!((states["screen"], states["douyin"]), (ReviewState::Withdrawn, ReviewState::Released));
    table.act(&person("丁"), |act| act.withdraw(None, "全部有误")).unwrap();
    assert_eq!(table.state(), ReviewState::Withdrawn);
    assert!(matches!(
        table.act(&person("丁"), |act| act.withdraw(None, "再")),
        Err(Refusal::IsWithdrawn { .. })
    ));
    assert!(matches!(table.approve("一审", "甲"), Err(Refusal::IsWithdrawn { .. })));
    // Targets to come are withdrawn as well.
    table.work.renditions.push(rendition("weibo", 12));
    assert_eq!(table.states()["weibo"], ReviewState::Withdrawn);
    assert!(matches!(
        table.act(&person("丁"), |act| act.withdraw(Some("nowhere".into()), "x")),
        Err(Refusal::NoSuchTarget { .. })
    ));
    table.act(&person("丁"), |act| act.restore(None, "已改")).unwrap();
    assert_eq!((table.state(), table.waits_for().as_deref()), (ReviewState::Waiting, Some("一审")));
    assert!(matches!(
        table.act(&person("丁"), |act| act.restore(None, "x")),
        Err(Refusal::NotWithdrawn { .. })
    ));
    assert!(matches!(table.act(&person("丁"), |act| act.withdraw(None, " ")), Err(Refusal::NoReason)));
    table.release();
    assert_eq!(table.state(), ReviewState::Released);
}

#[test]
fn a_signature_ends_with_its_days_and_with_a_later_doubt() {
    let mut table = table();
    table.rules.valid_days = Some(90);
    table.release();
    table.pass(SignedDuration::from_hours(24 * 90 - 1));
    assert_eq!(table.state(), ReviewState::Released);
    table.pass(SignedDuration::from_hours(1));
    assert_eq!((table.state(), table.waits_for().as_deref()), (ReviewState::Waiting, Some("一审")));
    table.release();
    table.doubts.push(table.now);
    assert_eq!(table.state(), ReviewState::Waiting);
    table.release();
    assert_eq!(table.state(), ReviewState::Released);
}

#[test]
fn a_point_outside_the_work_is_no_place_for_a_comment() {
    let mut table = table();
    let at = |from_ms, to_ms| Some(Span { from_ms, to_ms });
    let refused = table.act(&person("甲"), |act| act.comment("看", at(60_001, 60_001), None)).unwrap_err();
    assert_eq!(refused, Refusal::OutsideWork { at_ms: 60_001, duration_ms: 60_000 });
    assert!(table.act(&person("甲"), |act| act.comment("看", at(5_000, 4_000), None)).is_err());
    assert!(matches!(table.act(&person("甲"), |act| act.comment(" ", None, None)), Err(Refusal::NoReason)));
    table.act(&person("甲"), |act| act.comment("看", at(60_000, 60_000), None)).unwrap();
}

#[test]
fn a_draft_or_a_work_that_was_not_made_is_not_reviewed() {
    let mut table = table();
    table.work.draft = true;
    assert!(matches!(table.approve("一审", "甲"), Err(Refusal::NothingToReview { draft: true, .. })));
    let mut table = Table::new(work(Vec::new()));
    assert!(matches!(table.approve("一审", "甲"), Err(Refusal::NothingToReview { draft: false, .. })));
}

#[test]
fn a_level_is_due_after_its_hours() {
    let mut table = table();
    let due = |table: &Table| table.view().reviewable.unwrap().1.due;
    assert_eq!(due(&table).as_deref(), Some("2026-11-01T16:00:00+08:00"));
    table.approve("一审", "甲").unwrap();
    assert_eq!(due(&table).as_deref(), Some("2026-11-01T17:01:00+08:00"));
    table.approve("二审", "乙").unwrap();
    table.approve("三审", "丙").unwrap();
    assert_eq!(due(&table), None);
}
