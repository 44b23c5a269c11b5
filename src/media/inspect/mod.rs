//! The one cheap pass over a source.
