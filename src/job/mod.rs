//! One work from source to library.
