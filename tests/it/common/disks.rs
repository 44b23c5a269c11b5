//! File systems of a test's own. Not everybody may mount: tests of them are ignored unless they are asked for, which
//! `make test` does where it is allowed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::programs::run;

/// A file system in memory, unmounted at the end.
pub struct Mounted(PathBuf);

impl Mounted {
    /// `size` as the option of `mount` takes it.
    pub fn tmpfs(at: &Path, size: &str) -> Self {
        fs::create_dir_all(at).unwrap();
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(at));
        Self(at.to_owned())
    }

    /// Changes an option: `ro`, `rw` or another `size=`.
    pub fn remount(&self, option: &str) {
        run(Command::new("mount").args(["-o", &format!("remount,{option}")]).arg(&self.0));
    }

    /// Bytes that are free, and that are taken.
    pub fn space(&self) -> (u64, u64) {
        let space = rustix::fs::statvfs(&self.0).unwrap();
        (space.f_bfree * space.f_frsize, (space.f_blocks - space.f_bfree) * space.f_frsize)
    }

    /// Leaves so many bytes free.
    pub fn fill(&self, leave: u64) {
        let taken = usize::try_from(self.space().0.saturating_sub(leave)).unwrap();
        fs::write(self.0.join("ballast"), vec![7; taken]).unwrap();
    }

    pub fn unfill(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }

    pub fn clear(&self) {
        for entry in fs::read_dir(&self.0).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
