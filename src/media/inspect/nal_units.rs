//! Checks the NAL unit structure of H.264 and HEVC packets: damage that shows without decoding.

/// Bytes of the length field of each NAL unit, from the decoder configuration (ISO/IEC 14496-15, `avcC` and `hvcC`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NalLengthSize(usize);

impl NalLengthSize {
    /// Reads the size from a decoder configuration. `None` for other codecs, and for streams whose units begin with start
    /// codes instead.
    pub fn of(codec: &str, configuration: &[u8]) -> Option<Self> {
        let at = match codec {
            "h264" => 4,
            "hevc" => 21,
            _ => return None,
        };
        // Version 1 of either configuration; a start code begins with 0.
        (configuration.first() == Some(&1))
            .then(|| configuration.get(at).map(|byte| Self(usize::from(byte & 3) + 1)))
            .flatten()
    }

    /// Returns true if the units fill the packet exactly and none has `forbidden_zero_bit` set.
    pub fn is_well_formed(self, packet: &[u8]) -> bool {
        let mut rest = packet;
        while let Some((length, after)) = rest.split_at_checked(self.0) {
            let length = length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            let Some((unit, after)) = after.split_at_checked(length) else { return false };
            if unit.first().is_some_and(|header| header & 0x80 != 0) {
                return false;
            }
            rest = after;
        }
        // Some muxers pad with zeros.
        rest.iter().all(|byte| *byte == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_comes_from_the_configuration() {
        assert_eq!(NalLengthSize::of("h264", &[1, 100, 0, 31, 0xff]), Some(NalLengthSize(4)));
        assert_eq!(NalLengthSize::of("h264", &[0, 0, 0, 1, 0x67]), None);
        assert_eq!(NalLengthSize::of("hevc", &[1; 21]), None);
        assert_eq!(NalLengthSize::of("vp9", &[1, 0, 0, 0, 3]), None);
    }

    #[test]
    fn units_fill_their_packet_or_it_is_damaged() {
        let two = NalLengthSize(2);
        assert!(two.is_well_formed(&[0, 2, 0x65, 9, 0, 1, 0x41]));
        assert!(two.is_well_formed(&[0, 2, 0x65, 9, 0, 0, 0]), "filled up with zeros");
        assert!(!two.is_well_formed(&[0, 9, 0x65, 9]), "longer than the packet");
        assert!(!two.is_well_formed(&[0, 2, 0xe5, 9]), "the forbidden bit");
        assert!(!two.is_well_formed(&[0, 2, 0x65, 9, 7]), "a rest that is no length");
    }
}
