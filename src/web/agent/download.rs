//! Fetches files chunk by chunk, each checked before it is kept; what was fetched outlives a cut and a restart.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::events::AgentEvent;
use super::hub::Hub;
use super::link::is_digest;
use super::office::AskError;
use super::stock::Checked;
use super::store::{Pairing, StoreError, replace};
use crate::files;
use crate::library::staging::reveal_synced;
use crate::model::playout::{Asset, CHUNK_BYTES, Chunks, FaultKind};
use crate::text::hex;

/// While there is nothing to fetch, one file that was not read for [`CHECKED_EVERY`] is read again after each of these.
const IDLE: Duration = Duration::from_secs(60);

/// A bit that rots on the medium changes neither size nor date.
const CHECKED_EVERY: Duration = Duration::from_secs(20 * 3600);

/// After so many breaks of the line in a row the other files are not tried either.
const BREAKS: u32 = 3;

/// How often progress is told.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// What is known of a file that is being fetched.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    bytes: u64,
    sums: Vec<String>,
    /// Chunks that are on the disk, from the first on.
    done: usize,
}

/// Why a file is not here.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error("{0}")]
    Wrong(&'static str),
    #[error(transparent)]
    Disk(#[from] StoreError),
    #[error("too little space")]
    Full,
    /// The agent ends, or something else is wanted now.
    #[error("given up")]
    GivenUp,
}

/// How far a whole edition is.
struct Progress {
    began: Instant,
    told: Option<Instant>,
    fetched: u64,
}

/// Keeps the wanted files on the disk, until the agent ends.
pub(super) fn keep_stocked(hub: &Hub) {
    let (mut seen, mut complete, mut is_low) = (None, Vec::new(), false);
    loop {
        let version = hub.held().wanted_version();
        if seen != Some(version) {
            seen = Some(version);
            evict(hub);
        }
        let wanted = hub.wanted();
        check_all(hub, &wanted);
        let all_came = fetch_all(hub, &wanted, version, &mut is_low);
        let is_here = !wanted.is_empty() && wanted.iter().all(|file| hub.stock.has(&file.sha256));
        if !is_here {
            complete.clear();
        } else if complete != wanted {
            hub.tell(&AgentEvent::Complete { files: wanted.len() });
            complete = wanted;
        }
        // A file that is doubted is looked at again at once.
        let stocked = hub.stock.version();
        let is_news =
            |held: &super::hub::Held| held.wanted_version() != version || hub.stock.version() != stocked;
        let pause = if all_came { IDLE } else { hub.parts.pace.fetch_again };
        if hub.wait(pause, is_news) {
            return;
        }
        if let Some(sha256) = hub.stock.oldest(CHECKED_EVERY) {
            check(hub, &sha256);
        }
    }
}

/// Files that no edition names any more go, once the page has left the edition that named them.
fn evict(hub: &Hub) {
    let (editions, revoked, pairing) = {
        let held = hub.held();
        let Some(pairing) = held.pairing.clone().filter(|_| held.may_evict) else { return };
        (held.kept.clone(), held.state.answer.revoked.clone(), pairing)
    };
    let mut kept: HashSet<String> = hub.wanted().into_iter().map(|file| file.sha256).collect();
    for id in editions {
        if let Some((_, edition)) = hub.store.edition(&id, &pairing) {
            let items = edition.items.into_iter();
            kept.extend(
                items.flat_map(|item| [Some(item.video), item.picture]).flatten().map(|it| it.sha256),
            );
        }
    }
    kept.retain(|sha256| !revoked.contains(sha256));
    if let Err(error) = hub.stock.retain(|sha256| kept.contains(sha256)) {
        hub.disk_failed(&error);
    }
}

/// Reads what is on the disk and was not checked since the start, or changed since.
fn check_all(hub: &Hub, wanted: &[Asset]) {
    for file in wanted {
        if hub.held().stopping {
            return;
        }
        if hub.stock.has(&file.sha256) || !is_digest(&file.sha256) {
            continue;
        }
        check(hub, &file.sha256);
    }
}

fn check(hub: &Hub, sha256: &str) {
    match hub.stock.check(sha256) {
        Ok(Checked::Good) => ring(hub),
        Ok(Checked::Missing) => {}
        Ok(Checked::Damaged) => damaged(hub, sha256),
        Err(error) => hub.disk_failed(&error),
    }
}

fn ring(hub: &Hub) {
    let mut held = hub.held();
    hub.ring(&mut held);
}

fn damaged(hub: &Hub, sha256: &str) {
    hub.tell(&AgentEvent::Damaged { sha256: sha256.to_owned() });
    hub.fault(FaultKind::Broken, sha256, "its bytes on the disk are others; it is fetched again");
}

/// Fetches what is missing, the most urgent first. Returns false if something is to be tried again later.
fn fetch_all(hub: &Hub, wanted: &[Asset], version: u64, is_low: &mut bool) -> bool {
    let Some(pairing) = hub.held().pairing.clone() else { return true };
    let mut progress = Progress { began: Instant::now(), told: None, fetched: 0 };
    let (mut all_came, mut breaks) = (true, 0);
    for file in wanted.iter().filter(|file| is_digest(&file.sha256)) {
        if hub.stock.has(&file.sha256) {
            continue;
        }
        if !has_space(hub, file) {
            low(hub, file.bytes, is_low);
            return false;
        }
        *is_low = false;
        let told = &mut |bytes| progress.tell(hub, wanted, bytes);
        match fetch(hub, &pairing, file, version, told) {
            Ok(()) => {
                breaks = 0;
                ring(hub);
            }
            Err(FetchError::GivenUp) => return true,
            // A file that breaks off each time does not hold up the others.
            Err(FetchError::Ask(AskError::Unreachable(_))) => {
                (all_came, breaks) = (false, breaks + 1);
                if breaks >= BREAKS {
                    return false;
                }
            }
            Err(FetchError::Full) => {
                low(hub, file.bytes, is_low);
                return false;
            }
            Err(error) => {
                all_came = false;
                not_fetched(hub, &file.sha256, &error);
            }
        }
    }
    all_came
}

fn not_fetched(hub: &Hub, sha256: &str, error: &FetchError) {
    match error {
        FetchError::Disk(error) => hub.disk_failed(error),
        FetchError::Wrong(detail) => hub.fault(FaultKind::Broken, sha256, detail),
        FetchError::Ask(asked) if asked.is_refusal() => {
            hub.fault(FaultKind::Missing, sha256, &asked.to_string());
        }
        error => tracing::debug!(%error, sha256, "not fetched"),
    }
}

fn has_space(hub: &Hub, file: &Asset) -> bool {
    let Some((free, all)) = hub.space() else { return true };
    let part = std::fs::metadata(hub.stock.path(&format!("{}.part", file.sha256)));
    let bytes = file.bytes.saturating_sub(part.map_or(0, |part| part.len()));
    let reserve = (all / hub.parts.reserve.part.max(1)).min(hub.parts.reserve.most);
    free.saturating_sub(bytes) >= reserve
}

/// Told once, until there is space again.
fn low(hub: &Hub, wanted: u64, is_low: &mut bool) {
    if !std::mem::replace(is_low, true) {
        let free = hub.space().map_or(0, |(free, _)| free);
        hub.tell(&AgentEvent::DiskLow { free, wanted });
        hub.fault(FaultKind::Disk, "", &format!("{free} bytes are free: nothing is downloaded"));
    }
}

fn fetch(
    hub: &Hub,
    pairing: &Pairing,
    wanted: &Asset,
    version: u64,
    told: &mut dyn FnMut(u64),
) -> Result<(), FetchError> {
    let sha256 = &wanted.sha256;
    let path = hub.stock.path(&format!("{sha256}.part"));
    let meta = hub.stock.path(&format!("{sha256}.json"));
    let failed = |source| StoreError::Io { path: path.clone(), source };
    let mut file = files::open_or_create_private(&path).map_err(failed)?;
    let mut part = match known(&meta, wanted) {
        Some(part) => part,
        None => begin(hub, pairing, wanted)?,
    };
    let whole = &mut Sha256::new();
    for at in 0..part.sums.len() {
        let held = hub.held();
        if held.stopping || held.wanted_version() != version {
            return Err(FetchError::GivenUp);
        }
        drop(held);
        let from = at as u64 * CHUNK_BYTES;
        let last = (from + CHUNK_BYTES).min(part.bytes) - 1;
        if at < part.done
            && let Some(bytes) = read_chunk(&mut file, (from, last), &part.sums[at])
        {
            whole.update(&bytes);
            continue;
        }
        let bytes = hub.office.part(&pairing.token, sha256, (from, last))?;
        if hex(&Sha256::digest(&bytes)) != part.sums[at] {
            // Whichever of both is wrong, both are asked for again.
            super::store::remove(&meta)?;
            return Err(FetchError::Wrong("a chunk with another sum"));
        }
        write_chunk(&mut file, from, &bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => FetchError::Full,
            _ => failed(error).into(),
        })?;
        whole.update(&bytes);
        part.done = part.done.max(at + 1);
        replace(&meta, &serde_json::to_vec(&part).unwrap_or_default(), None)?;
        told(bytes.len() as u64);
    }
    file.set_len(part.bytes).map_err(failed)?;
    drop(file);
    if hex(&whole.clone().finalize()) != *sha256 {
        hub.stock.remove(sha256)?;
        return Err(FetchError::Wrong("its digest is another"));
    }
    {
        // Held meanwhile, so that nothing appears that was revoked a moment ago.
        let held = hub.held();
        if held.state.answer.revoked.contains(sha256) {
            return Err(FetchError::GivenUp);
        }
        reveal_synced(&path, &hub.stock.path(sha256)).map_err(StoreError::from)?;
    }
    super::store::remove(&meta)?;
    match hub.stock.check(sha256)? {
        Checked::Good => Ok(()),
        _ => Err(FetchError::Wrong("what was written is read back otherwise")),
    }
}

