//! Kills, flipped bits, twins and hours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use jincai::model::playout::Outcome;

use crate::browser::{Browser, files_below};
use crate::office::{Office, clip, edition};
use crate::{CANVAS, IS_PLAYING, SLOT, four_clips};

/// M7: the whole browser is killed at odd moments; how long until a picture, and what became of the plays.
pub fn kills(count: u64) {
    let profile = tempfile::tempdir().unwrap();
    let office = Office::open();
    office.publish(&edition(four_clips(&office, SLOT), SLOT, 24));
    let address = format!("{}?plays=200", office.url());
    let mut until_picture = Vec::new();
    for round in 0..=count {
        let begin = Instant::now();
        let mut browser = Browser::start(profile.path());
        let page = browser.open(&address, CANVAS, "");
        browser.until(&page, IS_PLAYING, Duration::from_secs(30));
        until_picture.push(begin.elapsed());
        std::thread::park_timeout(Duration::from_millis(500 + round * 379 % 2500));
        if round == count {
            browser.until(&page, "jincai.page.outbox.count() < 3", Duration::from_secs(30));
        }
        browser.kill();
    }
    until_picture.sort();
    let (mut cuts, mut holes, mut plays) = (0, 0, 0);
    office.with(|said| {
        let boots: BTreeSet<_> = said.plays.keys().map(|(boot, _)| boot.clone()).collect();
        for boot in &boots {
            let of: Vec<_> = said.plays.iter().filter(|((other, _), _)| other == boot).map(|(_, play)| play).collect();
            plays += of.len();
            holes += of.windows(2).filter(|pair| pair[0].seq + 1 != pair[1].seq).count();
            cuts += of.iter().rev().skip(1).filter(|play| play.outcome == Outcome::Cut).count();
        }
        println!(
            "| M7: kill -9 | {count} kills, {plays} plays | picture after p50 {:.1} s, longest {:.1} s; missing {holes}, changed {}, cut before the last of a boot {cuts} |",
            until_picture[until_picture.len() / 2].as_secs_f64(),
            until_picture[until_picture.len() - 1].as_secs_f64(),
            said.contradictions
        );
    });
}

/// M12: one bit of a stored file is flipped, or it is cut, before each start.
pub fn flips(count: u64) {
    let profile = tempfile::tempdir().unwrap();
    let office = Office::open();
    office.publish(&edition(four_clips(&office, SLOT), SLOT, 24));
    let clips: Vec<Vec<u8>> = (1..=4).map(clip).collect();
    let mut kept_wrong = 0;
    for round in 0..count {
        let mut browser = Browser::start(profile.path());
        let page = browser.open(&office.url(), CANVAS, "");
        browser.until(&page, "Object.keys(jincai.page.state().have).length === 4", Duration::from_secs(30));
        browser.kill();
        let is_right = |path: &std::path::Path| fs::read(path).is_ok_and(|found| clips.contains(&found));
        let stored = files_below(profile.path(), is_right);
        kept_wrong += 4 - stored.len().min(4);
        let chosen = &stored[usize::try_from(round).unwrap() % stored.len()];
        let mut bytes = fs::read(chosen).unwrap();
        let place = usize::try_from(round * 7919).unwrap() % bytes.len();
        if round % 4 == 3 {
            bytes.truncate(place);
        } else {
            bytes[place] ^= 1 << (round % 8);
        }
        fs::write(chosen, bytes).unwrap();
    }
    println!("| M12: flipped bits, cut files | {count} | kept as good: {kept_wrong} |");
}

