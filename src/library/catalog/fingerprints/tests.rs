//! What the index finds, and when it no longer does.

use super::*;
use crate::library::catalog::occurrences::Occurrence;
use crate::library::catalog::tests::{file, sum, work};
use crate::library::catalog::{Found, RecoveredWork, WorkRow};
use crate::model::finding::Verdict;
use crate::model::manifest::PublishedFrom;

fn words(words: &[(u32, u32)]) -> Vec<Term> {
    words.iter().map(|(word, at_ms)| Term { word: *word, at_ms: *at_ms }).collect()
}

fn print(duration_ms: u32) -> Fingerprint {
    Fingerprint { version: FINGERPRINT_VERSION, duration_ms, ..Fingerprint::default() }
}

fn of(source: &str, content: &str, verdict: Verdict) -> WorkRow {
    let mut row = work(source.trim_start_matches("/in/"), source);
    row.manifest.source.sha256 = Some(content.to_owned());
    row.manifest.verdict = verdict;
    row
}

/// A content of its own for each number.
fn content(number: u32) -> String {
    format!("{number:064x}")
}

fn found(catalog: &Catalog, words: &[u32]) -> Vec<(u32, Vec<(String, u16)>)> {
    let named = |posts: Vec<Occurrence>| {
        posts.into_iter().map(|post| (catalog.look(post.look).unwrap().unwrap().0, post.quarter)).collect()
    };
    let found = catalog.find_terms(words, 1_000_000).unwrap();
    found.into_iter().map(|Found { word, posts }| (word, named(posts))).collect()
}

#[test]
fn a_content_is_found_while_an_accepted_work_has_it() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let a = sum('a');
    catalog
        .put_fingerprint(&a, &print(5), &words(&[(9, 0), (u32::MAX, 1_100), (9, 2_000), (9, 2_001)]))
        .unwrap();
    assert_eq!(found(&catalog, &[9]), []);
    catalog.record_work(&of("/in/1", &a, Verdict::Accepted), &[], &[]).unwrap();
    let both = |of: &str| {
        vec![(u32::MAX, vec![(of.to_owned(), 4)]), (9, vec![(of.to_owned(), 0), (of.to_owned(), 8)])]
    };
    assert_eq!(found(&catalog, &[9, 7, u32::MAX, 9]), both(&a));
    assert_eq!(catalog.fingerprint(&a).unwrap(), Some(print(5)));
    // The same content again, and one of the two goes.
    catalog.record_work(&of("/in/2", &a, Verdict::AcceptedWithWarnings), &[], &[]).unwrap();
    catalog.record_work(&of("/in/1", &a, Verdict::Duplicate), &[], &[]).unwrap();
    assert_eq!(found(&catalog, &[9, u32::MAX]), both(&a));
    // The source has another content now.
    catalog.record_work(&of("/in/2", &sum('b'), Verdict::Accepted), &[], &[]).unwrap();
    assert_eq!(found(&catalog, &[9, u32::MAX]), []);
    assert_eq!(catalog.index_size().unwrap(), (0, 0));
    // A replacement was refused, and what was published before stays.
    let mut beside = of("/in/2", &sum('b'), Verdict::Rejected);
    beside.manifest.published_from = Some(PublishedFrom {
        sha256: a.clone(),
        packets_sha256: Some(sum('c')),
        duration_ms: None,
        modified_s: 0,
    });
    catalog.record_work(&beside, &[], &[]).unwrap();
    assert_eq!(found(&catalog, &[9, u32::MAX]), both(&a));
    assert_eq!(catalog.works_publishing(&a).unwrap(), [beside.clone()]);
    assert_eq!(catalog.works_publishing_packets(&sum('c')).unwrap(), [beside]);
    assert_eq!((catalog.originals().unwrap(), catalog.unlisted().unwrap()), (1, Vec::new()));
    // Also when the index is made as a whole, and after the catalogue was lost.
    catalog.rebuild_index().unwrap();
    assert_eq!(found(&catalog, &[9, u32::MAX]), both(&a));
    let mut again = Catalog::open_in_memory().unwrap();
    let works: Vec<_> = catalog.works().unwrap().into_iter().map(|row| row.manifest).collect();
    for work in works {
        let recalled = RecoveredWork { work, files: Vec::new(), packets_sha256: None, look: None };
        again.take_over(|over| over.put(&recalled)).unwrap();
    }
    again.put_fingerprint(&a, &print(5), &words(&[(9, 0)])).unwrap();
    assert_eq!(found(&again, &[9]), [(9, vec![(a.clone(), 0)])]);
    assert_eq!(catalog.works_publishing(&sum('b')).unwrap(), []);
    catalog.record_work(&of("/in/2", &sum('b'), Verdict::Rejected), &[], &[]).unwrap();
    assert_eq!(found(&catalog, &[9, u32::MAX]), []);
    // Known before, accepted now.
    catalog.record_work(&of("/in/2", &a, Verdict::Accepted), &[], &[]).unwrap();
    assert_eq!(found(&catalog, &[9, u32::MAX]), both(&a));
    // Looked at again.
    catalog.put_fingerprint(&a, &print(6), &words(&[(8, 0)])).unwrap();
    assert_eq!(found(&catalog, &[8, 9, u32::MAX]), [(8, vec![(a.clone(), 0)])]);
    assert_eq!(catalog.listed().unwrap(), 1);
}

