//! Reads what people write in TOML: presets, `jincai.toml` and the details beside a video.
//!
//! A preset states a source for every number under `accept`, `want`, `cover`, `post` and `overlay`: a whole number,
//! a fraction, a size or a ratio needs an entry in `[evidence]` whose dotted path is its own or a table's above it
//! (`want` covers `want.crf` unless `want.crf` has an entry of its own; covers are `cover.0.size` and so on). An entry
//! that covers nothing is a mistake as well. The sentences under `post.declare` need an entry of their own.

mod ai_mark_rules;
mod bare_keys;
mod builtin;
mod chat_rules;
mod config;
mod config_rules;
mod dates;
mod details;
mod error;
mod evidence;
mod explain;
mod fault;
mod link_hosts;
mod missing_keys;
mod package_names;
mod package_rules;
mod packages;
mod parse;
mod playout_rules;
mod preset_rules;
mod read;
mod review_rules;
mod statistics_rules;
mod x264;

pub use builtin::{builtin, load, read_preset};
pub use config::{error_at, read_config};
pub use details::{details_of, read_details};
pub use error::{Mistake, ReadError};
pub use explain::nearest;
pub use packages::{Warning, builtin_packages, load_packages, package_text, read_package, unusable_builtin};
pub use read::DETAILS_MAX_BYTES;
