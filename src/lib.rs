//! 津彩 `jincai` turns a college's raw campus footage into works that are ready to post.
//!
//! # What flows
//! ```text
//!  inbox ──discover──▶ Source ──inspect──▶ Inspection ──rules, duplicates──▶ Verdict
//!                                                                             │ accepted
//!    preset files ─────────────────────────────────────────▶ planner ──▶ Plan (pictures, sounds, outputs)
//!                                                                             │
//!  library ◀──publish── Verified ◀──verify── Rendered (staging) ◀──render─────┘
//!     │
//!     └─▶ manifest.json · posting texts · catalogue row
//! ```
//! One type a stage. [`model::plan::Plan`] is the centre: complete, free of FFmpeg values, and the cache key of
//! its outputs.
//!
//! # The house
//! A wing may import only wings of the lines above it; rooms of one wing may import each other, but never in a circle.
//! `tests/tidy` holds these walls.
//!
//! | line | wings | rooms | may import |
//! |---|---|---|---|
//! | 0 | [`text`], [`clock`] | | nothing |
//! | 0 | [`model`] | | `text` |
//! | 0 | [`files`] | | `text`, `model` |
//! | 1 | [`media`] | | line 0 |
//! | 1 | [`matching`] | `fingerprint`, `align` | line 0 |
//! | 1 | [`graphics`] | `overlay`, `covers` | line 0 |
//! | 1 | [`policy`] | `presets`, `rules`, `planner`, `posting` | line 0 |
//! | 1 | [`intake`] | `discover`, `watcher`, `fair_queue` | line 0 |
//! | 1 | [`present`] | `messages`, `report`, `chat`, `metrics`, `terminal` | line 0 |
//! | 2 | [`library`] | `catalog`, `staging`, `manifest`, `recovery` | line 0, `matching` |
//! | 2 | [`worker`] | | line 0, `media`, `matching`, `graphics`, `intake` |
//! | 3 | [`work`] | | lines 0 to 2 |
//! | 4 | [`duplicates`] | | lines 0 to 3 |
//! | 5 | [`pipeline`] | | lines 0 to 4 |
//! | 6 | | | |
//! | 7 | [`service`] | | lines 0 to 6 |
//! | 8 | [`commands`], [`cli`] | | all above |
//!
//! FFmpeg lives in `media` (its `unsafe` in `media::ffi` alone), SQLite in `library::catalog`, `toml` in `policy::presets`,
//! SVG and fonts in `graphics::overlay`, opening a file in `files`, creating and renaming outputs in `library::staging`,
//! both languages in `present::messages`, starting a process in `worker`.

pub mod cli;
pub mod clock;
pub mod commands;
pub mod duplicates;
pub mod files;
pub mod graphics;
pub mod intake;
pub mod library;
pub mod matching;
pub mod media;
pub mod model;
pub mod pipeline;
pub mod policy;
pub mod present;
pub mod service;
pub mod text;
pub mod work;
pub mod worker;
