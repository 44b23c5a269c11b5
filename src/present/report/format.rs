//! Values as people read them.

pub(super) use crate::text::size;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986, section 2.3.
const TO_ENCODE: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A file name as a relative link. The leading `./` keeps a colon in it from being taken for a scheme.
pub fn percent_encoded(name: &str) -> String {
    format!("./{}", utf8_percent_encode(name, &TO_ENCODE))
}

/// `2026-11-24T16:05:07+08:00` → `2026-11-24 16:05`.
pub(super) fn moment(rfc3339: &str) -> String {
    rfc3339.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}
