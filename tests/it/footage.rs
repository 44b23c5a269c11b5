//! Real clips that nobody here made, where they lie beside the repository: what each must be decided as.

use std::collections::BTreeMap;
use std::process::Command;

use crate::common::footage::footage;

/// Files that are no works, and the code that names why.
const REFUSED: [(&str, &str); 27] = [
    ("2018-04-12 19_24_49.mov", "empty-file"),
    ("bento4_cenc_overflow.mp4", "not-media"),
    ("bomb_16000x16000_h264.mp4", "too-many-pixels"),
    ("ducks_cut_half.mp4", "truncated"),
    ("encrypted_cenc.mp4", "encrypted"),
    ("encrypted_tenc_only.mp4", "encrypted"),
    ("exiv2_issue_2340_poc.mp4", "not-media"),
    ("exiv2_issue_2366_poc.mp4", "index-missing"),
    ("exiv2_issue_2423_poc.mp4", "index-missing"),
    ("exiv2_issue_ghsa_crmj_qh74_2r36_poc.mov", "index-missing"),
    ("flv_cut_210s.flv", "truncated"),
    ("gpac_dumptrackinfo_null.mp4", "no-media-data"),
    ("hls_playlist_named.mp4", "names-other-files"),
    ("iphone_cut_moov_missing.mov", "index-missing"),
    ("jpeg_named.mp4", "still-image"),
    ("malformed_free_box.mp4", "index-missing"),
    ("missing_vp9_frames.webm", "nothing-decodes"),
    ("mkv_cut_1132s.mkv", "truncated"),
    ("moov_only_invalid_userdata.mp4", "no-media-data"),
    ("moz_bug504843.ogv", "nothing-decodes"),
    ("pdf_named.mp4", "not-media"),
    ("srt_named.mp4", "subtitle-only"),
    ("unsupported_vvc.mp4", "unknown-codec"),
    ("wrongext_zip_named.avi", "not-media"),
    ("audio_only.mp4", "no-video"),
    ("dnxhr_hqx_12bit.mov", "single-frame"),
    ("name1.mp4", "resolution-too-low"),
];

#[test]
#[ignore = "needs the footage"]
fn every_real_clip_is_decided_as_it_must_be() {
    let footage = footage();
    let folders =
        ["phone", "camera", "legacy", "screen", "audio", "names", "broken"].map(|name| footage.join(name));
    let checked = Command::new(env!("CARGO_BIN_EXE_jincai"))
        .args(["check", "--json", "--no-campaign-rules", "--target", "website"])
        .args(folders)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    assert_eq!(checked.status.code(), Some(1), "{}", String::from_utf8_lossy(&checked.stderr));
    let rows: BTreeMap<String, serde_json::Value> = String::from_utf8(checked.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line.get("targets").is_some())
        .map(|row| (row["work"].as_str().unwrap().to_owned(), row))
        .collect();
    assert!(rows.len() > 80, "only {} clips were looked at", rows.len());
    let refused: BTreeMap<&str, &str> = REFUSED.into_iter().collect();
    for (name, row) in &rows {
        let verdict = row["verdict"].as_str().unwrap();
        match refused.get(name.as_str()) {
            None => assert!(verdict.starts_with("accepted") || verdict == "duplicate", "{name}: {row}"),
            Some(code) => {
                assert_eq!(verdict, "rejected", "{name}");
                let found = row["findings"].as_array().unwrap();
                assert!(found.iter().any(|finding| finding["code"] == *code), "{name} is not {code}: {row}");
            }
        }
    }
}
