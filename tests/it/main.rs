//! What only shows from outside: the real program on real files, and what its parts promise to each other.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod ai_labels;
mod bad_input;
mod captions_marks;
mod colour_shape;
mod column;
mod commands;
mod common;
mod compare;
mod details;
mod doors;
mod duplicates;
mod duplicates_index;
mod footage;
mod handover;
mod library;
mod outputs;
mod ownership;
mod package;
mod planner;
mod playout;
mod posters;
mod posts;
mod presets;
mod recovery;
mod review;
mod review_papers;
mod review_shown;
mod robust;
mod safety;
mod screen_page;
mod serving;
mod sound_channels;
mod surroundings;
mod time_line;
mod watch;
