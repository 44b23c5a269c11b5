//! Random sequences of everything that can happen to a work: nothing is ever released whose bytes nobody signed.
//!
//! A target's share is its bytes alone here, and a work has two levels, so that many sequences take little time; that every
//! member of a share counts is shown step by step elsewhere.

use super::*;
use crate::model::review::{Action, Level};

/// Sequences, and events in each.
const SEQUENCES: u64 = 100_000;
const EVENTS: usize = 8;

const TARGETS: [&str; 2] = ["douyin", "screen"];
const LEVELS: [&str; 2] = ["一审", "二审"];
const PEOPLE: [&str; 4] = ["甲", "乙", "丙", "张三"];

/// Small numbers that depend on nothing but where they begin (xorshift64*, Vigna 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn of<'a>(&mut self, names: &[&'a str]) -> &'a str {
        names[self.roll(names.len())]
    }
}

/// What an observer who only watches the bytes and the people writes down: kept apart from what is tested.
#[derive(Default)]
struct Observer {
    /// What lies on disk, by target.
    disk: BTreeMap<String, u64>,
    /// For each signature that was not taken back: level, person, and what lay on disk of each target that it covered.
    signed: Vec<Signed>,
}

struct Signed {
    seq: u64,
    level: String,
    person: String,
    saw: BTreeMap<String, u64>,
}

impl Observer {
    /// Fails if a target that counts as released, with bytes that pass the check at the door, was not signed by a person for each level
    /// who saw just these bytes.
    fn check(&self, model: &Model, seed: u64) {
        for (target, its) in &model.standing().targets {
            let bytes = self.disk[target];
            if its.state != ReviewState::Released || its.digest != bytes.to_string() {
                continue;
            }
            let mut people = Vec::new();
            for level in LEVELS {
                let saw = |signed: &&Signed| signed.level == level && signed.saw.get(target) == Some(&bytes);
                let signed = self.signed.iter().rev().find(saw);
                let signed = signed.unwrap_or_else(|| panic!("{target} without {level}, seed {seed}"));
                people.push(signed.person.clone());
            }
            people.sort();
            people.dedup();
            assert_eq!(people.len(), LEVELS.len(), "one person signed two levels of {target}, seed {seed}");
            assert!(!people.iter().any(|name| name == "张三"), "an author signed {target}, seed {seed}");
        }
    }

    fn forget(&mut self, target: Option<&str>) {
        for signed in &mut self.signed {
            signed.saw.retain(|name, _| target.is_some_and(|target| target != name));
        }
    }
}

/// A work as review sees it, kept from one event to the next.
struct Model {
    view: View,
    /// What the catalogue says of each target.
    bytes: BTreeMap<String, u64>,
    rules: ReviewRules,
    moment: Moment,
}

impl Model {
    fn new() -> Self {
        let work = work(TARGETS.iter().map(|target| rendition(target, 0)).collect());
        let level = |name: &str| Level { name: name.to_owned(), ..Level::default() };
        let rules = ReviewRules { level: LEVELS.map(level).to_vec(), ..ReviewRules::default() };
        let at = "2026-11-01T09:00:00+08:00";
        let moment = Moment { now: at.parse().unwrap(), at: at.to_owned() };
        let bytes = TARGETS.iter().zip(10..).map(|(target, bytes)| ((*target).to_owned(), bytes)).collect();
        let view = View { work, records: Vec::new(), reviewable: None };
        let mut model = Self { view, bytes, rules, moment };
        model.judge();
        model
    }

    fn judge(&mut self) {
        let shares = self.bytes.iter().map(|(target, bytes)| (target.clone(), bytes.to_string())).collect();
        let set = ReleaseSet { subject: String::new(), shares, canonical: String::new() };
        let facts = Facts {
            work: &self.view.work,
            set: &set,
            records: &self.view.records,
            rules: &self.rules,
            doubts: &[],
            now: self.moment.now,
        };
        let standing = standing(&facts);
        self.view.reviewable = Some((set, standing));
    }

    fn standing(&self) -> &crate::model::review::Standing {
        &self.view.reviewable.as_ref().unwrap().1
    }

