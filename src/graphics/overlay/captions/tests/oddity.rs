//! One row of the table of oddities: a caption file, and what is to become of it.

use super::super::*;

/// A caption file that is odd in one way.
pub(super) struct Oddity {
    pub what: &'static str,
    pub reference: &'static str,
    pub named: Named,
    pub source: &'static str,
    pub shown: &'static [&'static str],
    /// Codes in the order of the findings, with the lines they name.
    pub told: &'static [(Code, &'static str)],
}

pub(super) const SRT: Named = Named::Otherwise;
pub(super) const VTT: Named = Named::WebVtt;
pub(super) const MENDED: Code = Code::CaptionsMended;
pub(super) const UNREAD: Code = Code::CaptionsLinesUnread;
pub(super) const STYLED: (Code, &str) = (Code::CaptionsStyleDropped, "");
pub(super) const NO_TIME: Code = Code::CaptionsTooShort;

/// Makes a row of the table.
pub(super) const fn odd(
    what: &'static str,
    reference: &'static str,
    named: Named,
    source: &'static str,
    shown: &'static [&'static str],
    told: &'static [(Code, &'static str)],
) -> Oddity {
    Oddity { what, reference, named, source, shown, told }
}
