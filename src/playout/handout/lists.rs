//! The playlists and scripts of a handout.

use std::collections::BTreeMap;

use maud::{PreEscaped, html};

use super::{Entry, PICTURE_S};
use crate::model::playout::SealedEdition;
use crate::text::Visible;

/// Returns the script that tells the page what to play.
pub fn current_js(sealed: &SealedEdition, files: &BTreeMap<String, String>, stick: u64) -> String {
    let said = serde_json::json!({ "edition": sealed.text(), "files": files, "stick": stick });
    format!("jincai_current({said});\n")
}

/// Returns a playlist of VLC and many televisions (RFC 8216 calls the form M3U8): UTF-8, relative paths, a title on one line each.
pub fn m3u8(entries: &[Entry]) -> String {
    let mut text = "#EXTM3U\n".to_owned();
    for entry in entries.iter().filter(|entry| !entry.is_dated) {
        let seconds = entry.item.ms.div_ceil(1000);
        text.push_str(&format!("#EXTINF:{seconds},{}\n{}\n", one_line(&entry.item.title), entry.file));
    }
    text
}

/// Returns the same as XSPF, version 1 (<https://www.xspf.org/spec>).
pub fn xspf(title: &str, entries: &[Entry]) -> String {
    let tracks = html! {
        playlist version="1" xmlns="http://xspf.org/ns/0/" {
            title { (one_line(title)) }
            trackList {
                @for entry in entries.iter().filter(|entry| !entry.is_dated) {
                    track {
                        location { (entry.file) }
                        title { (one_line(&entry.item.title)) }
                        @if let Some(department) = &entry.item.department { creator { (one_line(department)) } }
                        duration { (entry.item.ms) }
                    }
                }
            }
        }
    };
    let head = PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned());
    head.0 + &tracks.into_string() + "\n"
}

/// Returns the settings for mpv (`mpv --config-dir=. playlist.m3u8`): round and round, the next file opened ahead.
pub fn mpv_conf() -> String {
    format!(
        "loop-playlist=inf\nprefetch-playlist=yes\nimage-display-duration={PICTURE_S}\nfullscreen=yes\nosc=no\n\
         osd-level=0\ncursor-autohide=always\nkeep-open=no\n"
    )
}

/// Returns the file of digests that `sha256sum -c` reads: path and SHA-256 of each file.
pub fn sums(files: &[(String, String)]) -> String {
    files.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect()
}

fn one_line(text: &str) -> String {
    Visible::of(text).to_string()
}
