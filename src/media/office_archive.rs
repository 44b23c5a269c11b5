//! The archive that a workbook or a document is, unpacked within bounds.

#![expect(clippy::result_large_err, reason = "a finding ends the reading of a file, once")]

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::model::finding::{Code, Finding};
use crate::model::table::{TABLE_MAX_PARTS, TABLE_MAX_UNPACKED_BYTES};
use crate::model::value::Value;

/// What office files begin with that can be used.
pub(super) const ZIP: &[u8] = b"PK";

/// What is said of a file that cannot be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Complaint {
    unusable: Code,
    too_large: Code,
}

impl Complaint {
    pub const TABLE: Self = Self { unusable: Code::TableUnusable, too_large: Code::TableTooLarge };
    pub const FORM: Self = Self { unusable: Code::FormUnusable, too_large: Code::FormTooLarge };

    pub fn unusable(self) -> Finding {
        Finding::error(self.unusable)
    }

    pub fn too_many(self, count: usize) -> Finding {
        self.more_than(Value::Count(count as u64))
    }

    pub fn too_many_bytes(self, bytes: u64) -> Finding {
        self.more_than(Value::Memory(bytes))
    }

    fn more_than(self, limit: Value) -> Finding {
        Finding::error(self.too_large).measured(Value::MoreThan(Box::new(limit.clone()))).limit(limit)
    }
}

/// Opens an archive, and unpacks every part of it once, whatever sizes it states, and holds nothing.
pub(super) fn opened(bytes: &[u8], complaint: Complaint) -> Result<ZipArchive<Cursor<&[u8]>>, Finding> {
    let broken = |error: zip::result::ZipError| complaint.unusable().detail(error);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > TABLE_MAX_PARTS {
        return Err(complaint.too_many(TABLE_MAX_PARTS));
    }
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let left = TABLE_MAX_UNPACKED_BYTES + 1 - unpacked;
        let read = io::copy(&mut part.take(left), &mut io::sink());
        unpacked += read.map_err(|error| complaint.unusable().detail(error))?;
        if unpacked > TABLE_MAX_UNPACKED_BYTES {
            return Err(complaint.too_many_bytes(TABLE_MAX_UNPACKED_BYTES));
        }
    }
    Ok(archive)
}
