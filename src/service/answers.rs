//! Reports beside the files.
#[derive(Debug)]
pub struct Answers;
