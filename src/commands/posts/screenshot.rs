//! A screenshot that proves a post: an untrusted picture, decoded and encoded again by a sandboxed worker.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::files;
use crate::library::staging::{self, Durability, ScratchFolder};
use crate::model::config::Limits;
use crate::model::finding::{Code, Finding};
use crate::model::job::{StillTask, StillsJob, StillsOf};
use crate::model::language::{AnyPath, Bilingual};
use crate::model::receipt::Screenshot;
use crate::model::value::Arg;
use crate::present::messages;
use crate::receipts::place::{PROOF_LONG_SIDE, PROOF_MAX_PIXELS, proof_path};
use crate::text::hex;
use crate::worker::{self, Workers};

/// Largest picture that a worker may hand back, bytes.
const MAX_BYTES: u64 = 64 << 20;

/// A screenshot that is not in the library yet.
#[derive(Clone, Debug)]
pub(super) struct NewScreenshot {
    pub record: Screenshot,
    png: Vec<u8>,
}

/// Has a picture decoded. The inner error says why it cannot be used.
pub(super) async fn decode(
    desk: &Desk,
    workers: &Workers,
    place: AnyPath,
    work: &str,
) -> Result<Result<NewScreenshot, Bilingual>, CommandError> {
    let folder = ScratchFolder::create()?;
    let file = folder.path().join("screenshot.png");
    let limits = &desk.config.limits;
    let limits = Limits { max_pixels: limits.max_pixels.min(PROOF_MAX_PIXELS), ..limits.clone() };
    let name = place.as_path().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let request = StillsJob {
        source: place,
        of: StillsOf::Picture,
        folder: folder.path().into(),
        limits,
        threads: 1,
        stills: vec![StillTask { at_us: 0, file: file.clone().into(), max_long_side: PROOF_LONG_SIDE }],
    };
    if let Err(error) = worker::ask(workers, request, &mut |_, _| {}).await {
        let Finding { measured, limit, args, .. } = *error.finding;
        let told = match error.finding.code {
            Code::CoverUnusable => {
                Finding { measured, limit, args, ..Finding::error(Code::ScreenshotUnusable) }
                    .arg(Arg::File, name)
            }
            code => Finding { measured, limit, args, ..Finding::error(code) }.arg(Arg::File, name),
        };
        tracing::debug!(detail = error.detail, "a screenshot cannot be used");
        return Ok(Err(messages::text(&told)));
    }
    let png = files::read(&file, MAX_BYTES).map_err(CommandError::internal)?;
    let sha256 = hex(&Sha256::digest(&png));
    let record = Screenshot { file: proof_path(work, &sha256), sha256, bytes: png.len() as u64 };
    Ok(Ok(NewScreenshot { record, png }))
}

impl NewScreenshot {
    /// Writes the picture into the library, whole or not at all, before the record that names it.
    pub fn write(&self, library: &Path) -> Result<(), CommandError> {
        let path = library.join(&self.record.file);
        Ok(staging::write_beside(library, &path, &self.png, Durability::Synced)?)
    }
}