#[test]
fn a_work_that_is_not_written_is_not_found() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    catalog.put_fingerprint(&sum('a'), &print(5), &words(&[(9, 0)])).unwrap();
    let row = of("/in/1", &sum('a'), Verdict::Accepted);
    catalog.record_work(&row, &[], &[file("stranger", "b.mp4")]).unwrap_err();
    assert_eq!(found(&catalog, &[9]), []);
    catalog.record_work(&row, &[], &[]).unwrap();
    let gone = of("/in/1", &sum('b'), Verdict::Accepted);
    catalog.record_work(&gone, &[], &[file("stranger", "b.mp4")]).unwrap_err();
    assert_eq!(found(&catalog, &[9]), [(9, vec![(sum('a'), 0)])]);
}

#[test]
fn long_lists_are_kept_in_pieces_and_are_the_same_when_made_anew() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    let put = |catalog: &mut Catalog, number: u32| {
        let words = words(&[(7, number * 250), (7, 0), (number % 10, 500), (1_000_000 + number, 0)]);
        catalog.put_fingerprint(&content(number), &print(number), &words).unwrap();
        let source = format!("/in/{number}");
        catalog.record_work(&of(&source, &content(number), Verdict::Accepted), &[], &[]).unwrap();
    };
    (1..=300).for_each(|number| put(&mut catalog, number));
    for number in (1..=300).step_by(3) {
        let source = format!("/in/{number}");
        catalog.record_work(&of(&source, &content(number), Verdict::Rejected), &[], &[]).unwrap();
    }
    // Numbers in the middle come back.
    (100..=103).for_each(|number| put(&mut catalog, number));
    let asked: Vec<u32> = (0..10).chain(1_000_001..1_000_301).collect();
    let one_by_one = found(&catalog, &asked);
    let sevens = &one_by_one.last().unwrap();
    assert_eq!((sevens.0, sevens.1.len()), (7, 2 * (200 + 2) + 20));
    let (_, pieces) = catalog.index_size().unwrap();
    assert!(pieces > 202 + 10 + 1, "{pieces}");
    catalog.rebuild_index().unwrap();
    assert_eq!(found(&catalog, &asked), one_by_one);
    assert_eq!(catalog.listed().unwrap(), 202);
    for number in 1..=300 {
        let source = format!("/in/{number}");
        catalog.record_work(&of(&source, &content(number), Verdict::Rejected), &[], &[]).unwrap();
    }
    assert_eq!(catalog.index_size().unwrap(), (0, 0));
}

#[test]
fn what_occurs_in_very_many_works_is_passed_over_and_the_rarest_come_first() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    for number in 1..=2_500 {
        let words = words(&[(1, 0), (10 + number % 5, 0), (100 + number, 0)]);
        catalog.put_fingerprint(&content(number), &print(number), &words).unwrap();
    }
    catalog.connection.execute("update looks set listed = 1", []).unwrap();
    for number in 1..=2_500 {
        let look = row_of(&catalog.connection, &content(number)).unwrap().unwrap();
        add_look(&catalog.connection, look.number, &look.words).unwrap();
    }
    let order: Vec<u32> = found(&catalog, &[1, 10, 150]).into_iter().map(|(word, _)| word).collect();
    assert_eq!(order, [150, 10]);
    let few = catalog.find_terms(&[10, 11, 150], 100).unwrap();
    assert_eq!(few.len(), 1);
}

#[test]
fn works_without_a_fingerprint_in_use_are_named() {
    let mut catalog = Catalog::open_in_memory().unwrap();
    for (source, content) in [("/in/1", 'a'), ("/in/2", 'b'), ("/in/3", 'c')] {
        catalog.record_work(&of(source, &sum(content), Verdict::Accepted), &[], &[]).unwrap();
    }
    catalog.record_work(&of("/in/4", &sum('d'), Verdict::Rejected), &[], &[]).unwrap();
    let old = Fingerprint { version: FINGERPRINT_VERSION - 1, ..print(1) };
    catalog.put_fingerprint(&sum('b'), &old, &words(&[(3, 0)])).unwrap();
    catalog.put_fingerprint(&sum('c'), &print(1), &words(&[(3, 0)])).unwrap();
    let unlisted: Vec<String> = catalog.unlisted().unwrap().into_iter().map(|row| row.sha256).collect();
    assert_eq!(unlisted, [sum('a'), sum('b')]);
    assert_eq!(catalog.fingerprint(&sum('b')).unwrap(), None);
}
