//! The stages of one work, from its source to the library, and the operations made of them.

pub mod apply_rules;
pub mod archived;
pub mod batch;
pub mod captions;
pub mod changeset;
pub mod compare;
pub mod covers;
pub mod decide;
pub mod edits;
mod examine;
pub mod inspect;
pub mod library_manifest;
pub mod manifest_entry;
pub mod one_work;
pub mod own_cover;
pub mod plan;
pub mod progress;
pub mod publish;
pub mod record;
pub mod reindex;
pub mod render;
pub mod render_job;
pub mod reuse;
pub mod single;
pub mod source_guard;
pub mod task_set;
pub mod verify;
