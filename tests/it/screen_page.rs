//! The page of screens in a real Chromium: what its compositor drew, what the server heard, what outlived a kill.

mod agent;
mod notices;
mod office;
mod single;
mod witness;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jincai::model::playout::{FaultKind, Outcome, Play, PlayBatch, Run, Slot};
use jincai::playout::player;

use crate::common::alone;
use crate::common::browser::{Browser, Page, files_below};
use office::{Office, Way, clip, digest, edition, now, video};
use witness::{Judgement, Seen};

const CANVAS: [u32; 2] = [640, 360];
/// Fewer milliseconds than its 1.2 s, so that a clip still moves when the next takes its place.
const SLOT: u32 = 600;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

const IS_PLAYING: &str = "['v0','v1'].some(n => jincai.page.stage.layers[n].is_first)";

fn four_clips(office: &Office) -> Vec<jincai::model::playout::Item> {
    (1..=4)
        .map(clip)
        .map(|bytes| {
            office.keep(&bytes, Way::Well);
            video(&bytes, u64::from(SLOT))
        })
        .collect()
}

#[test]
fn the_page_changes_works_without_a_black_frame_and_without_what_is_withdrawn_or_broken() {
    let _alone = alone();
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Browser::start(profile.path());
    a_week_of_faults_in_virtual_time(&mut browser);
    let office = Office::open();
    office.publish(&edition(four_clips(&office), SLOT, 2));
    let page = browser.open(&office.url(), CANVAS, "");
    browser.until(&page, IS_PLAYING, seconds(15));
    changes_show_no_black_frame(&mut browser, &page);
    a_withdrawn_work_is_gone_at_once(&mut browser, &page, &office);
    notices::words_cut_in_and_end(&mut browser, &page, &office);
    notices::a_poster_cuts_in_once_it_is_here(&mut browser, &page, &office);
    a_wrong_edition_is_refused(&office);
    browser.close(&page);
    let folder = tempfile::tempdir().unwrap();
    let (broken, stalled, single) = (Office::open(), Office::open(), Office::open());
    let pages = [
        open_broken(&mut browser, &broken),
        open_stalled(&mut browser, &stalled),
        open_folder(&mut browser, folder.path()),
    ];
    single::one_deck_never_shows_black(&mut browser, &single);
    a_folder_plays_without_a_server(&mut browser, &pages[2], folder.path());
    broken_files_cost_only_themselves(&mut browser, &pages[0], &broken);
    a_stalled_stream_is_skipped(&mut browser, &pages[1], &stalled);
}

/// M6: stalls, errors, clocks that jump, new editions, withdrawals, notices, a server that is gone.
fn a_week_of_faults_in_virtual_time(browser: &mut Browser) {
    let scripts = ["/programme.js", "/clock.js", "/step.js"].map(|path| {
        let file = player::files().iter().find(|file| file.path == path).unwrap();
        String::from_utf8(file.bytes.to_vec()).unwrap()
    });
    let page = browser.open("about:blank", CANVAS, "");
    let script = format!("{}\n{}\n0", scripts.join("\n"), include_str!("screen_page/virtual.js"));
    browser.evaluate(&page, &script);
    let said = browser.evaluate(&page, "run_seeds(1000, 200, 4)");
    assert_eq!(said["violations"], serde_json::json!([]), "{said}");
    for what in [
        "never ready",
        "broken",
        "wedged",
        "no first frame",
        "clock jumps",
        "withdrawn",
        "notice",
        "new edition",
        "server gone",
    ] {
        assert!(said["happened"][what].as_u64().unwrap_or(0) >= 20, "{what}: {said}");
    }
    assert!(said["plays"].as_u64().unwrap() > 4_000 && said["checked"].as_u64().unwrap() > 20_000, "{said}");
    // A beat that was held for seconds says nothing of the way: twelve of them move the clock by less than one frame.
    let held = "(() => { const c = { off: null, samples: [], sys_off: 0, newest: 0 }; let t = 0; \
        jincai.clock.on_answer(c, 5010, 0, { mono: 20, sys: 0 }); const first = c.off; \
        for (let n = 0; n < 12; n++) { t += 6100; jincai.clock.on_answer(c, t + 4990, t - 6000, { mono: t, sys: t }); } \
        return Math.abs(c.off - first); })()";
    assert!(browser.evaluate(&page, held).as_f64().unwrap() < 16.0);
    browser.close(&page);
}

