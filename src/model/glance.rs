//! When something was first seen.

/// One run, or one look at the inbox of a service: later ones have higher numbers. Of what was first seen in one glance
/// nobody can say which came first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScanNumber(u32);

impl ScanNumber {
    /// Before all that are counted: what was published by a version that kept no count.
    pub const BEFORE_ALL: Self = Self(0);
    /// One without a number yet: later than all that are kept.
    pub const NOW: Self = Self(u32::MAX);

    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    pub const fn number(self) -> u32 {
        self.0
    }

    /// The glance so many later.
    #[must_use]
    pub const fn plus(self, more: u32) -> Self {
        Self(self.0.saturating_add(more))
    }
}
