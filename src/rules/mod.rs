//! Rules: what an inspection means for each target.
