//! What a container states about one video track.

use crate::model::colour::StatedColour;
use crate::model::inspection::{Crop, Fields};
use crate::model::units::{Rational, Size};

/// The statements of one video track that FFmpeg 5.1's demuxers leave out, or that its decoders overwrite.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::media) struct TrackStatement {
    /// The track's id in MP4; 0 where tracks are found by their order.
    pub id: u32,
    pub stored: Option<Size>,
    pub crop: Option<Crop>,
    pub colour: StatedColour,
    pub fields: Option<StatedFields>,
    /// The shape of pixels, where FFmpeg 5.1 computes it without the crop.
    pub sample_aspect: Option<Rational>,
    /// Transparency lies beside the pictures.
    pub alpha: bool,
}

/// How a container says pictures are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum StatedFields {
    Progressive,
    /// The order may be left open.
    Interlaced(Option<Fields>),
}
