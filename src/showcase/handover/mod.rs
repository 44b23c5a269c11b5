//! Released works in the forms that posting tools read: files, texts and what is left to hand, because a tool cannot say it
//! truthfully.

pub mod build;
pub mod choose;
mod formats;
pub mod said;
pub mod tool;
