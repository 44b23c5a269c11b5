//! What the sampled pictures of a source show about themselves: marks of interlacing, combs, transparency, and changes of
//! shape and colours.

use ffmpeg_next::frame;

use super::alpha::AlphaRange;
use super::combs::Columns;
use super::stream_info::{FirstPicture, fields_of, provisional_normalise};
use crate::media::graph::FrameShape;
use crate::media::shown::Shown;
use crate::media::source::StreamFacts;
use crate::model::inspection::{Alpha, Fields, PictureChange};
use crate::model::plan::Normalise;

/// Most pictures with combs that are remembered, and most changes that are listed.
const MAX_COMBED: usize = 6;
const MAX_CHANGES: usize = 8;
/// Least distance of pictures that are looked at for combs, microseconds: motion lasts longer, and a look costs as much as
/// decoding the picture.
const COMBS_EVERY_US: u64 = 150_000;
/// Pictures whose transparency is measured: each of the first, then every so many.
const ALPHA_FIRST: u64 = 8;
const ALPHA_EVERY: u64 = 12;

/// Gathers the evidence.
pub(super) struct PictureEvidence<'a> {
    stream: &'a StreamFacts,
    normalise: Normalise,
    /// The last picture that looked different from the one before it.
    shape: FrameShape,
    pictures: u64,
    marked: u64,
    marked_top: u64,
    /// Numbers of combs and times, microseconds since the first picture; the most combed are kept.
    combed: Vec<(usize, u64)>,
    /// Time of the last picture that was looked at for combs.
    looked_us: Option<u64>,
    alpha: Option<AlphaRange>,
    changes: Vec<PictureChange>,
}

/// What was found.
pub(super) struct PictureFindings {
    pub marked_share: f64,
    /// The order of most marked pictures; progressive where none is marked.
    pub marked_order: Fields,
    /// Times of pictures with combs, microseconds since the first picture.
    pub combed_us: Vec<u64>,
    pub alpha: Alpha,
    pub changes: Vec<PictureChange>,
}

impl<'a> PictureEvidence<'a> {
    pub fn new(stream: &'a StreamFacts, first: &'a FirstPicture) -> Self {
        Self {
            stream,
            normalise: provisional_normalise(stream, first),
            shape: first.shape,
            pictures: 0,
            marked: 0,
            marked_top: 0,
            combed: Vec::new(),
            looked_us: None,
            alpha: None,
            changes: Vec::new(),
        }
    }

    /// Adds a picture shown `at_us` after the first one.
    pub fn add(&mut self, frame: &frame::Video, at_us: u64) {
        self.pictures += 1;
        match fields_of(frame, self.stream.parameters.top_first) {
            Fields::Progressive => {}
            order => {
                self.marked += 1;
                self.marked_top += u64::from(order == Fields::TopFirst);
            }
        }
        // Where the stream states the order of marked pictures, nothing need be measured.
        let is_due = self.looked_us.is_none_or(|looked_us| at_us.abs_diff(looked_us) >= COMBS_EVERY_US);
        if is_due && (self.marked == 0 || self.stream.parameters.top_first.is_none()) {
            self.looked_us = Some(at_us);
            if let Some(combs) = Columns::of(frame).and_then(|columns| columns.combs()) {
                self.add_combed(combs, at_us);
            }
        }
        if (self.pictures <= ALPHA_FIRST || self.pictures.is_multiple_of(ALPHA_EVERY))
            && let Some(range) = AlphaRange::of(frame)
        {
            self.alpha = Some(self.alpha.map_or(range, |before| before.joined(range)));
        }
        self.compare(FrameShape::of(frame), at_us);
    }

    fn add_combed(&mut self, combs: usize, at_us: u64) {
        // Neighbours show the same motion.
        let near = |other: u64| other.abs_diff(at_us) < 500_000;
        match self.combed.iter_mut().find(|(_, other)| near(*other)) {
            Some(other) => *other = (combs, at_us).max(*other),
            None => self.combed.push((combs, at_us)),
        }
        self.combed.sort_unstable_by_key(|(combs, _)| std::cmp::Reverse(*combs));
        self.combed.truncate(MAX_COMBED);
    }

    fn compare(&mut self, mut shape: FrameShape, at_us: u64) {
        shape.tags.interlaced = self.shape.tags.interlaced;
        if shape == self.shape || self.changes.len() >= MAX_CHANGES {
            return;
        }
        let (before, now) = (Shown::of(&self.normalise, self.shape), Shown::of(&self.normalise, shape));
        self.shape = shape;
        if (before.display, &before.colour) != (now.display, &now.colour) {
            let colours = (before.colour != now.colour).then(|| now.colour.notation());
            self.changes.push(PictureChange { at_us, display: now.display, colours });
        }
    }

    pub fn finish(self) -> PictureFindings {
        let share = self.marked as f64 / self.pictures.max(1) as f64;
        let mut combed_us: Vec<u64> = self.combed.into_iter().map(|(_, at_us)| at_us).collect();
        combed_us.sort_unstable();
        PictureFindings {
            marked_share: share,
            marked_order: match (self.marked, self.marked_top * 2 >= self.marked) {
                (0, _) => Fields::Progressive,
                (_, true) => Fields::TopFirst,
                (_, false) => Fields::BottomFirst,
            },
            combed_us,
            alpha: match self.alpha {
                None if self.stream.has_alpha => Alpha::Unseen,
                None => Alpha::Absent,
                Some(AlphaRange { most: 0, .. }) => Alpha::Unused,
                Some(AlphaRange { least, full, .. }) if least >= full => Alpha::Opaque,
                Some(_) => Alpha::Transparent,
            },
            changes: self.changes,
        }
    }
}
