//! Review on a small model: works are values, their bytes numbers.

mod chain;
mod credit;
mod sequences;
mod steps;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::sign::{Act, Approval};
use super::standing::{Facts, standing};
use super::view::{Moment, View};
use crate::model::finding::Verdict;
use crate::model::manifest::{
    AudioTrack, Cover, Encodes, PostRecord, Program, Rendition, SourceRecord, Timings, VideoTrack, Work,
};
use crate::model::preset::Edition;
use crate::model::release_set::ReleaseSet;
use crate::model::review::{Answer, NewRecord, Record, ReviewRules, ReviewState, Signatory};
use crate::model::review_refusal::Refusal;
use crate::model::units::Rational;

/// The digest that stands for some bytes.
fn sum(bytes: u64) -> String {
    format!("{bytes:064x}")
}

fn rendition(target: &str, bytes: u64) -> Rendition {
    Rendition {
        target: target.to_owned(),
        file: format!("s1/机械/晨光/{target}/晨光.mp4"),
        sha256: sum(bytes),
        bytes,
        duration_ms: 60_000,
        width: 1080,
        height: 1920,
        frame_rate: Rational::new(25, 1),
        video: VideoTrack { codec: "h264".into(), profile: "high".into(), recipe: "p".into() },
        audio: Some(AudioTrack { codec: "aac".into(), channels: 2, recipe: "s".into() }),
        loudness_lufs: None,
        true_peak_dbtp: None,
        edition: Edition::Branded,
        covers: vec![Cover {
            file: format!("s1/机械/晨光/{target}/cover.jpg"),
            width: 3,
            height: 4,
            sha256: sum(7),
            bytes: 7,
        }],
        post: Some(PostRecord { title: "晨光".into(), text: "清晨".into(), ..PostRecord::default() }),
        released: None,
        receipts: Vec::new(),
    }
}

fn work(renditions: Vec<Rendition>) -> Work {
    Work {
        id: "k3f9ab2c".into(),
        kind: None,
        title: "晨光".into(),
        department: Some("机械工程系".into()),
        owner: None,
        season: Some("s1".into()),
        submitted: None,
        authors: vec!["张三".into()],
        about: Default::default(),
        ai: None,
        captions: None,
        review: None,
        revision: 1,
        draft: false,
        source: SourceRecord {
            path: "/in/机械/晨光.mp4".into(),
            sha256: Some(sum(1)),
            bytes: 1,
            duration_ms: Some(60_000),
            display: None,
            captured_at: None,
            missing_since: None,
        },
        published_from: None,
        verdict: Verdict::Accepted,
        duplicate_of: None,
        likenesses: Vec::new(),
        findings: Vec::new(),
        renditions,
        encodes: Encodes::default(),
        made_at: "2026-11-01T08:00:00+08:00".into(),
        made_by: Program::default(),
        timings: Timings::default(),
    }
}

/// A work on the reviewers' table: what they did to it, and the time.
#[derive(Clone)]
struct Table {
    work: Work,
    records: Vec<Record>,
    rules: ReviewRules,
    doubts: Vec<Timestamp>,
    now: Timestamp,
}

impl Table {
    fn new(work: Work) -> Self {
        let now = "2026-11-01T09:00:00+08:00".parse().unwrap();
        Self { work, records: Vec::new(), rules: ReviewRules::default(), doubts: Vec::new(), now }
    }

    fn view(&self) -> View {
        let reviewable = ReleaseSet::of(&self.work).map(|set| {
            let standing = standing(&Facts {
                work: &self.work,
                set: &set,
                records: &self.records,
                rules: &self.rules,
                doubts: &self.doubts,
                now: self.now,
            });
            (set, standing)
        });
        View { work: self.work.clone(), records: self.records.clone(), reviewable }
    }

    fn pass(&mut self, time: SignedDuration) {
        self.now = self.now.checked_add(time).unwrap();
    }

    /// Lets somebody act a minute later, and keeps what is to be recorded.
    fn act(
        &mut self,
        by: &Signatory,
        decide: impl FnOnce(Act<'_>) -> Result<NewRecord, Refusal>,
    ) -> Result<u64, Refusal> {
        self.pass(SignedDuration::from_mins(1));
        let moment = Moment { now: self.now, at: crate::clock::local_time(self.now.as_second()) };
        let view = self.view();
        let said = decide(Act { view: &view, rules: &self.rules, by, moment: &moment })?;
        let seq = self.records.len() as u64 + 1;
        self.records.push(Record { seq, said, previous: String::new(), hash: String::new() });
        Ok(seq)
    }

    fn approve(&mut self, level: &str, name: &str) -> Result<u64, Refusal> {
        self.act(&person(name), |act| act.approve(Approval { level, ..Approval::default() }))
    }

    fn states(&self) -> BTreeMap<String, ReviewState> {
        let view = self.view();
        let standing = view.reviewable.map(|(_, standing)| standing).unwrap();
        standing.targets.into_iter().map(|(target, its)| (target, its.state)).collect()
    }

    fn state(&self) -> ReviewState {
        self.view().reviewable.unwrap().1.state
    }

    fn waits_for(&self) -> Option<String> {
        self.view().reviewable.unwrap().1.level
    }

    fn release(&mut self) {
        for (level, name) in [("一审", "甲"), ("二审", "乙"), ("三审", "丙")] {
            self.approve(level, name).unwrap();
        }
    }
}

fn person(name: &str) -> Signatory {
    Signatory { name: name.to_owned(), ..Signatory::default() }
}

/// Answers to the whole default checklist.
fn answers(answer: Answer) -> BTreeMap<String, Answer> {
    ReviewRules::default().item.into_iter().map(|item| (item.key, answer)).collect()
}
