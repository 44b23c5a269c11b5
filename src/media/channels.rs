//! Channel layouts: which FFmpeg mixes to stereo, and how the others are mixed.

use ffmpeg_next::format::{Sample, sample};
use ffmpeg_next::{ChannelLayout, frame};

use super::ffi::{self, ChannelNames, ChannelOrder};
use crate::model::sound::Mixed;

/// The channels that FFmpeg's downmix takes into account, in its own order.
const MIXED_BY_FFMPEG: [&str; 11] = ["FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR"];
/// Left channels and their counterparts.
const PAIRS: [(&str, &str); 11] = [
    ("FL", "FR"),
    ("BL", "BR"),
    ("FLC", "FRC"),
    ("SL", "SR"),
    ("TFL", "TFR"),
    ("TBL", "TBR"),
    ("TSL", "TSR"),
    ("WL", "WR"),
    ("SDL", "SDR"),
    ("BFL", "BFR"),
    ("DL", "DR"),
];
/// The usual orders of six and of eight channels without names (SMPTE ST 2035, ITU-R BS.775).
const FIVE_ONE: [&str; 6] = ["FL", "FR", "FC", "LFE", "BL", "BR"];
const SEVEN_ONE: [&str; 8] = ["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"];
/// Share of a channel that is in the middle or beside the front, −3 dB (ITU-R BS.775-3 table 2).
const BESIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// How the channels of a layout become stereo.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Downmix {
    /// FFmpeg's own way.
    Standard,
    /// Each channel's share of left and right.
    Shares { shares: Vec<[f32; 2]>, mixed: Mixed },
}

/// Returns how a layout is mixed.
pub(super) fn downmix(channels: &ChannelNames) -> Downmix {
    let names: Vec<&str> = channels.names.iter().map(String::as_str).collect();
    let named = |names: &[&str]| shares_of(names);
    let (shares, mixed) = match (channels.order, names.len()) {
        (ChannelOrder::Unspecified, 0..=2) => return Downmix::Standard,
        (ChannelOrder::Native, _) if is_standard(&names) => return Downmix::Standard,
        (ChannelOrder::Unspecified, 6) => (with_bass(&FIVE_ONE), Mixed::Guessed),
        (ChannelOrder::Unspecified, 8) => (with_bass(&SEVEN_ONE), Mixed::Guessed),
        (_, 1) => (vec![[1.0, 1.0]], Mixed::ByName),
        _ if names.contains(&"DL") && names.contains(&"DR") => {
            let ready =
                |name: &&str| [f32::from(u8::from(*name == "DL")), f32::from(u8::from(*name == "DR"))];
            (names.iter().map(ready).collect(), Mixed::ReadyDownmix)
        }
        _ if names.contains(&"AMBI0") => (named(&names), Mixed::Omnidirectional),
        _ if names.iter().all(|name| is_known(name)) => (named(&names), Mixed::ByName),
        (_, count) => (vec![[1.0 / (count as f32).sqrt(); 2]; count], Mixed::Evenly),
    };
    Downmix::Shares { shares, mixed }
}

/// Returns the share that each of these channels has in left and right, at most 1 in all.
pub(super) fn shares_of(names: &[&str]) -> Vec<[f32; 2]> {
    let mut shares: Vec<[f32; 2]> = names.iter().map(|name| share(name, names)).collect();
    if shares.iter().flatten().all(|share| *share == 0.0) {
        // Nothing but bass.
        shares.iter_mut().for_each(|share| *share = [1.0, 1.0]);
    }
    let sum = |side: usize| shares.iter().map(|share| share[side]).sum::<f32>();
    let most = sum(0).max(sum(1)).max(1.0);
    shares.iter_mut().flatten().for_each(|share| *share /= most);
    shares
}

