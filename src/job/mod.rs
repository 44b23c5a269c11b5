//! One work from source to library, and a batch of them.
//!
//! | file | stage |
//! |---|---|
//! | `batch` | all submissions of a run, in two sweeps: inspect and decide, then make |
//! | `crew` | tasks of which each is accounted for |
//! | `single` | one submission on its own, for the watch service; `in_hand` keeps like ones apart |
//! | `intake` | what lies beside a video; whether anything changed since the last run |
//! | `judge` | inspection, rules, duplicates → verdict; `captions` reads those handed in, `aside` keeps such work apart |
//! | `repeats` | which submissions repeat earlier works |
//! | `likeness` | which works are alike, and how; `senior` says which of two is the original, `owner` whose a work is |
//! | `answers` | what people said of them |
//! | `alike` | what follows from that; `evidence` shows both works, `subject` is one that a person names |
//! | `make` | plan and render; `prepare` writes the render job, `prove` has the results measured |
//! | `successor` | another film under the name of a work whose file was archived |
//! | `steady` | a source that must stay what it is while it is read |
//! | `listing` | the library's own manifests |
//! | `recovery` | a catalogue that was lost, or is older than the manifests; `fingerprints` lie beside each work for it |
//! | `backup` | copies of the catalogue, and the way back |
//! | `reindex` | fingerprints of works that have none |
//! | `publish` | covers (`cover`), posting texts, manifest (`entry`, `identity`), catalogue; `parcel` is what appears at once |

mod alike;
mod answers;
mod aside;
mod backup;
mod batch;
mod captions;
mod cover;
mod crew;
mod entry;
mod evidence;
mod fingerprints;
mod identity;
mod in_hand;
mod intake;
mod judge;
mod likeness;
mod listing;
mod make;
mod owner;
mod parcel;
mod prepare;
mod prove;
mod publish;
mod recovery;
mod reindex;
mod repeats;
mod senior;
mod shop;
mod single;
mod steady;
mod subject;
mod successor;
mod watch;

pub use alike::{Likened, OtherWork, likeness_finding};
pub use answers::{ANSWERS_FILE, write_answers};
pub use backup::{BackupError, RestoreStep, back_up, back_up_inside, copies, copy_in, restore};
pub use batch::{Outcome, run};
pub use entry::record_of;
pub use evidence::{Shown, stills};
pub use in_hand::{InHand, Ticket};
pub use judge::{Judged, Repeated, compare_all, judge_all};
pub use likeness::{alike_contents, candidates};
pub use listing::{is_librarys_own, write_library_manifests};
pub use make::{Ahead, ahead, plan_of};
pub use owner::Owner;
pub use recovery::{PassedOver, Recovery, RecoveryError, Steps, repair, tells_of_works};
pub use reindex::{Left, Reindexed, reindex, unlisted};
pub use shop::{Depth, Doors, Events, Failure, JobError, Library, Options, Shelf, Shop};
pub use single::{Taken, finish_removals, is_done, take};
pub use steady::NEVER_RESTS;
pub use subject::{Comparison, Subject, SubjectError, compare, content_meant, folder_of, sha256_of, subject};
