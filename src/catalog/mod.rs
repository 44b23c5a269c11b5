//! The catalogue: what the library knows of every work.