/// M1 and M2, small: 25 changes while the old clip still moves.
fn changes_show_no_black_frame(browser: &mut Browser, page: &Page) {
    browser.watch(page, [320, 180]);
    let begin = browser.evaluate(page, "jincai.page.state().seq").as_u64().unwrap();
    browser.until(page, &format!("jincai.page.state().seq >= {}", begin + 26), seconds(40));
    let judged = Judgement::of(&browser.watched(page));
    assert!(judged.gaps.len() >= 25, "{judged:?}");
    assert_eq!((judged.black, judged.other), (0, 0), "{judged:?}");
    assert!(judged.gap(0.5) <= 60.0 && judged.gap(1.0) <= 400.0, "{judged:?}");
}

/// M9: from the order to the last frame of it; the file is deleted, and the screen says so.
fn a_withdrawn_work_is_gone_at_once(browser: &mut Browser, page: &Page, office: &Office) {
    let gone = digest(&clip(2));
    browser.until(page, &format!("jincai.page.state().on.seg.item === '{gone}'"), seconds(10));
    browser.watch(page, [320, 180]);
    office.with(|said| {
        said.serial += 1;
        said.revoked.push(gone.clone());
    });
    let ordered = f64::from(i32::try_from(now() % 1_000_000_000).unwrap());
    office.until("the screen says that it did", seconds(3), |said| said.beats.last().unwrap().applied == 1);
    browser.until(
        page,
        "jincai.page.state().seq > 3 && jincai.page.state().revoked && performance.now() > 0",
        seconds(1),
    );
    let begin = browser.evaluate(page, "jincai.page.state().seq").as_u64().unwrap();
    browser.until(page, &format!("jincai.page.state().seq >= {}", begin + 4), seconds(10));
    let late = browser.watched(page).into_iter().filter(|(at, jpeg)| {
        (at * 1000.0) % 1e9 - ordered > 1000.0 && matches!(witness::read(jpeg), Seen::Clip(2, _))
    });
    assert_eq!(late.count(), 0, "the withdrawn clip was seen more than a second later");
    let kept = browser.evaluate(page, &format!("jincai.page.store.url('{gone}')"));
    assert!(kept.is_null(), "its file is still there");
}

fn a_wrong_edition_is_refused(office: &Office) {
    let good = office.with(|said| said.edition.clone());
    let text = office.with(|said| said.editions[&good].clone());
    let (body, seal) = text.split_once('\n').unwrap();
    let changed = body.replace("\"name\":\"s\"", "\"name\":\"x\"");
    office.publish_text(&digest(changed.as_bytes()), format!("{changed}\n{seal}"));
    office.until("the screen tells of it and keeps the last good one", seconds(6), |said| {
        let told =
            said.beats.iter().any(|beat| beat.faults.iter().any(|fault| fault.kind == FaultKind::Edition));
        told && said.beats.last().unwrap().edition == good
    });
}

/// M11: files that are what their digests say and cannot be shown, and files that never come.
fn open_broken(browser: &mut Browser, office: &Office) -> Page {
    let (good, other) = (clip(1), clip(3));
    let cut = good[..good.len() / 2].to_vec();
    let bad: [Vec<u8>; 4] = [cut, Vec::new(), b"this is no video, it only says so".repeat(30), vec![9; 4000]];
    let mut items = Vec::new();
    for (bytes, way) in bad.iter().zip([Way::Well, Way::Well, Way::Well, Way::Lies]) {
        office.keep(&good, Way::Well);
        office.keep(&other, Way::Well);
        office.keep(bytes, way);
        items.extend([video(&good, 1000), video(bytes, 1000)]);
    }
    let mut said = edition(items, 1200, 2);
    said.items.push(video(&other, 1000));
    said.looped = vec![Slot(8, 1200)];
    office.publish(&said);
    browser.open(&office.url(), CANVAS, "")
}

