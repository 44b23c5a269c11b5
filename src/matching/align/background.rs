//! What two works show beside the background that a moving window passes over. Pure.

use super::wide::Picture;

/// Removes multiples of the background: a title that fades in and out does so like any other.
pub(super) fn without_fades(moving: &[Picture], behind: &[Picture]) -> Vec<Picture> {
    let less = |(picture, behind): (&Picture, &Picture)| -> Picture {
        let strength = product(picture, behind) / product(behind, behind).max(1e-3);
        std::array::from_fn(|cell| picture[cell] - strength * behind[cell])
    };
    moving.iter().zip(behind).map(less).collect()
}

/// Of pictures of ours, theirs and their background through the same window: what the first two show beside the third. A
/// window that moves over a scene moves all of it alike, whatever happens in the scene.
pub(super) fn besides_background(along: &[(Picture, Picture, Picture)]) -> (Vec<Picture>, Vec<Picture>) {
    let (common, own) = along.iter().fold((0.0, 0.0), |(common, own), (ours, theirs, _)| {
        (common + product(ours, theirs), own + product(theirs, theirs))
    });
    let contrast = common / own.max(1e-3);
    let ours = |(ours, _, behind): &(Picture, Picture, Picture)| -> Picture {
        std::array::from_fn(|cell| ours[cell] - contrast * behind[cell])
    };
    let theirs = |(_, theirs, behind): &(Picture, Picture, Picture)| -> Picture {
        std::array::from_fn(|cell| contrast * (theirs[cell] - behind[cell]))
    };
    (along.iter().map(ours).collect(), along.iter().map(theirs).collect())
}

/// Returns the sum of the products of two pictures.
pub(super) fn product<const N: usize>(one: &[f32; N], other: &[f32; N]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}
