//! Measures finished files.