fn broken_files_cost_only_themselves(browser: &mut Browser, page: &Page, office: &Office) {
    let (good, other) = (clip(1), clip(3));
    browser.until(page, "jincai.page.state().seq >= 9", seconds(30));
    let faults = |said: &office::Said, kind| {
        said.beats.iter().flat_map(|beat| beat.faults.clone()).filter(|fault| fault.kind == kind).count()
    };
    office.until("the faults are told", seconds(5), |said| faults(said, FaultKind::Broken) >= 2);
    let plays = browser.evaluate(page, "JSON.stringify(jincai.page.outbox.batch(200).plays)");
    let plays: Vec<Play> = serde_json::from_str(plays.as_str().unwrap()).unwrap();
    let fine: BTreeSet<_> = [digest(&good), digest(&other)].into();
    let middle = &plays[1..plays.len() - 1];
    assert!(
        middle.iter().filter(|play| play.sha256 == digest(&good)).all(|play| play.outcome == Outcome::Whole),
        "{plays:#?}"
    );
    assert!(
        plays.iter().all(|play| fine.contains(&play.sha256) || play.outcome == Outcome::Failed),
        "{plays:#?}"
    );
    assert!(plays.iter().any(|play| play.sha256 == digest(&other)), "nothing stood in: {plays:#?}");
    browser.close(page);
}

/// A context that is not secure: files are streamed; those that stop in the middle or never begin are skipped.
fn open_stalled(browser: &mut Browser, office: &Office) -> Page {
    let good = clip(1);
    office.keep(&good, Way::Well);
    for (number, way) in [(2, Way::Stalls), (3, Way::Gone), (4, Way::Fails)] {
        office.keep(&clip(number), way);
    }
    let mut said = edition((1..=4).map(|number| video(&clip(number), 1000)).collect(), 1200, 2);
    said.looped = vec![Slot(0, 1200)];
    let begin = said.runs[0].from;
    let slots = [Slot(0, 1200), Slot(2, 1200), Slot(3, 1200), Slot(1, 3600)].repeat(20);
    said.runs = vec![Run { from: begin, block: None, slots }];
    office.publish(&said);
    browser.open(&format!("http://screens.test:{}/", office.port), CANVAS, "")
}

fn a_stalled_stream_is_skipped(browser: &mut Browser, page: &Page, office: &Office) {
    let bad = [2, 3, 4].map(|number| digest(&clip(number)));
    browser.until(page, IS_PLAYING, seconds(15));
    assert_eq!(browser.evaluate(page, "jincai.page.state().way"), "page-insecure");
    office.until("all three are told", seconds(20), |said| {
        let told: BTreeSet<_> =
            said.beats.iter().flat_map(|beat| &beat.faults).map(|fault| fault.sha256.clone()).collect();
        bad.iter().all(|sha| told.contains(sha))
    });
    browser.until(
        page,
        &format!("jincai.page.state().on.seg.item === '{}' && {IS_PLAYING}", digest(&clip(1))),
        seconds(4),
    );
    browser.close(page);
}

/// Way D: one file, opened by double click, beside `current.js` and the media.
fn open_folder(browser: &mut Browser, folder: &Path) -> Page {
    let (bytes, sha) = (clip(4), digest(&clip(4)));
    fs::write(folder.join("play.html"), player::folder_page("Stick")).unwrap();
    fs::write(folder.join("001.mp4"), &bytes).unwrap();
    let body = serde_json::to_string(&edition(vec![video(&bytes, 1200)], 1400, 2)).unwrap();
    let said = serde_json::json!({"edition": body, "files": {sha.as_str(): "001.mp4"}, "stick": 7});
    fs::write(folder.join("current.js"), format!("jincai_current({said})")).unwrap();
    browser.open(&format!("file://{}/play.html", folder.display()), CANVAS, "")
}

fn a_folder_plays_without_a_server(browser: &mut Browser, page: &Page, folder: &Path) {
    browser.until(page, &format!("{IS_PLAYING} && jincai.page.state().way === 'folder'"), seconds(10));
    browser.until(page, "jincai.page.outbox.count() >= 1", seconds(6));
    let names = browser.evaluate(page, "indexedDB.databases().then(all => all.map(one => one.name).join())");
    assert_eq!(names, "jincai-stick-7");
    // What it showed is saved by a key.
    let to = serde_json::json!({"behavior": "allow", "downloadPath": folder});
    browser.call(None, "Browser.setDownloadBehavior", to);
    browser.evaluate(page, "dispatchEvent(new KeyboardEvent('keydown', { key: 'E' })) && 0");
    let saved = folder.join("jincai-plays-7.json");
    let begun = Instant::now();
    while !saved.exists() {
        assert!(begun.elapsed() < seconds(5), "nothing was saved");
        std::thread::park_timeout(Duration::from_millis(15));
    }
    let saved: serde_json::Value = serde_json::from_slice(&fs::read(saved).unwrap()).unwrap();
    assert_eq!((&saved["v"], &saved["stick"]), (&1.into(), &7.into()));
    let batch: PlayBatch = serde_json::from_value(saved["batches"][0].clone()).unwrap();
    assert_eq!((batch.plays[0].seq, &batch.plays[0].sha256), (1, &digest(&clip(4))));
    browser.close(page);
}

