//! Devices that decode one video at a time: the last picture, or a cover, stands in while the next one is opened.

use jincai::model::playout::{Asset, Run, Slot};

use super::office::{Office, Way, clip, edition, video};
use super::witness::Judgement;
use super::{CANVAS, IS_PLAYING, seconds};
use crate::common::browser::Browser;

/// Longer than a clip moves: one deck opens the next one while the last picture stands.
const SLOT: u32 = 900;
const CHANGES: usize = 3;

/// Looks at every frame whether the curtain shows the cover: it stands for some frames only.
const LOOK_FOR_COVER: &str = "(function look() { requestAnimationFrame(look); const c = document.getElementById('curtain'); \
    if (!c || c.style.visibility !== 'visible' || !c.width) return; \
    const [r, g, b] = c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data; \
    if (r > 200 && g < 60 && b > 140) self.cover_was_seen = true; })()";

pub fn one_deck_never_shows_black(browser: &mut Browser, office: &Office) {
    let cover = image::RgbImage::from_pixel(64, 36, image::Rgb([220, 40, 160]));
    let mut png = std::io::Cursor::new(Vec::new());
    cover.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let cover = png.into_inner();
    let picture =
        Asset { sha256: office.keep(&cover, Way::Well), bytes: u64::try_from(cover.len()).unwrap() };
    // Its second half is noise: it begins, and cannot go on.
    let mut broken = clip(4);
    let half = broken.len() / 2;
    broken[half..].iter_mut().for_each(|byte| *byte ^= 0xa5);
    office.keep(&broken, Way::Well);
    let mut items: Vec<_> = (1..=3)
        .map(clip)
        .map(|bytes| {
            office.keep(&bytes, Way::Well);
            video(&bytes, u64::from(SLOT))
        })
        .collect();
    items.push(video(&broken, 1_200));
    items[3].picture = Some(picture);
    let mut said = edition(items, SLOT, 2);
    let good = (0..6).map(|n| Slot(n % 3, SLOT));
    let slots = good.chain([Slot(3, 6_000)]).collect::<Vec<_>>().repeat(40);
    said.runs = vec![Run { from: said.runs[0].from, block: None, slots }];
    said.looped.truncate(3);
    office.publish(&said);
    let page = browser.open(&format!("{}?decks=1", office.url()), CANVAS, LOOK_FOR_COVER);
    browser.until(
        &page,
        &format!("{IS_PLAYING} && jincai.page.state().on.seg.item === '{}'", said.items[0].video.sha256),
        seconds(15),
    );
    browser.watch(&page, [320, 180]);
    let begin = browser.evaluate(&page, "jincai.page.state().seq").as_u64().unwrap();
    browser.until(&page, &format!("jincai.page.state().seq >= {}", begin + CHANGES as u64 + 1), seconds(20));
    let judged = Judgement::of(&browser.watched(&page));
    assert!(judged.gaps.len() >= CHANGES, "{judged:?}");
    assert_eq!((judged.black, judged.other), (0, 0), "{judged:?}");
    assert_eq!(
        browser.evaluate(&page, "jincai.page.state().layers.v1.phase"),
        "idle",
        "the second deck stays empty"
    );
    // The curtain of what broke while it was on is its cover.
    browser.until(&page, "self.cover_was_seen", seconds(30));
    browser.until(&page, IS_PLAYING, seconds(10));
    browser.close(&page);
}
