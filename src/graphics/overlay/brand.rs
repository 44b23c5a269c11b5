//! The office's branding: watermark, templates and fonts, loaded once and shared by all works.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use image::RgbaImage;
use sha2::{Digest, Sha256};

use super::fonts::Fonts;
use super::raster::{self, Rect};
use super::template::{Place, Template};
use super::watermark::Mark;
use super::{Captions, Card, CardTexts, FontReport, OverlayError};
use crate::files;
use crate::model::config::{AiMark, CaptionStyle, Config, Watermark};
use crate::model::finding::{Code, Finding};
use crate::model::units::Size;
use crate::model::value::Arg;
use crate::text::hex;

/// Largest template file that is read.
const MAX_TEMPLATE_BYTES: u64 = 8 << 20;

/// Most missing characters that a finding lists.
const MAX_LISTED_GLYPHS: usize = 40;

/// The watermark, templates and fonts of one configuration. The system's fonts are scanned when text is first set.
#[derive(Debug)]
pub struct Brand {
    pub(super) mark: Option<Mark>,
    title_card: Template,
    lower_third: Template,
    cover_title: Template,
    pub(super) style: CaptionStyle,
    pub(super) ai_mark: AiMark,
    fonts: OnceLock<Arc<Fonts>>,
}

/// The program's own picture, which `jincai init` writes for the college to replace.
const PLACEHOLDER: &[u8] = include_bytes!("../../../presets/overlays/watermark.svg");

fn load_mark(watermark: &Watermark) -> Result<Mark, OverlayError> {
    let path = watermark.file.as_path();
    if watermark.is_placeholder() {
        return Mark::of(path, PLACEHOLDER.to_vec());
    }
    Mark::load(path)
}

impl Brand {
    /// Reads the watermark, which must be visible, and the templates; a file in `config.overlays` replaces the built-in one of the same name.
    pub fn load(config: &Config) -> Result<Self, OverlayError> {
        let folder = config.overlays.as_ref().map(|folder| folder.as_path());
        let template = |name: &str, built_in: &str| {
            let own = folder.map(|folder| own_template(&folder.join(name), name)).transpose()?.flatten();
            Template::read(name, own.unwrap_or_else(|| built_in.to_owned()))
        };
        let brand = Self {
            mark: config.watermark.as_ref().map(load_mark).transpose()?,
            title_card: template("title-card.svg", include_str!("../../../presets/overlays/title-card.svg"))?,
            lower_third: template(
                "lower-third.svg",
                include_str!("../../../presets/overlays/lower-third.svg"),
            )?,
            cover_title: template(
                "cover-title.svg",
                include_str!("../../../presets/overlays/cover-title.svg"),
            )?,
            style: config.captions.clone(),
            ai_mark: config.ai_mark.clone(),
            fonts: OnceLock::new(),
        };
        if let Some(watermark) = &config.watermark {
            brand.check_mark(watermark)?;
        }
        Ok(brand)
    }

    /// Fails if the mark, or a part of it, would not be seen.
    fn check_mark(&self, watermark: &Watermark) -> Result<(), OverlayError> {
        let Some(mark) = &self.mark else { return Ok(()) };
        let path = || watermark.file.as_path().to_owned();
        let checked = mark.check(watermark.opacity, || Arc::clone(self.shared_fonts()));
        match checked.map_err(|error| OverlayError::Watermark { path: path(), reason: error.to_string() })? {
            Some(fault) => Err(OverlayError::MarkUnseen { path: path(), fault }),
            None => Ok(()),
        }
    }

