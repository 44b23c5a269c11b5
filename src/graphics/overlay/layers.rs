//! Composes the layers of one picture: watermark, cards and captions, none of which overlap.

use std::path::Path;

use super::raster::Rect;
use super::stack::{Occupied, Stack, area, inset};
use super::{Brand, Card, OverlayError, Texts, ai_mark, caption_layers};
use crate::model::cancel::Cancel;
use crate::model::finding::{Code, Finding};
use crate::model::job::Layer;
use crate::model::plan::{VideoRecipe, WatermarkPlan};
use crate::model::preset::{Corner, Insets};
use crate::model::units::Size;
use crate::model::value::Arg;

/// How long a card takes to fade in and out, microseconds.
const FADE_US: u64 = 300_000;

/// Text keeps 5 % of the width and height clear at each edge, as broadcasters' title-safe area does (EBU R 95). In per
/// mille.
const TITLE_SAFE: Insets = Insets { top: 50, right: 50, bottom: 50, left: 50 };

impl Brand {
    /// Writes the layers of one picture as PNG files into `folder`, which must exist, and returns them bottom first.
    /// Equal recipes and texts give equal files. The findings name what was left out or does not fit. Returns
    /// [`OverlayError::Cancelled`] once `cancel` is requested.
    pub fn layers(
        &self,
        recipe: &VideoRecipe,
        texts: &Texts<'_>,
        folder: &Path,
        cancel: &Cancel,
    ) -> Result<(Vec<Layer>, Vec<Finding>), OverlayError> {
        let overlays = &recipe.overlays;
        let mut stack = empty_stack(recipe, folder, cancel);
        if let Some(plan) = &overlays.watermark {
            self.add_watermark(plan, overlays.safe, &mut stack)?;
        }
        if let Some(plan) = &overlays.ai_mark {
            let beside = overlays.watermark.as_ref().map(|watermark| watermark.corner);
            ai_mark::add(self, plan, beside, &mut stack)?;
        }
        for (card, plan) in [(Card::Title, &overlays.title_card), (Card::LowerThird, &overlays.lower_third)] {
            if let Some(plan) = plan {
                self.add_card(card, plan.until_us, texts, &mut stack)?;
            }
        }
        if let (Some(_), Some(captions)) = (&overlays.captions, texts.captions) {
            caption_layers::add(self, captions, recipe.frame_rate, &mut stack)?;
        }
        Ok((stack.layers, stack.findings))
    }

    /// Writes the watermark of one picture as a PNG file into `folder` and returns its layer, as [`Self::layers`] has it
    /// first; `None` where the picture has none.
    pub fn mark_layer(
        &self,
        recipe: &VideoRecipe,
        folder: &Path,
        cancel: &Cancel,
    ) -> Result<Option<Layer>, OverlayError> {
        let mut stack = empty_stack(recipe, folder, cancel);
        if let Some(plan) = &recipe.overlays.watermark {
            self.add_watermark(plan, recipe.overlays.safe, &mut stack)?;
        }
        Ok(stack.layers.pop())
    }

    fn add_watermark(
        &self,
        plan: &WatermarkPlan,
        safe: Insets,
        stack: &mut Stack<'_>,
    ) -> Result<(), OverlayError> {
        let Some(mark) = &self.mark else { return Ok(()) };
        let short = f64::from(stack.canvas.short_side());
        let wanted = ((plan.size * short).round() as u32).max(1);
        let mut picture = mark.draw(wanted, self.fonts())?;
        let margin = (plan.margin * short).round().max(0.0) as u32;
        let room = inset(stack.canvas, safe, margin);
        let (width, height) = picture.dimensions();
        if width > room.width || height > room.height {
            let share = [(room.width, width), (room.height, height)]
                .map(|(room, side)| f64::from(room) / f64::from(side));
            // What is called branded carries its mark, if a smaller one.
            let code = if share[0].min(share[1]) * f64::from(wanted) < 1.0 {
                Code::OverlayDoesNotFit
            } else {
                picture = mark.draw((share[0].min(share[1]) * f64::from(wanted)) as u32, self.fonts())?;
                Code::WatermarkShrunk
            };
            stack.findings.push(
                Finding::warning(code)
                    .arg(Arg::Overlay, "watermark")
                    .measured(Size::new(width, height))
                    .limit(Size::new(room.width, room.height)),
            );
        }
        let (width, height) = picture.dimensions();
        if width > room.width || height > room.height {
            return Ok(());
        }
        let (right, bottom) = (room.right() - width, room.bottom() - height);
        let (x, y) = match plan.corner {
            Corner::TopLeft => (room.x, room.y),
            Corner::TopRight => (right, room.y),
            Corner::BottomLeft => (room.x, bottom),
            Corner::BottomRight => (right, bottom),
        };
        let occupied = Occupied { rect: Rect { x, y, width, height }, from_us: 0, until_us: u64::MAX };
        stack.push("watermark", &picture, occupied)?;
        if let Some(layer) = stack.layers.last_mut() {
            layer.opacity = plan.opacity.clamp(0.0, 1.0);
        }
        Ok(())
    }

    fn add_card(
        &self,
        card: Card,
        until_us: u64,
        texts: &Texts<'_>,
        stack: &mut Stack<'_>,
    ) -> Result<(), OverlayError> {
        let until_us = until_us.min(stack.duration_us);
        if until_us == 0 {
            return Ok(());
        }
        let name = match card {
            Card::Title => "title-card",
            Card::LowerThird => "lower-third",
        };
        let template = self.template(card);
        // As wide as the template says, or as wide as the safe area allows.
        let base = f64::from(stack.canvas.short_side());
        let base = base.min(f64::from(stack.area.width) / template.share).floor();
        let (picture, whole) = self.card_picture(template, texts.card, base as u32)?;
        let Some(picture) = picture else { return Ok(()) };
        if !whole {
            stack.findings.push(Finding::warning(Code::TitleShortened).arg(Arg::Overlay, name));
        }
        let place = stack.area.placed(picture.dimensions(), template.place);
        match place.and_then(|rect| stack.raised(rect, 0, until_us)) {
            Some(rect) => {
                stack.push(name, &picture, Occupied { rect, from_us: 0, until_us })?;
                if let Some(layer) = stack.layers.last_mut() {
                    layer.fade_us = FADE_US.min(until_us / 2);
                }
            }
            None => {
                stack.findings.push(Finding::warning(Code::OverlayDoesNotFit).arg(Arg::Overlay, name));
            }
        }
        Ok(())
    }
}

fn empty_stack<'a>(recipe: &VideoRecipe, folder: &'a Path, cancel: &'a Cancel) -> Stack<'a> {
    Stack {
        canvas: recipe.canvas,
        area: area(recipe.canvas, recipe.overlays.safe.union(TITLE_SAFE)),
        duration_us: recipe.duration_us,
        folder,
        cancel,
        layers: Vec::new(),
        findings: Vec::new(),
        occupied: Vec::new(),
    }
}
