//! The page that shows an edition: plain JavaScript, embedded in the binary.
