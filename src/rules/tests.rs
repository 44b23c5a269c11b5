//! Whole decisions over drawn-up submissions.