/// M15: two pages of one programme; the second's clocks are two minutes off and run 100 ppm fast.
pub fn twins(changes: u64) {
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Browser::start(profile.path());
    let office = Office::open();
    office.publish(&edition(four_clips(&office, SLOT), SLOT, 24));
    let wrong = "const d = Date.now, p = performance.now.bind(performance); Date.now = () => d() + 120000; performance.now = () => p() * 1.0001;";
    let address = format!("http://screens.test:{}/", office.port);
    let mut begins = Vec::new();
    for first in ["", wrong] {
        let page = browser.open(&address, CANVAS, &format!("{first} self.begins = [];"));
        browser.until(&page, IS_PLAYING, Duration::from_secs(30));
        begins.push(page);
    }
    // The edge at which each slot began, by the one clock of this machine, as the pages saw their first frames.
    let note = "(() => { const seen = {}; setInterval(() => { const { on } = jincai.page.state(); if (on.first && on.seg.slot_at && !seen[on.seg.slot_at]) \
        { seen[on.seg.slot_at] = 1; self.begins.push([on.seg.slot_at, performance.timeOrigin + on.first / (performance.now.toString().includes('1.0001') ? 1.0001 : 1)]); } }, 50); })()";
    for page in &begins {
        browser.evaluate(page, note);
    }
    browser.until(&begins[1], &format!("self.begins.length >= {changes}"), Duration::from_secs(400));
    let said: Vec<BTreeMap<i64, f64>> = begins
        .iter()
        .map(|page| {
            let said = browser.evaluate(page, "self.begins");
            said.as_array()
                .unwrap()
                .iter()
                .map(|pair| (pair[0].as_i64().unwrap(), pair[1].as_f64().unwrap()))
                .collect()
        })
        .collect();
    let mut apart: Vec<f64> =
        // Not the slot that was on when the second page was opened: it joined that one, at no edge.
        said[0].iter().filter_map(|(slot, at)| said[1].get(slot).map(|other| (at - other).abs())).skip(1).collect();
    apart.sort_by(f64::total_cmp);
    let at = |share: usize| {
        apart.get((apart.len() * share / 100).min(apart.len() - 1)).copied().unwrap_or(f64::NAN)
    };
    println!(
        "| M15: twins | {} changes | apart p50 {:.1}, p95 {:.1}, longest {:.1} ms |",
        apart.len(),
        at(50),
        at(95),
        at(100)
    );
}

/// M4: memory of the whole browser while it plays, without a witness, which would need memory too.
pub fn memory(minutes: u64) {
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Browser::start(profile.path());
    let office = Office::open();
    office.publish(&edition(four_clips(&office, SLOT), SLOT, 24));
    let page = browser.open(&office.url(), CANVAS, "");
    browser.until(&page, IS_PLAYING, Duration::from_secs(30));
    let mut points = Vec::new();
    let step = if minutes > 5 { 60 } else { 10 };
    for _ in 0..=minutes * 60 / step {
        points.push(resident(browser.child.id()));
        std::thread::park_timeout(Duration::from_secs(step));
    }
    let half = &points[points.len() / 2..];
    let slope = slope(half) * 3600.0 / f64::from(u32::try_from(step).unwrap());
    let shown = crate::shown(&mut browser, &page);
    println!(
        "| M4: memory | {minutes} min, {shown} works | first {:.0}, last {:.0} MB; slope of the second half {slope:+.1} MB/h |",
        points[0],
        points[points.len() - 1]
    );
}

/// Resident memory of a process and all below it, MB.
fn resident(root: u32) -> f64 {
    let mut parents = BTreeMap::new();
    let mut sizes = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u32>().ok()
        };
        parents.insert(id, field("PPid:").unwrap_or(0));
        sizes.insert(id, field("VmRSS:").unwrap_or(0));
    }
    let is_below = |mut id: u32| {
        while id != root {
            match parents.get(&id) {
                Some(parent) if *parent > 1 => id = *parent,
                _ => return false,
            }
        }
        true
    };
    sizes.iter().filter(|(id, _)| is_below(**id)).map(|(_, size)| f64::from(*size) / 1024.0).sum()
}

/// Least squares: units of the values a step.
fn slope(values: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let xs = || (0..u32::try_from(values.len()).unwrap()).map(f64::from);
    let (mean_x, mean_y) = ((count - 1.0) / 2.0, values.iter().sum::<f64>() / count);
    let above: f64 = xs().zip(values).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    above / xs().map(|x| (x - mean_x).powi(2)).sum::<f64>()
}