    /// Returns true if the watermark is the program's own picture, whatever its file is called.
    pub fn has_placeholder_mark(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.is_of(PLACEHOLDER))
    }

    /// Returns the SHA-256 (hexadecimal) of everything that determines the watermark's pixels except its size; `None`
    /// without a watermark.
    pub fn watermark_sha256(&self) -> Option<String> {
        self.mark.as_ref().map(|mark| mark.sha256(|| Arc::clone(self.shared_fonts())))
    }

    /// Returns the SHA-256 (hexadecimal) of everything that determines the captions' pixels except the canvas.
    pub fn captions_sha256(&self, captions: &Captions) -> String {
        let mut digest = FieldDigest::default();
        for value in [&self.style.colour, &self.style.outline, &self.style.size.to_string()] {
            digest.add(value);
        }
        let mut all = String::new();
        for cue in &captions.cues {
            let text = self.fonts().drawable(&cue.text);
            digest.add(&cue.from_us.to_string());
            digest.add(&cue.until_us.to_string());
            digest.add(&text);
            all.push_str(&text);
        }
        self.fonts().used(&all).iter().for_each(|font| digest.add(font));
        digest.finish()
    }

    /// Returns the SHA-256 (hexadecimal) of everything that determines the pixels of the mark on AI-made works except the
    /// canvas.
    pub fn ai_mark_sha256(&self) -> String {
        let mut digest = FieldDigest::default();
        digest.add(&self.ai_mark.text);
        digest.add(&self.ai_mark.size.to_string());
        self.fonts().used(&self.ai_mark.text).iter().for_each(|font| digest.add(font));
        digest.finish()
    }

    /// Returns the SHA-256 (hexadecimal) of everything that determines a card's pixels except the canvas.
    pub fn card_sha256(&self, card: Card, texts: &CardTexts) -> String {
        let template = self.template(card);
        let mut digest = FieldDigest::default();
        digest.add(template.source());
        let mut all = String::new();
        for (name, text) in template.values(texts) {
            let text = self.fonts().drawable(&text);
            digest.add(name);
            digest.add(&text);
            all.push_str(&text);
        }
        self.fonts().used(&all).iter().for_each(|font| digest.add(font));
        digest.finish()
    }

    /// Returns true if something of the captions is seen: a cue with a character that can be drawn.
    pub fn shows_any(&self, captions: &Captions) -> bool {
        captions.cues.iter().any(|cue| !self.fonts().drawable(&cue.text).trim().is_empty())
    }

    /// Returns a finding that lists the characters that no font of this machine can draw, which are left out; `None`
    /// when there are none.
    pub fn missing_glyphs<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Option<Finding> {
        let missing = self.fonts().missing(texts.into_iter().flat_map(str::chars));
        let mut named: String = missing.iter().take(MAX_LISTED_GLYPHS).collect();
        if missing.len() > MAX_LISTED_GLYPHS {
            named.push('…');
        }
        let finding =
            Finding::warning(Code::GlyphMissing).measured(missing.len()).arg(Arg::Characters, named);
        (!missing.is_empty()).then_some(finding)
    }

    /// Returns which font this machine uses for Chinese text.
    pub fn font_report(&self) -> FontReport {
        self.fonts().report()
    }

    /// Draws the title on a transparent picture of a cover's size, within the middle that a 3:4 and a 1:1 crop both
    /// keep.
    pub fn cover_title(&self, size: Size, texts: &CardTexts) -> Result<RgbaImage, OverlayError> {
        let template = &self.cover_title;
        let middle = Size::new(size.width.min(size.height * 3 / 4), size.height.min(size.width));
        let plate = self.card_picture(template, texts, middle.width)?.0;
        let mut cover = RgbaImage::new(size.width, size.height);
        let Some(plate) = plate else { return Ok(cover) };
        // A sixteenth of the middle's height stays free below the title.
        let free = (middle.height / 16).min(middle.height.saturating_sub(plate.height()));
        let x = (size.width - plate.width().min(size.width)) / 2;
        let room = middle.height.saturating_sub(plate.height());
        let below = match template.place {
            Place::Centre => room / 2,
            Place::Bottom | Place::BottomLeft => free,
        };
        let y = (size.height - middle.height) / 2 + room - below;
        image::imageops::replace(&mut cover, &plate, i64::from(x), i64::from(y));
        Ok(cover)
    }

    pub(super) fn fonts(&self) -> &Fonts {
        self.shared_fonts()
    }

    /// Returns the template of a card.
    pub(super) fn template(&self, card: Card) -> &Template {
        match card {
            Card::Title => &self.title_card,
            Card::LowerThird => &self.lower_third,
        }
    }

    /// Draws a card `template.share` × `base` pixels wide and crops it to its ink; also returns true if every text
    /// fitted. No picture when there is no title.
    pub(super) fn card_picture(
        &self,
        template: &Template,
        texts: &CardTexts,
        base: u32,
    ) -> Result<(Option<RgbaImage>, bool), OverlayError> {
        if self.fonts().drawable(&texts.title).trim().is_empty() {
            return Ok((None, true));
        }
        let filled = template.fill(texts, self.fonts());
        let scale = f64::from(base) * template.share / template.width;
        let pixels = |side: f64| ((side * scale).ceil() as u32).max(1);
        let tree = raster::tree(&filled.svg, self.fonts())?;
        let picture = raster::draw(&tree, scale as f32, (pixels(template.width), pixels(template.height)))?;
        Ok((raster::cropped(&picture), filled.whole))
    }

    fn shared_fonts(&self) -> &Arc<Fonts> {
        self.fonts.get_or_init(|| Arc::new(Fonts::new(&self.style.fonts)))
    }
}

/// Reads the office's template of this name, `None` where it has none.
fn own_template(path: &Path, name: &str) -> Result<Option<String>, OverlayError> {
    let wrong = |reason: String| OverlayError::Template { name: name.to_owned(), reason };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(wrong(error.to_string())),
        Ok(meta) if meta.len() > MAX_TEMPLATE_BYTES => {
            Err(wrong(format!("larger than {} MiB", MAX_TEMPLATE_BYTES >> 20)))
        }
        Ok(_) => {
            let read =
                files::read_named(path, MAX_TEMPLATE_BYTES).map_err(|error| wrong(error.to_string()))?;
            String::from_utf8(read).map(Some).map_err(|error| wrong(error.to_string()))
        }
    }
}

/// A digest over fields, each prefixed with its length so that different lists of fields never give the same bytes.
#[derive(Default)]
struct FieldDigest(Sha256);

impl FieldDigest {
    fn add(&mut self, value: &str) {
        self.0.update((value.len() as u64).to_le_bytes());
        self.0.update(value);
    }

    fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

impl Rect {
    /// Returns the rectangle of a picture of this size at `place` in the area; `None` when it is larger than the area.
    pub(super) fn placed(self, (width, height): (u32, u32), place: Place) -> Option<Self> {
        let (right, below) = (self.width.checked_sub(width)?, self.height.checked_sub(height)?);
        let (x, y) = match place {
            Place::Centre => (right / 2, below / 2),
            Place::BottomLeft => (0, below),
            Place::Bottom => (right / 2, below),
        };
        Some(Self { x: self.x + x, y: self.y + y, width, height })
    }
}