#[test]
fn what_was_shown_and_stored_outlives_kills_and_a_server_that_is_gone() {
    let _alone = alone();
    let profile = tempfile::tempdir().unwrap();
    let office = Office::open();
    office.with(|said| said.hostile = 2);
    let mut items = four_clips(&office);
    items[3].not_after = Some(now() + 3_600_000);
    let large = large_clip();
    let sha = office.keep(&large, Way::Well);
    office.with(|said| said.cut_after.insert(sha, 1));
    items.push(video(&large, u64::from(SLOT)));
    office.publish(&edition(items, SLOT, 2));
    let address = format!("{}?plays=200", office.url());
    for round in 0..2 {
        let mut browser = Browser::start(profile.path());
        let page = browser.open(&address, CANVAS, "");
        browser.until(&page, IS_PLAYING, seconds(10));
        browser.until(&page, "jincai.page.state().seq >= 3", seconds(10));
        match round {
            0 => a_large_file_is_cut(&office, &large),
            _ => only_the_rest_of_it_is_fetched(&mut browser, &page, (&office, &large)),
        }
        assert_eq!(browser.evaluate(&page, "navigator.serviceWorker.ready.then(it => !!it.active)"), true);
        office.with(|said| said.is_gone = round == 1);
        browser.until(&page, "jincai.page.state().seq >= 5", seconds(10));
        browser.kill();
    }
    without_network_in_1970(profile.path(), &office, &address);
    a_flipped_bit_is_never_shown(profile.path(), &office, &address);
    every_play_is_there_once(&office);
}

/// Bytes of which each chunk has a sum.
const CHUNK: usize = 4 << 20;

/// A clip that plays, of three chunks: what comes after its end means nothing.
fn large_clip() -> Vec<u8> {
    let mut bytes = clip(1);
    let rest = u32::try_from(2 * CHUNK + 1_000_000 - bytes.len()).unwrap();
    bytes.extend(rest.to_be_bytes());
    bytes.extend(b"free");
    bytes.resize(2 * CHUNK + 1_000_000, 7);
    bytes
}

/// The first chunk arrives, and no other before the power is cut.
fn a_large_file_is_cut(office: &Office, large: &[u8]) {
    let sha = digest(large);
    let asked = |said: &office::Said, from| said.ranges.contains(&(sha.clone(), from));
    office.until("its second chunk is asked for", seconds(10), |said| asked(said, CHUNK));
    office.with(|said| {
        said.cut_after.clear();
        said.ranges.clear();
    });
}

/// What was kept before the cut is not fetched again.
fn only_the_rest_of_it_is_fetched(browser: &mut Browser, page: &Page, (office, large): (&Office, &[u8])) {
    let sha = digest(large);
    browser.until(page, &format!("jincai.page.have['{sha}']"), seconds(10));
    let mut begins: Vec<usize> =
        office.with(|said| said.ranges.iter().filter(|(of, _)| *of == sha).map(|(_, from)| *from).collect());
    begins.dedup();
    assert_eq!(begins, [CHUNK, 2 * CHUNK]);
}

/// M16: the page, its edition and its files are there; what has dates is not shown, and no time is believed.
fn without_network_in_1970(profile: &Path, office: &Office, address: &str) {
    office.with(|said| said.is_gone = true);
    let mut browser = Browser::start(profile);
    let begins = "const real = Date.now, off = real(); Date.now = () => real() - off + 1000; self.jincai = { shown: new Set() }; \
        setInterval(() => jincai.page && jincai.shown.add(jincai.page.state().on.seg.item), 30);";
    let page = browser.open(address, CANVAS, begins);
    browser.until(&page, IS_PLAYING, seconds(10));
    browser.until(
        &page,
        "jincai.page.state().play && jincai.page.state().play.record.clock === 'unknown'",
        seconds(3),
    );
    browser.until(&page, "jincai.page.state().seq >= 5", seconds(10));
    let is_dated = format!("[...jincai.shown].includes('{}')", digest(&clip(4)));
    assert_eq!(browser.evaluate(&page, &is_dated), false, "a work with dates was shown");
    browser.kill();
    office.with(|said| said.is_gone = false);
}

