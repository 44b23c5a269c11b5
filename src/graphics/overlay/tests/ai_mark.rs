//! The words on AI-made works: large enough, inside the safe area, beside everything else, on canvases of every shape.

use super::*;
use crate::model::config::AiMark;
use crate::model::plan::AiMarkPlan;

/// Height of what is brighter than half of the way from the plate to white, pixels.
fn letters(file: &Path) -> u32 {
    let picture = image::open(file).unwrap().to_rgba8();
    let white = picture.enumerate_pixels().filter(|(_, _, pixel)| pixel.0.iter().all(|part| *part > 140));
    let rows: Vec<u32> = white.map(|(_, y, _)| y).collect();
    rows.iter().max().unwrap() - rows.iter().min().unwrap() + 1
}

#[test]
fn the_mark_is_large_enough_and_beside_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    for canvas in [
        Size::new(1920, 1080),
        Size::new(1080, 1920),
        Size::new(1080, 1080),
        Size::new(1080, 1440),
        Size::new(3840, 1080),
        Size::new(540, 960),
        Size::new(320, 180),
    ] {
        for corner in [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight] {
            let mut recipe = recipe(canvas, corner);
            recipe.overlays.ai_mark = Some(AiMarkPlan { sha256: String::new(), until_us: Some(2 * SECOND) });
            recipe.overlays.title_card =
                recipe.overlays.lower_third.clone().filter(|_| canvas.width > canvas.height);
            let (cues, card) = (captions(), texts());
            let texts = Texts { captions: Some(&cues), card: &card };
            let aside = tempfile::tempdir_in(folder.path()).unwrap();
            let (layers, _) = brand.layers(&recipe, &texts, aside.path(), &Cancel::default()).unwrap();
            keep_a_look(&layers, canvas, &format!("ai-{canvas}-{corner:?}.png"));
            let mark = layers.iter().find(|layer| layer.file.as_path().ends_with(AI_MARK_FILE));
            let mark = mark.unwrap_or_else(|| panic!("no mark on {canvas} with the watermark {corner:?}"));
            assert_eq!(
                (mark.from_us, mark.until_us, mark.fade_us, mark.opacity),
                (0, Some(2 * SECOND), 0, 1.0)
            );
            let height = letters(mark.file.as_path());
            assert!(f64::from(height) >= 0.05 * f64::from(canvas.short_side()), "{canvas}: {height} pixels");
            let safe = [SAFE.left, SAFE.top, SAFE.right, SAFE.bottom];
            let [x, y, right, bottom] = place(mark);
            assert!(x >= canvas.width * safe[0] / 1000 && y >= canvas.height * safe[1] / 1000);
            assert!(right <= canvas.width - canvas.width * safe[2] / 1000 && bottom < canvas.height / 2);
            for other in layers.iter().filter(|other| *other != mark && together(mark, other)) {
                let (a, b) = (place(mark), place(other));
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{canvas} {corner:?}\n{mark:?}\n{other:?}");
            }
        }
    }
}

#[test]
fn a_text_that_cannot_be_drawn_whole_is_not_drawn_at_all() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["本视频含人工智能生成内容".repeat(12), "\u{10ffff}生成".to_owned()] {
        let config =
            Config { ai_mark: AiMark { text: text.clone(), ..AiMark::default() }, ..Config::default() };
        let brand = Brand::load(&config).unwrap();
        let mut recipe = recipe(Size::new(1080, 1920), Corner::TopRight);
        recipe.overlays.ai_mark = Some(AiMarkPlan { sha256: String::new(), until_us: None });
        let card = texts();
        let texts = Texts { captions: None, card: &card };
        let aside = tempfile::tempdir_in(folder.path()).unwrap();
        let (layers, _) = brand.layers(&recipe, &texts, aside.path(), &Cancel::default()).unwrap();
        assert!(layers.iter().all(|layer| !layer.file.as_path().ends_with(AI_MARK_FILE)), "{text}");
    }
}
