//! Tests the written layers by measuring their pixels.

mod ai_mark;
mod heavy;

use std::path::Path;

use image::RgbaImage;

use super::captions::Cue;
use super::*;
use crate::model::cancel::Cancel;
use crate::model::config::{Config, TitleCard, Watermark};
use crate::model::finding::{Code, Finding};
use crate::model::job::Layer;
use crate::model::plan::{
    CaptionPlan, CardPlan, Normalise, Overlays, VideoEncode, VideoRecipe, WatermarkPlan,
};
use crate::model::preset::{Corner, Fit, Insets};
use crate::model::units::{Rational, Size};

const SECOND: u64 = 1_000_000;
const SAFE: Insets = Insets { top: 80, right: 120, bottom: 180, left: 40 };
const MARK: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="200" height="100" rx="20" fill="#c22"/></svg>"##;

/// A brand with a watermark.
fn brand(folder: &Path) -> Brand {
    let file = folder.join("mark.svg");
    std::fs::write(&file, MARK).unwrap();
    let watermark = Watermark {
        file: file.into(),
        corner: Corner::BottomRight,
        size: 0.2,
        opacity: 0.8,
        margin: 0.03,
        corners: Default::default(),
    };
    let brand = Brand::load(&Config { watermark: Some(watermark), ..Config::default() }).unwrap();
    assert!(brand.font_report().has_chinese, "no Chinese font: `.ci/needs` installs one");
    brand
}

fn recipe(canvas: Size, corner: Corner) -> VideoRecipe {
    let card = CardPlan { sha256: String::new(), until_us: 4 * SECOND };
    VideoRecipe {
        engine: 1,
        source_sha256: String::new(),
        kind: Default::default(),
        stream: 0,
        start_us: 0,
        duration_us: 60 * SECOND,
        normalise: Normalise::plain(canvas),
        canvas,
        fit: Fit::Blur,
        focus: None,
        frame_rate: Rational::new(30, 1),
        overlays: Overlays {
            watermark: Some(WatermarkPlan {
                sha256: String::new(),
                corner,
                size: 0.2,
                opacity: 0.8,
                margin: 0.03,
            }),
            captions: Some(CaptionPlan { sha256: String::new() }),
            title_card: None,
            lower_third: Some(card),
            ai_mark: None,
            safe: SAFE,
        },
        encode: VideoEncode {
            codec: "libx264".into(),
            preset: "faster".into(),
            profile: "high".into(),
            crf: 20.0,
            max_rate: 0,
            buffer: 0,
            gop_frames: 60,
            x264: String::new(),
            draft: false,
        },
        layout: Default::default(),
    }
}

fn cue(from: u64, until: u64, text: &str) -> Cue {
    Cue { from_us: from * SECOND, until_us: until * SECOND, text: text.into() }
}

fn captions() -> Captions {
    Captions {
        cues: vec![
            cue(0, 5, "春天来了，海河边的玉兰花开了，同学们带着相机走出教室，记录这座城市的早晨。"),
            cue(2, 6, "两位同学同时说话"),
            cue(8, 10, "短句"),
            cue(11, 12, "Learn Rust & FFmpeg <今天> 就开始"),
        ],
    }
}

fn texts() -> CardTexts {
    CardTexts {
        title: "津门晨光：<我们> & \"海河\" {authors}".into(),
        department: "数字艺术系".into(),
        authors: vec!["王小明".into(), "李华".into()],
        college: "天津城市职业学院".into(),
        byline: TitleCard::default().byline,
        ..CardTexts::default()
    }
}

/// Returns x, y, right and bottom of a layer, read from its file.
fn place(layer: &Layer) -> [u32; 4] {
    let (width, height) = image::image_dimensions(layer.file.as_path()).unwrap();
    [layer.x, layer.y, layer.x + width, layer.y + height]
}

fn together(a: &Layer, b: &Layer) -> bool {
    let end = |layer: &Layer| layer.until_us.unwrap_or(u64::MAX);
    a.from_us < end(b) && b.from_us < end(a)
}