fn share(name: &str, names: &[&str]) -> [f32; 2] {
    let pair = PAIRS.iter().find(|(left, right)| *left == name || *right == name);
    match (name, pair) {
        ("AMBI0", _) => [1.0, 1.0],
        // The bass channel repeats what the others hold; the further ambisonic ones hold directions only.
        ("LFE" | "LFE2", _) => [0.0, 0.0],
        (name, _) if name.starts_with("AMBI") => [0.0, 0.0],
        // Without its counterpart, a side would be one-sided.
        (_, Some((left, right))) if !(names.contains(left) && names.contains(right)) => [BESIDE, BESIDE],
        (_, Some((left, _))) => {
            let front = if matches!(name, "FL" | "FR" | "DL" | "DR") { 1.0 } else { BESIDE };
            if name == *left { [front, 0.0] } else { [0.0, front] }
        }
        _ => [BESIDE, BESIDE],
    }
}

/// Without names the fourth channel need not be bass: it is heard.
fn with_bass(names: &[&str]) -> Vec<[f32; 2]> {
    let mut shares = shares_of(names);
    shares[3] = [shares[2][0], shares[2][1]];
    shares
}

fn is_known(name: &str) -> bool {
    let middle = ["FC", "BC", "TC", "TFC", "TBC", "BFC", "LFE", "LFE2"];
    middle.contains(&name) || PAIRS.iter().any(|(left, right)| *left == name || *right == name)
}

/// Returns true for a layout that FFmpeg's resampler mixes (libswresample/rematrix.c, `sane_layout`).
fn is_standard(names: &[&str]) -> bool {
    let place = |name: &&str| MIXED_BY_FFMPEG.iter().position(|known| known == name);
    let both = |(left, right): (&str, &str)| names.contains(&left) == names.contains(&right);
    names.iter().all(|name| place(name).is_some())
        && ["FL", "FC"].iter().any(|front| names.contains(front))
        && [("FL", "FR"), ("BL", "BR"), ("SL", "SR"), ("FLC", "FRC")].into_iter().all(both)
}

/// Returns samples that FFmpeg mixes: those of any other layout become stereo here.
pub(super) fn as_mixable(samples: frame::Audio) -> frame::Audio {
    match downmix(&ffi::channel_names(&samples)) {
        Downmix::Standard => samples,
        Downmix::Shares { shares, .. } => to_stereo(&samples, &shares),
    }
}

fn to_stereo(samples: &frame::Audio, shares: &[[f32; 2]]) -> frame::Audio {
    let mut channels = Vec::new();
    read(samples, &mut channels);
    let mut stereo = stereo_block(samples.samples());
    stereo.set_rate(samples.rate());
    for side in 0..2 {
        let plane = stereo.plane_mut::<f32>(side);
        for (channel, share) in channels.iter().zip(shares).filter(|(_, share)| share[side] != 0.0) {
            plane.iter_mut().zip(channel).for_each(|(to, from)| *to += from * share[side]);
        }
    }
    stereo
}

/// Returns a silent block of planar float stereo, without a rate.
pub(super) fn stereo_block(samples: usize) -> frame::Audio {
    let mut block = frame::Audio::new(Sample::F32(sample::Type::Planar), samples, ChannelLayout::default(2));
    ffi::ensure_layout(&mut block);
    (0..2).for_each(|side| block.plane_mut::<f32>(side).fill(0.0));
    block
}

