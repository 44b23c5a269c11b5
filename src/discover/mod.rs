//! Finds submissions in a folder.
