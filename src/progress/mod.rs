//! Shows events: bars on a terminal, lines elsewhere, JSON for machines.
