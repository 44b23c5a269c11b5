//! Real clips that nobody here made. They are no part of the repository: tests of them are ignored unless they are asked for,
//! which `make test` does where the clips are.

use std::path::{Path, PathBuf};

/// Where they lie: `JINCAI_FOOTAGE`, or beside the repository.
pub fn footage() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/footage");
    let folder = std::env::var_os("JINCAI_FOOTAGE").map_or(beside, PathBuf::from);
    assert!(folder.is_dir(), "the footage is not in {}: set JINCAI_FOOTAGE", folder.display());
    folder
}