/// Saves a picture of the layers over grey, when `JINCAI_LOOK` names a folder.
fn keep_a_look(layers: &[Layer], canvas: Size, name: &str) {
    let Some(folder) = std::env::var_os("JINCAI_LOOK") else { return };
    let mut picture = RgbaImage::from_pixel(canvas.width, canvas.height, image::Rgba([130, 150, 140, 255]));
    for layer in layers.iter().filter(|layer| layer.from_us <= 3 * SECOND) {
        let over = image::open(layer.file.as_path()).unwrap().to_rgba8();
        image::imageops::overlay(&mut picture, &over, i64::from(layer.x), i64::from(layer.y));
    }
    picture.save(Path::new(&folder).join(name)).unwrap();
}

#[test]
fn text_stays_inside_the_safe_area_and_no_layer_covers_another() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    for canvas in [Size::new(1080, 1920), Size::new(1920, 1080), Size::new(1280, 720), Size::new(3840, 1080)]
    {
        for corner in [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight] {
            let (cues, card) = (captions(), texts());
            let texts = Texts { captions: Some(&cues), card: &card };
            let aside = tempfile::tempdir_in(folder.path()).unwrap();
            let (layers, findings) =
                brand.layers(&recipe(canvas, corner), &texts, aside.path(), &Cancel::default()).unwrap();
            assert_eq!(findings, [], "{canvas}");
            assert_eq!(layers.len(), 6);
            let left = canvas.width * SAFE.left / 1000;
            let right = canvas.width - canvas.width * SAFE.right / 1000;
            let top = canvas.height * SAFE.top / 1000;
            let bottom = canvas.height - canvas.height * SAFE.bottom / 1000;
            for layer in &layers {
                let [x, y, until_x, until_y] = place(layer);
                assert!(x >= left && y >= top && until_x <= right && until_y <= bottom, "{canvas} {layer:?}");
            }
            for (index, layer) in layers.iter().enumerate() {
                for other in layers[index + 1..].iter().filter(|other| together(layer, other)) {
                    let (a, b) = (place(layer), place(other));
                    let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                    assert!(apart, "{canvas} {corner:?}\n{layer:?}\n{other:?}");
                }
            }
            keep_a_look(&layers, canvas, &format!("{canvas}-{corner:?}.png"));
        }
    }
}

#[test]
fn the_watermark_has_its_size_at_every_canvas() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    for (canvas, size) in [(Size::new(1080, 1920), (216, 108)), (Size::new(1280, 720), (144, 72))] {
        let none = CardTexts::default();
        let texts = Texts { captions: None, card: &none };
        let aside = tempfile::tempdir_in(folder.path()).unwrap();
        let (layers, _) =
            brand.layers(&recipe(canvas, Corner::TopLeft), &texts, aside.path(), &Cancel::default()).unwrap();
        assert_eq!(image::image_dimensions(layers[0].file.as_path()).unwrap(), size);
        assert_eq!((layers[0].opacity, layers[0].until_us, layers.len()), (0.8, None, 1));
    }
}

#[test]
fn what_cannot_be_shown_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    let cues = Captions {
        cues: vec![cue(1, 2, &"长".repeat(400)), cue(3, 4, "好\u{10FFF0}"), cue(70, 71, "迟")],
    };
    let none = CardTexts::default();
    let texts = Texts { captions: Some(&cues), card: &none };
    let (layers, findings) = brand
        .layers(&recipe(Size::new(720, 1280), Corner::TopLeft), &texts, folder.path(), &Cancel::default())
        .unwrap();
    let codes: Vec<Code> = findings.iter().map(|finding: &Finding| finding.code).collect();
    assert_eq!(codes, [Code::CaptionsOutsideDuration, Code::GlyphMissing, Code::CaptionsDoNotFit]);
    assert_eq!(layers.len(), 3);
}