/// Reads the samples of every channel, full scale as 1; the channels of an unknown format are empty.
pub(super) fn read(samples: &frame::Audio, channels: &mut Vec<Vec<f32>>) {
    let count = usize::from(samples.channels());
    channels.resize_with(count, Vec::new);
    channels.iter_mut().for_each(Vec::clear);
    let (bytes, value): (usize, fn(&[u8]) -> f32) = match samples.format() {
        Sample::U8(_) => (1, |b| (f32::from(b[0]) - 128.0) / 128.0),
        Sample::I16(_) => (2, |b| f32::from(i16::from_ne_bytes([b[0], b[1]])) / 32_768.0),
        Sample::I32(_) => (4, |b| i32::from_ne_bytes([b[0], b[1], b[2], b[3]]) as f32 / 2_147_483_648.0),
        Sample::F32(_) => (4, |b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])),
        Sample::F64(_) => {
            (8, |b| f64::from_ne_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32)
        }
        _ => return,
    };
    let planar = samples.is_planar();
    if count == 0 || samples.samples() == 0 || samples.planes() == 0 {
        return;
    }
    for (index, channel) in channels.iter_mut().enumerate() {
        let (plane, step) =
            if planar { (samples.data(index), bytes) } else { (samples.data(0), bytes * count) };
        let first = if planar { 0 } else { index * bytes };
        let at = |number: usize| plane.get(first + number * step..first + number * step + bytes);
        channel.extend((0..samples.samples()).map_while(at).map(value).map(finite));
    }
}

/// Replaces NaN and infinities of damaged float streams by silence.
fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(order: ChannelOrder, names: &[&str]) -> Option<(Vec<[f32; 2]>, Mixed)> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        match downmix(&ChannelNames { names, order }) {
            Downmix::Standard => None,
            Downmix::Shares { shares, mixed } => Some((shares, mixed)),
        }
    }

    #[test]
    fn what_ffmpeg_mixes_is_left_to_it() {
        use ChannelOrder::{Native, Unspecified};
        assert_eq!(shares(Native, &["FC"]), None);
        assert_eq!(shares(Native, &["FL", "FR"]), None);
        assert_eq!(shares(Native, &FIVE_ONE), None);
        assert_eq!(shares(Native, &["FL", "FR", "BL", "BR"]), None);
        assert_eq!(shares(Unspecified, &["NONE"]), None);
        assert_eq!(shares(Unspecified, &["NONE", "NONE"]), None);
    }

    #[test]
    fn every_other_layout_is_heard_on_both_sides_and_never_above_full_scale() {
        use ChannelOrder::{Native, Stated, Unspecified};
        let ambisonic = ["AMBI0", "AMBI1", "AMBI2", "AMBI3"];
        let immersive = ["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR", "TFL", "TFR", "TBL", "TBR"];
        let cases: [(ChannelOrder, &[&str], Mixed); 10] = [
            (Native, &["FL"], Mixed::ByName),
            (Native, &["LFE"], Mixed::ByName),
            (Native, &["FL", "LFE"], Mixed::ByName),
            (Native, &["DL", "DR"], Mixed::ReadyDownmix),
            (Stated, &ambisonic, Mixed::Omnidirectional),
            (Native, &immersive, Mixed::ByName),
            (Unspecified, &["NONE"; 10], Mixed::Evenly),
            (Unspecified, &["NONE"; 4], Mixed::Evenly),
            (Unspecified, &["NONE"; 6], Mixed::Guessed),
            (Stated, &["USR5", "USR9"], Mixed::Evenly),
        ];
        for (order, names, expected) in cases {
            let (shares, mixed) = shares(order, names).unwrap();
            let sum = |side: usize| shares.iter().map(|share| share[side]).sum::<f32>();
            assert_eq!(mixed, expected, "{names:?}");
            assert!(
                shares.len() == names.len() && (sum(0) - sum(1)).abs() < 1e-6 && sum(0) > 0.5,
                "{names:?}"
            );
            assert!(
                mixed == Mixed::Evenly || mixed == Mixed::Guessed || sum(0) < 1.001,
                "{names:?}: {}",
                sum(0)
            );
        }
        // No channel without a name is lost.
        for count in [3, 4, 5, 6, 7, 8, 10, 16] {
            let (shares, _) = shares(Unspecified, &vec!["NONE"; count]).unwrap();
            assert!(shares.iter().all(|share| share[0] + share[1] > 0.1), "{count}");
        }
    }
}
