//! The number of a scan, by which it is known what was seen first.

/// The number of one run, or of one scan of the inbox by a service: later ones have higher numbers. Of works first seen in one
/// scan nobody can say which was first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScanNumber(u32);

impl ScanNumber {
    /// Before all numbered scans: of works that were published by a version that did not number them.
    pub const BEFORE_ALL: Self = Self(0);
    /// A scan without a number yet: later than all that are recorded.
    pub const NOW: Self = Self(u32::MAX);

    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    pub const fn number(self) -> u32 {
        self.0
    }

    /// Returns the number of the scan `more` scans later.
    #[must_use]
    pub const fn plus(self, more: u32) -> Self {
        Self(self.0.saturating_add(more))
    }
}