    /// Lets somebody act, and returns the record if it was allowed.
    fn act(
        &mut self,
        name: &str,
        decide: impl FnOnce(Act<'_>) -> Result<NewRecord, Refusal>,
    ) -> Option<Record> {
        let by = person(name);
        let act = Act { view: &self.view, rules: &self.rules, by: &by, moment: &self.moment };
        let said = decide(act).ok()?;
        let seq = self.view.records.len() as u64 + 1;
        let record = Record { seq, said, previous: String::new(), hash: String::new() };
        self.view.records.push(record.clone());
        Some(record)
    }
}

impl Observer {
    /// Lets a person sign what is on disk; as the desk does, nothing where the bytes are not those of the catalogue.
    fn sign(&mut self, model: &mut Model, level: &str, name: &str) {
        let waiting = model.standing().targets.iter().filter(|(_, its)| its.state == ReviewState::Waiting);
        if waiting.clone().any(|(target, its)| its.digest != self.disk[target].to_string()) {
            return;
        }
        let approved = model.act(name, |act| act.approve(Approval { level, ..Approval::default() }));
        let Some(Record { seq, said: NewRecord { action: Action::Approve { targets, .. }, .. }, .. }) =
            approved
        else {
            return;
        };
        let saw = targets.into_keys().map(|target| (target.clone(), self.disk[&target])).collect();
        self.signed.push(Signed { seq, level: level.to_owned(), person: name.to_owned(), saw });
    }
}

fn play(seed: u64, released: &mut u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut next_bytes = 100;
    let mut model = Model::new();
    let mut observer = Observer { disk: model.bytes.clone(), signed: Vec::new() };
    for _ in 0..EVENTS {
        let (name, level) = (dice.of(&PEOPLE), dice.of(&LEVELS));
        let target = dice.of(&TARGETS).to_owned();
        let named = Some(target.clone()).filter(|_| dice.roll(2) == 0);
        match dice.roll(16) {
            // Most events are signatures, or nothing would ever be released.
            0..=9 => {
                let waits = model.standing().level.clone();
                observer.sign(&mut model, waits.as_deref().unwrap_or(level), name);
            }
            // Taking a return back gives back the signatures before it, so the observer keeps them.
            10 => drop(model.act(name, |act| act.send_back(level, "画面抖动", None))),
            11 => {
                let undone = model.act(name, |act| act.undo());
                if let Some(Record { said: NewRecord { action: Action::Undo { record }, .. }, .. }) = undone {
                    observer.signed.retain(|signed| signed.seq != record);
                }
            }
            12 => {
                next_bytes += 1;
                model.bytes.insert(target.clone(), next_bytes);
                observer.disk.insert(target, next_bytes);
            }
            13 => {
                // A target that is no longer made, or one that is new.
                if model.bytes.remove(&target).is_none() {
                    next_bytes += 1;
                    model.bytes.insert(target.clone(), next_bytes);
                    observer.disk.insert(target, next_bytes);
                }
            }
            14 => {
                let withdrawn = model.act(name, |act| act.withdraw(named.clone(), "有误"));
                if withdrawn.is_some() {
                    observer.forget(named.as_deref());
                } else {
                    model.act(name, |act| act.restore(named, "已改"));
                }
            }
            // A byte flips on disk, and perhaps flips back.
            _ => *observer.disk.entry(target).or_default() ^= 1 << 40,
        }
        model.judge();
        observer.check(&model, seed);
        let is_released = |its: &crate::model::review::TargetStanding| its.state == ReviewState::Released;
        *released += u64::from(model.standing().targets.values().any(is_released));
    }
}

#[test]
fn nothing_is_released_whose_bytes_on_disk_nobody_signed() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let released: u64 = std::thread::scope(|scope| {
        let parts = (0..threads).map(|part| {
            scope.spawn(move || {
                let mut released = 0;
                (0..SEQUENCES)
                    .filter(|seed| seed % threads == part)
                    .for_each(|seed| play(seed, &mut released));
                released
            })
        });
        parts.collect::<Vec<_>>().into_iter().map(|part| part.join().unwrap()).sum()
    });
    // The test would prove nothing if hardly anything were released.
    assert!(released > SEQUENCES / 10, "only {released} steps with something released");
}
