//! Posting texts within each platform's limits.