/// M12: one bit of a stored file is another at the next start.
fn a_flipped_bit_is_never_shown(profile: &Path, office: &Office, address: &str) {
    let bytes = clip(3);
    let stored = files_below(profile, |path| fs::read(path).is_ok_and(|found| found == bytes));
    assert_eq!(stored.len(), 1, "the clip lies in the profile: {stored:?}");
    let mut flipped = bytes.clone();
    flipped[2000] ^= 0x10;
    fs::write(&stored[0], &flipped).unwrap();
    let fetched = office.with(|said| said.fetched[&digest(&bytes)]);
    office.with(|said| said.hostile = 0);
    let mut browser = Browser::start(profile);
    let page = browser.open(address, CANVAS, "");
    let is_on = format!("jincai.page.state().on.seg.item === '{}' && {IS_PLAYING}", digest(&bytes));
    browser.until(&page, &is_on, seconds(15));
    assert!(office.with(|said| said.fetched[&digest(&bytes)]) > fetched, "it was not fetched again");
    assert!(files_below(profile, |path| fs::read(path).is_ok_and(|found| found == flipped)).is_empty());
    browser.until(&page, "jincai.page.outbox.count() < 3", seconds(10));
    browser.kill();
}

/// M7 and M8: plays of all boots are there, in spite of kills and of a server that lies about them.
fn every_play_is_there_once(office: &Office) {
    office.with(|said| {
        assert_eq!(said.contradictions, 0);
        let boots: BTreeSet<_> = said.plays.keys().map(|(boot, _)| boot.clone()).collect();
        assert!(boots.len() >= 3, "{boots:?}");
        for boot in boots {
            let of_boot = said.plays.iter().filter(|((of, _), _)| *of == boot);
            let plays: Vec<_> = of_boot.map(|(_, play)| play).collect();
            let numbers: Vec<_> = plays.iter().map(|play| play.seq).collect();
            let last = numbers.len() as u64;
            assert_eq!(numbers, (1..=last).collect::<Vec<_>>(), "plays of {boot} without gaps");
            let is_cut = |play: &&&Play| play.outcome == Outcome::Cut;
            let cut: Vec<_> = plays.iter().filter(is_cut).map(|play| play.seq).collect();
            assert!(cut.is_empty() || cut == [last], "at most the last was cut: {cut:?}");
            let ends = |play: &Play| play.started_at + i64::try_from(play.shown_ms).unwrap();
            assert!(plays.windows(2).all(|pair| ends(pair[0]) <= pair[1].started_at + 60), "{plays:?}");
        }
    });
}

#[test]
fn a_page_that_nobody_knows_shows_a_code_until_the_office_types_it_and_again_when_it_is_forgotten() {
    let _alone = alone();
    let profile = tempfile::tempdir().unwrap();
    let office = Office::open();
    office.with(|said| said.is_paired = false);
    office.publish(&edition(four_clips(&office), SLOT, 2));
    let mut browser = Browser::start(profile.path());
    let page = browser.open(&office.url(), CANVAS, "");
    let is_waiting = "jincai.page.state().on.seg.kind === 'pair' && document.getElementById('code').textContent === 'K7MX-2QPD' \
        && document.getElementById('qr').naturalWidth > 0";
    browser.until(&page, is_waiting, seconds(10));
    let picture = image::load_from_memory(&browser.screenshot(&page)).unwrap().to_luma8();
    assert_eq!(picture.dimensions(), (CANVAS[0], CANVAS[1]));
    let light = picture.pixels().filter(|pixel| pixel.0[0] > 200).count();
    assert!(light > 100_000, "the code stands on paper: {light}");
    office.with(|said| said.is_paired = true);
    browser.until(&page, IS_PLAYING, seconds(15));
    office.with(|said| said.is_paired = false);
    browser.until(&page, &format!("{is_waiting} && !jincai.page.state().edition"), seconds(10));
}
