//! Notices: words and posters cut in, and end by themselves.

use jincai::model::playout::{Asset, Notice};

use super::office::{Office, Way, clip, digest, edition, now, video};
use super::{CANVAS, SLOT, seconds};
use crate::common::browser::{Browser, Page};

const IS_PROGRAMME: &str = "jincai.page.state().on.seg.kind === 'video' && !jincai.page.state().under";

fn notice(id: u64, ms: i64) -> Notice {
    let (title, text) = (String::new(), String::new());
    Notice { id, from: now() - 100, to: now() + ms, title, text, picture: None }
}

pub fn words_cut_in_and_end(browser: &mut Browser, page: &Page, office: &Office) {
    let words = Notice { title: "Notice".into(), text: "<b>words</b>".into(), ..notice(2, 2500) };
    office.with(|said| {
        said.serial = 2;
        said.notices = vec![words];
    });
    browser.until(page, "jincai.page.state().on.seg.kind === 'notice'", seconds(2));
    let text = browser.evaluate(page, "document.getElementById('notice-text').innerHTML");
    assert_eq!(text, "&lt;b&gt;words&lt;/b&gt;");
    office.until("the screen says notice", seconds(3), |said| {
        said.beats.iter().any(|beat| beat.showing == "notice")
    });
    browser.until(page, IS_PROGRAMME, seconds(6));
}

/// Until its picture is here the programme goes on: a notice without words would be an empty panel.
pub fn a_poster_cuts_in_once_it_is_here(browser: &mut Browser, page: &Page, office: &Office) {
    let mut png = std::io::Cursor::new(Vec::new());
    let green = image::RgbImage::from_pixel(CANVAS[0], CANVAS[1], image::Rgb([20, 200, 60]));
    green.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let picture = Asset { sha256: office.keep(&png, Way::Well), bytes: u64::try_from(png.len()).unwrap() };
    let poster = Notice { picture: Some(picture), ..notice(3, 60_000) };
    office.with(|said| {
        said.serial = 3;
        said.notices = vec![poster.clone()];
        said.beats.clear();
    });
    office.until("the screen was told", seconds(3), |said| said.beats.iter().any(|beat| beat.applied == 3));
    assert_eq!(browser.evaluate(page, "jincai.page.state().on.seg.kind"), "video");
    let items = [1, 3, 4].map(|number| video(&clip(number), u64::from(SLOT)));
    let mut said = edition(items.into(), SLOT, 2);
    (said.serial, said.notices, said.revoked) = (3, vec![poster], vec![digest(&clip(2))]);
    office.publish(&said);
    let is_shown =
        "jincai.page.state().on.seg.is_notice && ['i0','i1'].some(n => jincai.page.stage.layers[n].is_first)";
    browser.until(page, is_shown, seconds(5));
    let before = browser.evaluate(page, "jincai.page.state().seq");
    let seen = image::load_from_memory(&browser.screenshot(page)).unwrap().to_rgb8();
    for (x, y) in [(0, 0), (CANVAS[0] / 2, CANVAS[1] / 2), (CANVAS[0] - 1, CANVAS[1] - 1)] {
        assert_eq!(seen.get_pixel(x, y).0, [20, 200, 60], "at {x}, {y}");
    }
    office.until("the screen says notice", seconds(3), |said| {
        said.beats.iter().any(|beat| beat.showing == "notice")
    });
    assert_eq!(browser.evaluate(page, "jincai.page.state().seq"), before, "a notice is no play");
    office.with(|said| {
        said.serial = 4;
        said.notices.clear();
    });
    browser.until(page, IS_PROGRAMME, seconds(5));
}
