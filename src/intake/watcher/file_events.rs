//! File events of the inbox, and the free space of its disk.

use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::model::service::DiskSpace;

/// Magic numbers of file systems that other machines change (`linux/magic.h`, `statfs(2)`).
const NETWORK: [u64; 7] = [
    0xFF53_4D42, // CIFS
    0xFE53_4D42, // SMB2
    0x517B,      // SMB
    0x6969,      // NFS
    0x6573_5546, // FUSE
    0x0102_1997, // 9P
    0x00C3_6400, // Ceph
];

/// Returns true if a folder is on a network file system, where changes by other machines cause no file events.
pub fn is_network(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|found| NETWORK.contains(&((found.f_type as u64) & 0xFFFF_FFFF)))
}

/// Returns the free and total space of the file system that holds a folder.
pub fn space(folder: &Path) -> Option<DiskSpace> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(DiskSpace {
        path: folder.into(),
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
        total_bytes: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// A change in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Of these files or folders.
    At(Vec<PathBuf>),
    /// Events were lost, so everything must be scanned.
    Anywhere,
}

/// File events are not available.
#[derive(Debug, thiserror::Error)]
#[error("file events cannot be had: {0}")]
pub struct FileEventsError(#[from] notify::Error);

/// File events of a folder and everything under it, until dropped.
#[derive(Debug)]
pub struct Watching {
    _watcher: RecommendedWatcher,
    changes: UnboundedReceiver<Change>,
}

impl Watching {
    /// Begins to listen. Fails where the kernel grants no watches, for instance at its limit.
    pub fn begin(folder: &Path) -> Result<Self, FileEventsError> {
        let (sender, changes) = unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event| forward(&sender, event))?;
        watcher.watch(folder, RecursiveMode::Recursive)?;
        Ok(Self { _watcher: watcher, changes })
    }

    /// Waits for the next change. `None` when there will be no more.
    pub async fn next(&mut self) -> Option<Change> {
        self.changes.recv().await
    }
}

fn forward(sender: &UnboundedSender<Change>, event: notify::Result<notify::Event>) {
    let change = match event {
        Ok(event) if event.need_rescan() => Change::Anywhere,
        Ok(event) => match event.kind {
            // Reading changes nothing; the end of writing has an event of its own.
            EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write) => return,
            _ => Change::At(event.paths),
        },
        Err(_) => Change::Anywhere,
    };
    // While the service ends, the receiver is already gone.
    let _ = sender.send(change);
}
