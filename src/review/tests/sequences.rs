//! Random sequences of everything that can happen to a work: nothing is ever released whose bytes nobody signed.

use super::*;
use crate::model::review::Action;

/// Sequences, and events in each.
const SEQUENCES: u64 = 1_000;
const EVENTS: usize = 10;

const TARGETS: [&str; 3] = ["douyin", "screen", "weibo"];
const PEOPLE: [&str; 5] = ["甲", "乙", "丙", "丁", "张三"];

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
    /// Fails if a target that counts as released, with bytes that pass the check at the door, was not signed by three people
    /// who saw just these bytes.
    fn check(&self, table: &Table, seed: u64) {
        for (target, state) in table.states() {
            let rendition = table.work.renditions.iter().find(|made| made.target == target).unwrap();
            let bytes = self.disk[&target];
            if state != ReviewState::Released || rendition.sha256 != sum(bytes) {
                continue;
            }
            let mut people = Vec::new();
            for level in ["一审", "二审", "三审"] {
                let saw = |signed: &&Signed| signed.level == level && signed.saw.get(&target) == Some(&bytes);
                let signed = self.signed.iter().rev().find(saw);
                let signed = signed.unwrap_or_else(|| panic!("{target} without {level}, seed {seed}"));
                people.push(signed.person.clone());
            }
            people.sort();
            people.dedup();
            assert_eq!(people.len(), 3, "one person signed two levels of {target}, seed {seed}");
            assert!(!people.iter().any(|name| name == "张三"), "an author signed {target}, seed {seed}");
        }
    }

    fn forget(&mut self, target: Option<&str>) {
        for signed in &mut self.signed {
            signed.saw.retain(|name, _| target.is_some_and(|target| target != name));
        }
    }
}

fn play(seed: u64, released: &mut u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut next_bytes = 100;
    let mut table = Table::new(work(vec![rendition("douyin", 10), rendition("screen", 11)]));
    let mut observer = Observer::default();
    observer.disk = table.work.renditions.iter().map(|made| (made.target.clone(), made.bytes)).collect();
    let mut level = 0;
    for _ in 0..EVENTS {
        let by = person(dice.of(&PEOPLE));
        match dice.roll(14) {
            // Most events are signatures, or nothing would ever be released.
            0..=7 => {
                let name = ["一审", "二审", "三审"][level % 3];
                if observer.sign(&mut table, name, PEOPLE[(level + dice.roll(2)) % 5]) {
                    level += 1;
                }
            }
            8 => {
                let name = dice.of(&["一审", "二审", "三审"]);
                // Taking a return back gives back the signatures before it, so the observer keeps them.
                if table.act(&by, |act| act.send_back(name, "画面抖动", None)).is_ok() {
                    level = 0;
                }
            }
            9 => {
                if let Ok(seq) = table.act(&by, |act| act.undo())
                    && let Action::Undo { record } = table.records[seq as usize - 1].said.action
                {
                    observer.signed.retain(|signed| signed.seq != record);
                    level = level.saturating_sub(1);
                }
            }
            10 => {
                // Made again, or made for another target.
                let target = dice.of(&TARGETS);
                next_bytes += 1;
                table.work.renditions.retain(|made| made.target != target);
                table.work.renditions.push(rendition(target, next_bytes));
                table.work.revision += 1;
                observer.disk.insert(target.to_owned(), next_bytes);
                level = 0;
            }
            11 => {
                let target = Some(dice.of(&TARGETS)).filter(|_| dice.roll(2) == 0).map(str::to_owned);
                if table.act(&by, |act| act.withdraw(target.clone(), "有误")).is_ok() {
                    observer.forget(target.as_deref());
                }
            }
            12 => {
                let target = Some(dice.of(&TARGETS)).filter(|_| dice.roll(2) == 0).map(str::to_owned);
                if table.act(&by, |act| act.restore(target.clone(), "已改")).is_ok() {
                    level = 0;
                }
            }
            _ => {
                // A byte flips on disk, and perhaps flips back.
                let target = table.work.renditions[dice.roll(table.work.renditions.len())].target.clone();
                if let Some(bytes) = observer.disk.get_mut(&target) {
                    *bytes ^= 1 << 40;
                }
            }
        }
        observer.check(&table, seed);
        *released += u64::from(table.states().values().any(|state| *state == ReviewState::Released));
    }
}

impl Observer {
    /// Lets a person sign what is on disk; as the desk does, nothing where the bytes are not those of the catalogue.
    fn sign(&mut self, table: &mut Table, level: &str, name: &str) -> bool {
        let view = table.view();
        let standing = &view.reviewable.as_ref().unwrap().1;
        let waiting = standing.targets.iter().filter(|(_, its)| its.state == ReviewState::Waiting);
        let sound = |target: &String| {
            let made = table.work.renditions.iter().find(|made| made.target == *target).unwrap();
            made.sha256 == sum(self.disk[target])
        };
        if !waiting.clone().all(|(target, _)| sound(target)) {
            return false;
        }
        let Ok(seq) = table.approve(level, name) else { return false };
        let Action::Approve { targets, .. } = &table.records[seq as usize - 1].said.action else {
            return false;
        };
        let saw = targets.keys().map(|target| (target.clone(), self.disk[target])).collect();
        self.signed.push(Signed { seq, level: level.to_owned(), person: name.to_owned(), saw });
        true
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
