//! What the page of screens does over many changes, kills and hours in a real Chromium, judged by the frames that its
//! compositor drew. `make bench-screens`; parts and their sizes: `cargo bench --bench screens -- changes=1000 minutes=60`.
#![expect(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]
#![expect(clippy::print_stdout, reason = "it prints its figures")]

#[expect(dead_code, reason = "tests use more of it")]
#[path = "../../tests/it/common/browser.rs"]
mod browser;
mod long;
#[expect(dead_code, reason = "tests use more of it")]
#[path = "../../tests/it/screens/office.rs"]
mod office;
#[path = "../../tests/it/screens/witness.rs"]
mod witness;

use std::collections::BTreeMap;
use std::time::Duration;

use browser::{Browser, Page};
use jincai::model::playout::Item;
use office::{Office, Way, clip, edition, video};
use witness::Judgement;

pub const CANVAS: [u32; 2] = [640, 360];
/// Fewer milliseconds than a clip has (1,200), so that it still moves when the next takes its place.
pub const SLOT: u32 = 1_100;
pub const IS_PLAYING: &str = "['v0','v1'].some(n => jincai.page.stage.layers[n].is_first)";

fn main() {
    let sizes = sizes();
    println!("| part | size | result |\n|---|---|---|");
    if sizes["changes"] > 0 {
        changes(sizes["changes"], "", "M1, M2: two decks");
    }
    if sizes["single"] > 0 {
        changes(sizes["single"], "?decks=1", "M3: one deck");
    }
    if sizes["twins"] > 0 {
        long::twins(sizes["twins"]);
    }
    if sizes["kills"] > 0 {
        long::kills(sizes["kills"]);
    }
    if sizes["flips"] > 0 {
        long::flips(sizes["flips"]);
    }
    if sizes["minutes"] > 0 {
        long::memory(sizes["minutes"]);
    }
}

/// What is measured, and how much of it: changed by arguments like `kills=10`; 0 leaves a part out.
fn sizes() -> BTreeMap<String, u64> {
    let all =
        [("changes", 1000), ("single", 60), ("twins", 60), ("kills", 40), ("flips", 40), ("minutes", 60)];
    let mut sizes: BTreeMap<_, _> = all.into_iter().map(|(part, size)| (part.to_owned(), size)).collect();
    let given: Vec<String> = std::env::args().skip(1).filter(|argument| argument.contains('=')).collect();
    if given.iter().any(|argument| argument == "only=true") {
        sizes.values_mut().for_each(|size| *size = 0);
    }
    for (part, size) in given.iter().filter_map(|argument| argument.split_once('=')) {
        if let (Some(known), Ok(size)) = (sizes.get_mut(part), size.parse()) {
            *known = size;
        }
    }
    sizes
}

pub fn four_clips(office: &Office, slot: u32) -> Vec<Item> {
    let keep = |bytes: Vec<u8>| {
        office.keep(&bytes, Way::Well);
        video(&bytes, u64::from(slot))
    };
    (1..=4).map(clip).map(keep).collect()
}

pub fn shown(browser: &mut Browser, page: &Page) -> u64 {
    browser.evaluate(page, "jincai.page.state().seq").as_u64().unwrap()
}

/// Plays `count` changes, a hundred at a time so that frames do not fill the memory.
fn changes(count: u64, query: &str, part: &str) {
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Browser::start(profile.path());
    let office = Office::open();
    office.publish(&edition(four_clips(&office, SLOT), SLOT, 24));
    let page = browser.open(&format!("{}{query}", office.url()), CANVAS, "");
    browser.until(&page, IS_PLAYING, Duration::from_secs(30));
    let mut all = Judgement::default();
    while u64::try_from(all.gaps.len()).unwrap() < count {
        let begin = shown(&mut browser, &page);
        browser.watch(&page, [320, 180]);
        let some = (count - u64::try_from(all.gaps.len()).unwrap()).min(100);
        let reached = format!("jincai.page.state().seq > {}", begin + some);
        browser.until(&page, &reached, Duration::from_secs(400));
        let judged = Judgement::of(&browser.watched(&page));
        all.frames += judged.frames;
        all.black += judged.black;
        all.other += judged.other;
        all.gaps.extend(judged.gaps);
    }
    all.gaps.sort_by(f64::total_cmp);
    println!(
        "| {part} | {} changes, {} frames | black {}, not a clip {}; gap p50 {:.1}, p99 {:.1}, longest {:.1} ms |",
        all.gaps.len(),
        all.frames,
        all.black,
        all.other,
        all.gap(0.5),
        all.gap(0.99),
        all.gap(1.0)
    );
}
