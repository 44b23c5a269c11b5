//! 津彩 `jincai` turns a college's raw campus footage into works that are ready to post.
//!
//! # What flows
//! ```text
//!  inbox ──discover──▶ Source ──read──▶ Submission ──inspect──▶ Inspected ──rules──▶ Decision ──duplicates──▶ Decision
//!                                                                                                  │ accepted
//!    preset files ────────────────────────────────────────▶ planner ──▶ Plan (pictures, sounds, outputs)
//!                                                                                                  │
//!  library ◀──record── Work ◀──publish── RenderedWork (staged, verified) ◀──verify── PreparedRender ◀──identify─┘
//!     │
//!     └─▶ manifest.json · posting texts · catalogue row
//! ```
//! A stage takes one type and returns the next. [`model::plan::Plan`] is the centre: complete, free of FFmpeg values, and
//! the cache key of its outputs.
//!
//! # Words
//! | word | what it is |
//! |---|---|
//! | source | a video file in the inbox, with what lies beside it |
//! | submission | a source with its details and what the catalogue knows of it |
//! | work | what a submission becomes: one entry of the catalogue and the manifest, one folder of the library |
//! | target | what renditions are made for: a platform or a screen, described by a preset |
//! | rendition | one encoded file of a work for one target |
//! | edition | branded, with the college's mark, or clean |
//! | plan | which pictures and sounds are encoded once, and which outputs are made of them |
//! | recipe | everything that decides one encoded picture or sound stream; its digest is the cache key |
//! | donor | a file of the library whose stream is copied instead of encoding it again |
//! | finding | what a rule, an inspection or a failure found: a code, a severity, values |
//! | verdict | accepted, accepted with warnings, duplicate, rejected, failed |
//! | match | what a work has in common with an earlier one, and the evidence |
//! | opinion | what a person said of two works: the same, not the same, which one is the original |
//! | term | a piece of a fingerprint by which the catalogue's index finds candidates; an occurrence is where it is found |
//! | programme | what a screen shows when: slots locked to the clock, computed by a pure function |
//! | edition of a screen | its programme for some days with the files it needs; immutable, named by its digest |
//! | package | what is handed in for a call: released works under a profile's names, with lists and digests |
//! | column | released works for the college's site, a WeChat article or Weibo, as one folder that is replaced as a whole |
//! | beat | what a screen says of itself; the answer tells it what is new |
//! | play | one showing of one file on one screen |
//! | scan | one look at the inbox, or one run; of works first seen in one scan nobody can say which was first |
//! | changeset | everything that appears in the library for one work, at once |
//!
//! # Three walks through the code
//! **A drop.** A department copies a video into the watched folder. `intake::watcher` hears of it,
//! `service::watch` scans the folder and `service::drops` waits until the file has settled. A turn of
//! `intake::fair_queue` later `pipeline::single` processes it: `pipeline::examine` reads the details and captions beside it
//! (`work::submission`) and asks the [`worker`] for an inspection; `pipeline::decide` applies `policy::rules` and looks for
//! duplicates; `pipeline::one_work` identifies it (`work::identity`), plans, renders, has the results verified by a fresh
//! worker, cuts covers, and publishes one changeset through `library::staging`. `service::reports` writes the page beside
//! the file all the while.
//!
//! **A duplicate.** `duplicates::resolve` goes through the accepted submissions in the order of first sight. Equal bytes and
//! equal streams are found by digest; else `duplicates::candidates` asks the catalogue's index which works share terms of the
//! fingerprint, and `matching::align` compares those few. `duplicates::opinions` puts what people said first,
//! `duplicates::seniority` says which of two was first, `duplicates::consequence` what follows by the configuration, and
//! `duplicates::side_by_side` shows both at matching moments. Nothing is rendered; the record names the original.
//!
//! **A changed preset.** The digest of configuration and presets is part of each work's `decided_with`, so every submission
//! is examined again; its inspection is remembered. `policy::planner` makes a new plan, and `pipeline::reuse` finds which of
//! its outputs the library holds under the same key: only what changed is encoded, and pictures that another rendition
//! holds already are copied from it.
//!
//! # The house
//! A wing may import only wings of the lines above it; rooms of one wing may import each other, but never in a circle.
//! `tests/tidy` holds these walls, and finds files that import each other in a circle. Wings in italics are not built yet:
//! their place is kept.
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
//! | 1 | [`present`] | `messages`, `report`, `chat`, `guard`, `metrics`, `terminal` | line 0 |
//! | 2 | [`library`] | `catalog`, `staging`, `manifest`, `recovery` | line 0, `matching` |
//! | 2 | [`worker`] | | line 0, `media`, `matching`, `graphics` |
//! | 3 | [`work`], [`review`], [`receipts`] | | lines 0 to 2; `receipts` also `review` |
//! | 4 | [`duplicates`], [`playout`], [`showcase`] | `playout`: `schedule`, `editions`, `player`, `handout`, `ledger`; `showcase`: `plan`, `build`, `verify`, `handover`, `column` | lines 0 to 3; `playout` never `media` |
//! | 5 | [`pipeline`] | | lines 0 to 4 |
//! | 6 | *`cluster`*, [`web`] | `screens` | lines 0 to 5; `web` never `pipeline` |
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
pub mod playout;
pub mod policy;
pub mod present;
pub mod receipts;
pub mod review;
pub mod service;
pub mod showcase;
pub mod text;
pub mod web;
pub mod work;
pub mod worker;