fn known(meta: &std::path::Path, wanted: &Asset) -> Option<Part> {
    let part: Part = serde_json::from_slice(&files::read(meta, 16 << 20).ok()?).ok()?;
    let chunks = usize::try_from(wanted.bytes.div_ceil(CHUNK_BYTES)).ok()?;
    (part.bytes == wanted.bytes && part.sums.len() == chunks).then_some(part)
}

fn begin(hub: &Hub, pairing: &Pairing, wanted: &Asset) -> Result<Part, FetchError> {
    let Chunks { bytes, chunk, sums } = hub.office.chunks(&pairing.token, &wanted.sha256)?;
    let count = usize::try_from(bytes.div_ceil(CHUNK_BYTES)).unwrap_or(usize::MAX);
    if bytes != wanted.bytes || chunk != CHUNK_BYTES || sums.len() != count {
        return Err(FetchError::Wrong("its chunks are of another file"));
    }
    Ok(Part { bytes, sums, done: 0 })
}

fn read_chunk(file: &mut std::fs::File, (from, last): (u64, u64), sum: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(last - from + 1).ok()?];
    file.seek(SeekFrom::Start(from)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    (hex(&Sha256::digest(&bytes)) == sum).then_some(bytes)
}

fn write_chunk(file: &mut std::fs::File, from: u64, bytes: &[u8]) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(from))?;
    file.write_all(bytes)?;
    // Noted as done only once it is on the disk.
    file.sync_data()
}

impl Progress {
    fn tell(&mut self, hub: &Hub, wanted: &[Asset], bytes: u64) {
        self.fetched += bytes;
        if self.told.is_some_and(|told| told.elapsed() < TOLD_EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        let here = |file: &&Asset| hub.stock.has(&file.sha256);
        let of_bytes: u64 = wanted.iter().map(|file| file.bytes).sum();
        let done: u64 = wanted.iter().filter(here).map(|file| file.bytes).sum();
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let bytes_per_s = (self.fetched as f64 / seconds) as u64;
        hub.tell(&AgentEvent::Fetching {
            files: wanted.iter().filter(here).count(),
            of_files: wanted.len(),
            bytes: done,
            of_bytes,
            bytes_per_s,
            left_s: (of_bytes - done).checked_div(bytes_per_s),
        });
    }
}
