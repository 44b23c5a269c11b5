//! One work from source to library, and a batch of them.
//!
//! | file | stage |
//! |---|---|
//! | `batch` | all submissions of a run, in two sweeps: inspect and decide, then make |
//! | `single` | one submission on its own, for the watch service |
//! | `intake` | what lies beside a video; whether anything changed since the last run |
//! | `judge` | inspection, rules, duplicates → verdict |
//! | `likeness` | which works are alike, and how |
//! | `alike` | what follows from that |
//! | `make` | plan and render; `prepare` writes the render job, `prove` has the results measured |
//! | `listing` | the library's own manifests |
//! | `publish` | covers (`cover`), posting texts, manifest (`entry`, `identity`), catalogue; `parcel` is what appears at once |

mod alike;
mod batch;
mod cover;
mod entry;
mod identity;
mod intake;
mod judge;
mod likeness;
mod listing;
mod make;
mod parcel;
mod prepare;
mod prove;
mod publish;
mod shop;
mod single;
mod watch;

pub use batch::{Outcome, run};
pub use entry::record_of;
pub use judge::{Judged, Repeated, judge_all};
pub use listing::write_library_manifests;
pub use make::plan_of;
pub use shop::{Depth, Doors, Events, JobError, Library, Options, Shop};
pub use single::{InHand, Taken, Ticket, clear_leaving, is_done, take};