#[test]
fn digests_change_when_and_only_when_pixels_would() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    let base = texts();
    let digest = |change: fn(&mut CardTexts)| {
        let mut changed = base.clone();
        change(&mut changed);
        brand.card_sha256(Card::LowerThird, &changed)
    };
    let same = digest(|_| {});
    assert_eq!(
        digest(|texts| texts.college = "别的".into()),
        same,
        "the lower third does not show the college"
    );
    assert_ne!(digest(|texts| texts.authors.push("赵六".into())), same);
    assert_ne!(brand.card_sha256(Card::Title, &base), same);

    let of = |brand: &Brand, cues: &[Cue]| brand.captions_sha256(&Captions { cues: cues.to_vec() });
    let cues = captions().cues;
    assert_ne!(of(&brand, &cues[1..]), of(&brand, &cues));
    let invisible = Cue { text: format!("\u{202e}{}", cues[0].text), ..cues[0].clone() };
    assert_eq!(of(&brand, &[invisible]), of(&brand, &cues[..1]));
    let mut config = Config::default();
    config.captions.colour = "#ffff00".into();
    assert_ne!(of(&Brand::load(&config).unwrap(), &cues), of(&brand, &cues));
    assert_eq!(Brand::load(&config).unwrap().watermark_sha256(), None);
}

#[test]
fn a_title_of_forty_characters_is_shown_whole_on_every_card() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    let title = "你好天津：从海河之畔到示例学院实训车间的一天——记录我们与城市共同成长的青春时光";
    let texts = CardTexts { title: title.into(), ..texts() };
    for card in ["title-card", "lower-third", "cover-title"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("presets/overlays/{card}.svg"));
        let template = template::Template::read(card, std::fs::read_to_string(file).unwrap()).unwrap();
        assert!(template.fill(&texts, brand.fonts()).whole, "{card}");
    }
}

#[test]
fn the_placeholder_watermark_is_not_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/overlays/watermark.svg");
    let picture = watermark::Mark::load(&file).unwrap().draw(480, brand.fonts()).unwrap();
    let ink = raster::ink(&picture).unwrap();
    assert!(ink.x > 4 && ink.right() < picture.width() - 4, "{ink:?} of {}", picture.width());
}

#[test]
fn the_cover_title_stays_in_the_middle_that_crops_keep() {
    let folder = tempfile::tempdir().unwrap();
    let brand = brand(folder.path());
    for size in [Size::new(1080, 1440), Size::new(1920, 1080), Size::new(1080, 1920), Size::new(1146, 717)] {
        let cover = brand.cover_title(size, &texts()).unwrap();
        assert_eq!(cover.dimensions(), (size.width, size.height));
        let ink = raster::ink(&cover).unwrap();
        let (width, height) = (size.width.min(size.height * 3 / 4), size.height.min(size.width));
        assert!(
            ink.x >= (size.width - width) / 2 && ink.right() <= (size.width + width) / 2 + 1,
            "{size} {ink:?}"
        );
        assert!(
            ink.y >= (size.height - height) / 2 && ink.bottom() <= (size.height + height) / 2,
            "{size} {ink:?}"
        );
        if let Some(folder) = std::env::var_os("JINCAI_LOOK") {
            let mut look = RgbaImage::from_pixel(size.width, size.height, image::Rgba([130, 150, 140, 255]));
            image::imageops::overlay(&mut look, &cover, 0, 0);
            look.save(Path::new(&folder).join(format!("cover-{size}.png"))).unwrap();
        }
    }
}

#[test]
fn an_svg_cannot_read_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.png");
    RgbaImage::from_pixel(10, 10, image::Rgba([255, 0, 0, 255])).save(&secret).unwrap();
    let fonts = fonts::Fonts::new(&[]);
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image width="10" height="10" href="{}"/></svg>"#,
        secret.display()
    );
    let picture = raster::draw(&raster::tree(&svg, &fonts).unwrap(), 1.0, (10, 10)).unwrap();
    assert_eq!(raster::ink(&picture), None);
}

#[test]
fn a_template_of_the_office_replaces_the_built_in_or_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { overlays: Some(folder.path().into()), ..Config::default() };
    let built_in = Brand::load(&config).unwrap().card_sha256(Card::Title, &texts());
    let file = folder.path().join("title-card.svg");
    std::fs::write(&file, r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" data-place="centre" data-width="0.5"><text>{title}</text></svg>"#).unwrap();
    assert_ne!(Brand::load(&config).unwrap().card_sha256(Card::Title, &texts()), built_in);
    std::fs::write(&file, "<svg width='9' height='9'/>").unwrap();
    let error = Brand::load(&config).unwrap_err().to_string();
    assert!(error.contains("title-card.svg") && error.contains("data-place"), "{error}");
}
