use std::collections::BTreeMap;

use super::super::ComputedStanding;
use super::*;
use crate::model::receipt::ReceiptKind;
use crate::model::review::{Signatory, TargetStanding};

fn standing(work: &str, targets: &[(&str, ReviewState, &str)]) -> ComputedStanding {
    let target = |(name, state, since): &(&str, ReviewState, &str)| {
        let at = TargetStanding {
            digest: "0".repeat(64),
            state: *state,
            level: None,
            since: (*since).to_owned(),
            expires: None,
            was_signed: false,
            signed: Vec::new(),
        };
        ((*name).to_owned(), at)
    };
    let standing = Standing {
        work: work.to_owned(),
        title: "海河晨光".to_owned(),
        department: None,
        season: None,
        revision: 1,
        subject: "0".repeat(64),
        state: ReviewState::Released,
        supplementary: false,
        level: None,
        since: String::new(),
        due: None,
        targets: targets.iter().map(target).collect::<BTreeMap<_, _>>(),
        open_comments: 0,
        reason: None,
        signed: Vec::new(),
        last_record: None,
        records: 0,
    };
    ComputedStanding { work: work.to_owned(), standing: Some(standing), due_utc: None, expires_utc: None }
}

fn with_works(ids: &[&str]) -> Catalog {
    let catalog = Catalog::open_in_memory().unwrap();
    for id in ids {
        let sql = "insert into works (id, source, relative, title, revision, verdict, stamp_bytes, stamp_modified, \
                   stamp_inode, decided_with, manifest_json, updated_at) \
                   values (?1, ?2, x'61', '海河晨光', 1, 'accepted', 1, 2, 3, 'd', '{}', 'now')";
        catalog.connection.execute(sql, params![id, id.as_bytes()]).unwrap();
        catalog.connection.execute("insert or ignore into standings (work_id) values (?1)", [id]).unwrap();
    }
    catalog
}

fn post(catalog: &Catalog, work: &str, receipt: Receipt) -> u64 {
    let said = NewRecord {
        work: work.to_owned(),
        title: "海河晨光".to_owned(),
        department: None,
        revision: 1,
        subject: None,
        at: "2026-11-30T12:00:00+08:00".to_owned(),
        by: Signatory::default(),
        action: Action::Receipt(receipt),
    };
    catalog.with_journal(|journal| journal.append(said)).unwrap().seq
}

fn receipt(target: &str, key: Option<&str>) -> Receipt {
    Receipt {
        target: target.to_owned(),
        what: ReceiptKind::Post,
        url: key.map(|key| format!("https://{key}")),
        post_key: key.map(str::to_owned),
        posted_at: "2026-11-30T12:00:00+08:00".to_owned(),
        ..Receipt::default()
    }
}

const RELEASED: ReviewState = ReviewState::Released;

#[test]
fn what_is_released_is_due_until_it_is_posted_and_the_longest_waiting_comes_first() {
    let mut catalog = with_works(&["a", "b", "c"]);
    let of = |work, since| standing(work, &[("douyin", RELEASED, since), ("screen", RELEASED, since)]);
    let all = [
        of("a", "2026-11-30T10:00:00+08:00"),
        of("b", "2026-11-30T01:00:00Z"),
        standing("c", &[("douyin", ReviewState::Waiting, "2026-11-30T01:00:00Z")]),
    ];
    catalog.put_standings(&all).unwrap();
    let due = |catalog: &Catalog| -> Vec<String> {
        catalog.due_postings("douyin", 9).unwrap().into_iter().map(|one| one.work).collect()
    };
    assert_eq!(due(&catalog), ["b", "a"], "times of two offsets compare");
    assert_eq!(catalog.due_postings("douyin", 1).unwrap()[0].since, "2026-11-30T01:00:00Z");
    assert_eq!(catalog.count_due_postings("douyin", "2026-11-30T01:30:00Z").unwrap(), (2, 1));
    assert_eq!(catalog.due_postings_since("douyin", "2026-11-30T01:30:00Z", 9).unwrap()[0].work, "a");
    let released = |catalog: &Catalog| catalog.released_on("douyin").unwrap();
    assert_eq!(released(&catalog), ["a", "b"]);
    // Without a proof it is to be verified, and with one it is done.
    let bare = post(&catalog, "b", receipt("douyin", None));
    assert_eq!((due(&catalog), catalog.unproven_postings(9).unwrap()[0].seq), (vec!["a".to_owned()], bare));
    post(&catalog, "b", receipt("douyin", Some("douyin:1")));
    assert_eq!((due(&catalog).len(), catalog.unproven_postings(9).unwrap()), (1, vec![]));
    assert_eq!(catalog.work_of_link("douyin:1").unwrap().as_deref(), Some("b"));
    // A work that is made again is judged again, and one that is gone is not due.
    catalog.connection.execute("delete from works where id = 'a'", []).unwrap();
    assert_eq!((due(&catalog), catalog.count_due_postings("douyin", "").unwrap()), (vec![], (0, 0)));
    assert_eq!(released(&catalog), ["b"], "one that is posted stays released");
    // Its receipts stay.
    let withdrawn = standing("b", &[("douyin", ReviewState::Withdrawn, "2026-12-01T01:00:00Z")]);
    catalog.put_standings(&[withdrawn]).unwrap();
    assert_eq!(released(&catalog), [""; 0]);
    assert_eq!(catalog.postings_to_remove(9).unwrap()[0].work, "b");
    assert_eq!(catalog.count_postings_to_mend().unwrap(), [1, 0, 0]);
    assert_eq!(catalog.newest_receipts(1).unwrap()[0].receipt.url.as_deref(), Some("https://douyin:1"));
}

/// With a hundred thousand works none of these may read all of them.
#[test]
fn every_question_is_answered_from_an_index() {
    let catalog = with_works(&[]);
    let plan = |sql: &str| -> String {
        let mut statement = catalog.connection.prepare(&format!("explain query plan {sql}")).unwrap();
        let count = statement.parameter_count();
        let values = rusqlite::params_from_iter((0..count).map(|_| "1"));
        let rows = statement.query_map(values, |row| row.get::<_, String>(3)).unwrap();
        rows.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("; ")
    };
    let due = format!(
        "select work_id, since from postings where target = ?1 and since >= ?2 and {IS_DUE} order by since, work_id"
    );
    for (sql, index) in [
        (due.as_str(), "SEARCH postings USING COVERING INDEX postings_due"),
        (
            "select work_id from postings where postings.state = 'withdrawn' and live > 0 order by since, postings.work_id",
            "INDEX postings_to_remove",
        ),
        (
            "select work_id from postings where unproven is not null order by unproven desc",
            "INDEX postings_unproven",
        ),
        (
            "select work_id from postings where topicless is not null order by topicless desc",
            "INDEX postings_topicless",
        ),
        (
            "select seq, said from records where kind = 'receipt' order by seq desc limit ?1",
            "INDEX records_of_receipts",
        ),
        (
            "select seq, said from records where work_id = ?1 and kind = 'receipt' order by seq",
            "INDEX records_by_work",
        ),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}
