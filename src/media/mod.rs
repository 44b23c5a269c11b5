//! The only wing that uses FFmpeg. Every function runs inside a media worker: it gets an open file, reads nothing else,
//! and returns plain model types.
//!
//! | file | job |
//! |---|---|
//! | `source` | one submitted file behind allow-lists: demuxers, decoders, no protocol at all |
//! | `container` | what containers state and FFmpeg does not pass on |
//! | `frame_tags`, `stated_colours`, `shown` | how a picture is meant to look, by whoever states it |
//! | `inspect` | the single inspection pass |
//! | `survey`, `time_line`, `layout` | every packet's place on one time line, where the file's own timestamps do not give it |
//! | `poster` | works that are one picture |
//! | `frame_grabs` | single frames, for people to compare |
//! | `render` | decodes once, encodes every video and audio recipe, writes every output |
//! | `filter_chains`, `blend`, `encode` | a video recipe's filter graph, its layers, its encoder |
//! | `sound` | an audio recipe's resampling, loudness and encoder |
//! | `mux` | packets into finished files |
//! | `packages` | packages that are handed over, and papers for anonymous ones |
//! | `reel` | finished files into one film, their packets copied |
//! | `verify` | measures finished files against their specification |

mod blend;
mod channels;
mod container;
mod cover_stills;
mod encode;
mod encode_task;
mod ffi;
mod filter_chains;
pub mod frame_grabs;
mod frame_reader;
mod frame_tags;
mod graph;
pub mod handed_in_form;
pub mod handed_in_table;
pub mod inspect;
mod labels;
mod layout;
mod loudness;
mod mux;
mod office_archive;
pub mod packages;
pub mod poster;
pub mod reel;
pub mod render;
mod shown;
mod sound;
mod sound_line;
mod source;
mod stated_colours;
pub mod still_picture;
mod survey;
mod time_line;
pub mod verify;

use rustix::io::Errno;

use crate::model::finding::{Code, Finding};
use crate::model::job::{Diagnosis, EngineError};

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The file is refused with a finding that a person can act on.
    #[error("{}", .0.code.name())]
    Refused(Box<Finding>),
    #[error("{doing}: {source}")]
    Ffmpeg { doing: &'static str, source: ffmpeg_next::Error },
    #[error("{doing}: {source}")]
    Io { doing: &'static str, source: std::io::Error },
    #[error("{0}")]
    Broken(String),
    /// Reading the submitted file failed: its disk or share is the cause, whatever the demuxer reported.
    #[error("read the source: {0}")]
    Source(std::io::Error),
    /// Reading a finished file in the library failed.
    #[error("read a finished file: {0}")]
    Finished(std::io::Error),
    /// One thread stopped because another did, whose error is the cause.
    #[error("{0}")]
    Aborted(String),
}

impl MediaError {
    fn refused(finding: Finding) -> Self {
        Self::Refused(Box::new(finding))
    }
}

/// Adds the operation that FFmpeg or the system failed at to an error.
trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, MediaError>;
}

impl<T> Doing<T> for Result<T, ffmpeg_next::Error> {
    fn doing(self, doing: &'static str) -> Result<T, MediaError> {
        self.map_err(|source| MediaError::Ffmpeg { doing, source })
    }
}

impl<T> Doing<T> for Result<T, std::io::Error> {
    fn doing(self, doing: &'static str) -> Result<T, MediaError> {
        self.map_err(|source| MediaError::Io { doing, source })
    }
}

impl From<MediaError> for EngineError {
    fn from(error: MediaError) -> Self {
        let detail = error.to_string();
        let errno = match &error {
            MediaError::Ffmpeg { source: ffmpeg_next::Error::Other { errno }, .. } => Some(*errno),
            MediaError::Io { source, .. } => source.raw_os_error(),
            _ => None,
        };
        let code = match (error, errno) {
            (MediaError::Refused(finding), _) => return Self::refused(*finding, detail),
            (MediaError::Source(_), _) => Code::SourceUnreadable,
            (MediaError::Finished(_), _) => Code::LibraryUnreachable,
            (_, Some(errno)) => code_of_errno(Errno::from_raw_os_error(errno)),
            _ => Code::RenderFailed,
        };
        Self::broken(Finding::error(code).detail(&detail), detail)
    }
}

/// Returns the finding code of an error number that FFmpeg or the system returned. Numbers that the worker's own sandbox
/// and limits cause, or that demuxers and encoders use for bad data, do not count as failures of disk or share.
fn code_of_errno(errno: Errno) -> Code {
    match errno {
        Errno::NOMEM => Code::WorkerOutOfMemory,
        Errno::AGAIN
        | Errno::IO
        | Errno::PERM
        | Errno::ACCESS
        | Errno::MFILE
        | Errno::NODEV
        | Errno::NXIO => Code::RenderFailed,
        other => Code::of_errno(other).unwrap_or(Code::RenderFailed),
    }
}

/// Returns FFmpeg's version and which of the required encoders and filters it has.
pub fn diagnose() -> Diagnosis {
    configure_ffmpeg();
    let encoders = ["libx264", "aac"];
    let filters = [
        "alimiter",
        "aresample",
        "atrim",
        "apad",
        "bwdif",
        "crop",
        "gblur",
        "hflip",
        "pad",
        "premultiply",
        "scale",
        "setparams",
        "setsar",
        "settb",
        "split",
        "tonemap",
        "transpose",
        "vflip",
        "volume",
        "vstack",
        "zscale",
    ];
    Diagnosis {
        ffmpeg: source::ffmpeg_version(),
        encoders: encoders
            .iter()
            .filter(|name| ffmpeg_next::encoder::find_by_name(name).is_some())
            .map(|name| (*name).to_owned())
            .collect(),
        filters_missing: filters
            .iter()
            .filter(|name| ffmpeg_next::filter::find(name).is_none())
            .map(|name| (*name).to_owned())
            .collect(),
        landlock_abi: 0,
        seccomp: false,
    }
}

/// Silences FFmpeg's own log, since errors are returned, and bounds its allocations.
fn configure_ffmpeg() {
    // Errors have no text before this.
    ffmpeg_next::util::error::register_all();
    ffmpeg_next::util::log::set_level(ffmpeg_next::util::log::Level::Fatal);
    ffi::limit_allocations(1 << 30);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(doing: &'static str, errno: Errno) -> Code {
        let source = ffmpeg_next::Error::Other { errno: errno.raw_os_error() };
        EngineError::from(MediaError::Ffmpeg { doing, source }).finding.code
    }

    #[test]
    fn what_the_disk_and_the_share_say_is_told_from_what_a_file_does() {
        assert_eq!(code("finish a file", Errno::NOSPC), Code::DiskFull);
        assert_eq!(code("finish a file", Errno::DQUOT), Code::DiskFull);
        assert_eq!(code("finish a file", Errno::ROFS), Code::LibraryReadOnly);
        for errno in [Errno::STALE, Errno::NOTCONN, Errno::TIMEDOUT, Errno::HOSTDOWN] {
            assert_eq!(code("write a packet", errno), Code::LibraryUnreachable, "{errno}");
        }
        // Demuxers and encoders return these for the file itself.
        for errno in [Errno::IO, Errno::INVAL, Errno::AGAIN] {
            assert_eq!(code("open the decoder", errno), Code::RenderFailed, "{errno}");
        }
    }
}
