//! Covers: choosing, cropping, writing.
