//! One work from source to library, and a batch of them.
//!
//! | file | stage |
//! |---|---|
//! | `batch` | all submissions of a run, in two sweeps: inspect and decide, then make |
//! | `intake` | what lies beside a video; whether anything changed since the last run |
//! | `judge` | inspection, rules, duplicates → verdict |
//! | `make` | plan, overlays, render, verify |
//! | `publish` | covers, posting texts, manifest, catalogue |

mod batch;
mod intake;
mod judge;
mod make;
mod publish;
mod shop;
mod watch;

pub use batch::{Outcome, Tally, run};
pub use judge::{Judged, judge_all};
pub use make::plan_of;
pub use publish::record_of;
pub use shop::{Depth, Events, JobError, Library, Options, Shop};
