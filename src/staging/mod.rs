//! Write aside, sync, rename: the only room that makes outputs appear.
