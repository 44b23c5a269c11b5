//! The planner: the fewest encodes that satisfy every target.
