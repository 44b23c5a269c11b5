//! Whether a package has room where it goes.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::intake::watcher::space;
use crate::library::staging::clear_unfinished;
use crate::model::showcase::plan::{Origin, Plan};
use crate::model::showcase::profile::Take;
use crate::present::messages::showcase as words;

/// Room for lists and the page, bytes.
const BESIDE_BYTES: u64 = 16 << 20;

/// File systems without second names for a file, by their magic numbers (Linux' `magic.h`): FAT and exFAT.
const FAT: i64 = 0x4d44;
const EXFAT: i64 = 0x2011_BAB0;

/// Returns true for a FAT file system, whose files end at 4 GiB.
pub(super) fn is_fat32(folder: &Path) -> bool {
    kind(folder) == Some(FAT)
}

fn kind(folder: &Path) -> Option<i64> {
    rustix::fs::statfs(folder).ok().map(|found| found.f_type)
}

/// Checks that a package fits into the folder in which it is built, and its zip where that goes. What killed processes left there
/// is removed before.
pub(super) fn check(desk: &Desk, (home, to): (&Path, &Path), plan: &Plan) -> Result<(), CommandError> {
    clear_unfinished(home);
    clear_unfinished(to);
    let device = |path: &Path| path.metadata().ok().map(|found| found.dev());
    let shares = device(desk.library()) == device(home) && !matches!(kind(home), Some(FAT | EXFAT));
    let copied: u64 = plan
        .all_files()
        .filter(|file| !shares || !is_shared(&file.from, file.take))
        .map(|file| file.from.bytes())
        .sum();
    let built = copied + BESIDE_BYTES;
    if home == to {
        return fits(to, built);
    }
    let zipped = plan.bytes() + BESIDE_BYTES;
    match device(home) == device(to) {
        true => fits(to, built + zipped),
        false => fits(home, built).and_then(|()| fits(to, zipped)),
    }
}

fn is_shared(from: &Origin, take: Take) -> bool {
    take == Take::Video && matches!(from, Origin::Library(_))
}

fn fits(folder: &Path, needed: u64) -> Result<(), CommandError> {
    match space(folder) {
        Some(disk) if disk.free_bytes < needed => {
            let said = words::too_little_space(&folder.display().to_string(), needed, disk.free_bytes);
            Err(CommandError::environment(said))
        }
        _ => Ok(()),
    }
}
