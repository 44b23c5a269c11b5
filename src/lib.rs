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
//! A room may import only rooms of the lines above it; `tests/tidy.rs` holds these walls.
//!
//! | line | rooms | may import |
//! |---|---|---|
//! | 0 | [`model`], [`clock`], [`files`] | nothing |
//! | 1 | [`presets`], [`rules`], [`planner`], [`messages`], [`posting`], [`media`], [`overlay`], [`covers`], [`fingerprint`], [`similar`], [`staging`], [`manifest`], [`catalog`], [`discover`], [`progress`], [`queue`], [`watcher`], [`report`], [`chat`], [`metrics`] | line 0 |
//! | 2 | [`worker`], [`job`], [`service`] | lines 0 and 1; `job` also `worker`; `service` also both |
//! | 3 | [`commands`], [`cli`] | all above |
//!
//! FFmpeg lives in `media` (its `unsafe` in `media::ffi` alone), SQLite in `catalog`, `toml` in `presets`, SVG and
//! fonts in `overlay`, opening a file in `files`, creating and renaming outputs in `staging`, both languages in `messages`, starting a process
//! in `worker`.

pub mod catalog;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod covers;
pub mod discover;
pub mod files;
pub mod fingerprint;
pub mod job;
pub mod manifest;
pub mod media;
pub mod messages;
pub mod metrics;
pub mod model;
pub mod overlay;
pub mod planner;
pub mod posting;
pub mod presets;
pub mod progress;
pub mod queue;
pub mod report;
pub mod rules;
pub mod service;
pub mod similar;
pub mod staging;
pub mod watcher;
pub mod worker;
