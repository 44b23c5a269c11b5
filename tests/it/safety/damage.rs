//! Whatever becomes of the catalogue and the configuration, and whichever program wrote last: a published file is there, or
//! a recorded decision says why it is not.

use std::fs;
use std::path::Path;

use jincai::library::catalog::Catalog;
use rusqlite::Connection;

use super::{office, published, run};
use crate::common::Office;

const ROUNDS: u64 = 14;

/// A small generator, so that each round can be repeated by its number (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn of(round: u64) -> Self {
        Self((round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

#[test]
fn no_published_file_is_ever_gone_without_a_recorded_reason() {
    let office = office(
        "\"website\", \"bilibili\"",
        &["plain_landscape.mp4", "sound_none.mp4", "plain_landscape.mp4"],
    );
    let config = office.folder().join("jincai.toml");
    // The third repeats the first.
    let refuses =
        fs::read_to_string(&config).unwrap().replace("same_work = \"note\"", "same_work = \"reject\"");
    fs::write(&config, &refuses).unwrap();
    run(&office, &[]);
    let kept = office.folder().join("kept");
    copy(&office.library(), &kept);
    let before = published(&office);
    assert!(before.keys().filter(|path| path.extension().is_some_and(|kind| kind == "mp4")).count() >= 4);
    for round in 0..ROUNDS {
        let mut random = Random::of(round);
        fs::remove_dir_all(office.library()).unwrap();
        copy(&kept, &office.library());
        fs::write(&config, &refuses).unwrap();
        let damage = damage(&office, &mut random);
        let change = change(&config, &mut random);
        let arguments: &[&str] = random.one_of(&[&[], &["--draft"], &["--prune"], &["--no-campaign-rules"]]);
        let (code, said) = run(&office, arguments);
        let story = format!("round {round}: {damage}; {change}; run {arguments:?}: {code:?}\n{said}");
        let catalog = Catalog::open_read_only(&Catalog::path_in(&office.library()));
        for path in before.keys().filter(|path| !office.library().join(path).exists()) {
            let decided = catalog.as_ref().ok().and_then(|catalog| catalog.removals_of(path.to_str()?).ok());
            assert!(
                decided.is_some_and(|removals| !removals.is_empty()),
                "{} is gone without a reason: {story}",
                path.display()
            );
        }
    }
}

fn damage(office: &Office, random: &mut Random) -> String {
    let file = Catalog::path_in(&office.library());
    if random.below(3) == 0 {
        let mut bytes = fs::read(&file).unwrap();
        let places: Vec<usize> = (0..=random.below(4)).map(|_| random.below(bytes.len())).collect();
        places.iter().for_each(|place| bytes[*place] ^= 1 << random.below(8));
        fs::write(&file, bytes).unwrap();
        return format!("bytes {places:?}");
    }
    let table = random.one_of(&["works", "renditions", "files", "inspections", "looks"]);
    let words =
        ["accepted", "same-", "will-", "note", "branded", "picture", "title", "website", "h264", "sha256"];
    let word = random.one_of(&words);
    let sql = match random.below(7) {
        0 => format!("delete from {table} where rowid % 2 = {}", random.below(2)),
        1 => "delete from works".to_owned(),
        2 => format!("update works set manifest_json = replace(manifest_json, '{word}', 'newer-{word}')"),
        3 => format!("update renditions set json = replace(json, '{word}', 'newer-{word}')"),
        4 => "update works set verdict = 'rejected', decided_with = ''".to_owned(),
        5 => format!("pragma user_version = {}", 5 + random.below(8)),
        _ => "update works set stamp_bytes = stamp_bytes + 1, sha256 = replace(sha256, 'a', 'b')".to_owned(),
    };
    let connection = Connection::open(&file).unwrap();
    connection.pragma_update(None, "foreign_keys", random.below(2) == 0).unwrap();
    let done = connection.execute_batch(&sql);
    format!("{sql} ({done:?})")
}

fn change(config: &Path, random: &mut Random) -> &'static str {
    let (from, to) = random.one_of(&[
        ("", ""),
        ("\"website\", \"bilibili\"", "\"website\""),
        ("\"website\", \"bilibili\"", "\"bilibili\", \"douyin\""),
        ("[campaign]", "[campaign]\nmin_duration_s = 3600"),
        ("示范学院", "示范大学"),
        ("[campaign]", "[departments]\n\"信息系\" = \"信息工程系\"\n[campaign]"),
        ("opacity = 0.9", "opacity = 0.5"),
    ]);
    let text = fs::read_to_string(config).unwrap();
    fs::write(config, text.replacen(from, to, 1)).unwrap();
    to
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}
