//! FFmpeg lives here and nowhere else.
