//! Folders as people leave them.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;

use super::*;
use crate::model::finding::Code;

fn inbox(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

fn found(folder: &tempfile::TempDir) -> Found {
    find(&[folder.path().to_owned()], folder.path(), &folder.path().join("library")).unwrap()
}

fn names(found: &Found) -> Vec<String> {
    found.sources.iter().map(|source| source.relative.as_path().to_string_lossy().into_owned()).collect()
}

#[test]
fn videos_and_posters_are_taken_by_extension_and_everything_else_is_left() {
    let folder = inbox(&[
        "b.MOV",
        "a.mp4",
        "宣传部/c.mkv",
        "note.txt",
        "photo.jpg",
        "song.mp3",
        "noext",
        ".hidden.mp4",
        "._a.mp4",
        "~$a.mp4",
        "x.mp4.crdownload",
        "x.mp4.part",
        "y.tmp",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "_结果/done.mp4",
        "宣传部/_结果/done.mp4",
        "__MACOSX/z.mp4",
        "library/out.mp4",
        "jincai.toml",
    ]);
    let found = found(&folder);
    assert_eq!(names(&found), ["a.mp4", "b.MOV", "photo.jpg", "宣传部/c.mkv"]);
    assert_eq!(found.skipped, []);
}

#[test]
fn a_picture_is_a_poster_unless_it_has_the_name_of_a_video_beside_it() {
    let folder = inbox(&[
        "夏天.mp4",
        "夏天.jpg",
        "夏天.mp4.png",
        "夏天 (1).webp",
        "夏天.cover.png",
        "招新海报.JPEG",
        "招新海报.toml",
        "横版.png",
        "横版.webp",
        "校庆.gif",
        "系/夏天.png",
        "._x.png",
    ]);
    let found = found(&folder);
    assert_eq!(names(&found), ["夏天.mp4", "招新海报.JPEG", "横版.png", "横版.webp", "系/夏天.png"]);
    let left: Vec<&str> = found.left_over.iter().filter_map(|left| left.path.file_name()?.to_str()).collect();
    assert_eq!(left, ["校庆.gif", "夏天 (1).webp", "夏天.jpg", "夏天.mp4.png"]);
    assert!(found.left_over.iter().all(|left| left.kind == LeftOverKind::Picture));
    assert!(found.sources[0].cover.is_some() && found.sources[0].notes.is_empty());
    assert!(found.sources[1].details.is_some());
    // Whoever names one explicitly means it.
    let one = folder.path().join("夏天.jpg");
    let named = find(&[one], folder.path(), &folder.path().join("library")).unwrap();
    assert_eq!(names(&named), ["夏天.jpg"]);
}

#[test]
fn the_department_is_the_first_folder_under_the_root() {
    let folder = inbox(&["a.mp4", "宣传部/b.mp4", "计算机系/2301班/c.mp4"]);
    let departments: Vec<Option<String>> =
        found(&folder).sources.into_iter().map(|source| source.department).collect();
    assert_eq!(departments, [None, Some("宣传部".into()), Some("计算机系".into())]);
}

#[test]
fn a_work_of_the_inbox_is_the_same_whatever_folder_of_it_is_asked_for() {
    let folder = inbox(&["计算机系/2301班/c.mp4", "计算机系/d.mp4"]);
    let whole = found(&folder);
    let department = folder.path().join("计算机系");
    for roots in [vec![department.clone()], vec![department.join("2301班"), department.join("d.mp4")]] {
        assert_eq!(find(&roots, folder.path(), Path::new("")).unwrap(), whole);
    }
    // By another way to the same folder.
    let link = tempfile::tempdir().unwrap();
    symlink(folder.path(), link.path().join("收件")).unwrap();
    let roundabout = department.join("2301班/../../计算机系");
    for root in [roundabout, link.path().join("收件/计算机系")] {
        assert_eq!(find(&[root], folder.path(), Path::new("")).unwrap(), whole);
    }
    let elsewhere = find(&[department], &folder.path().join("other"), Path::new("")).unwrap();
    assert_eq!(elsewhere.sources[0].department.as_deref(), Some("2301班"));
    assert_eq!(elsewhere.sources[1].department, None);
}

#[test]
fn sidecars_are_matched_across_case_and_composition_and_orphans_are_told() {
    let folder = inbox(&[
        "re\u{301}sume\u{301}.mp4",
        "Résumé.TOML",
        "résumé.SRT",
        "résumé.vtt",
        "two.mp4",
        "two.mov",
        "two.ass",
        "alone.srt",
        "系/two.toml",
    ]);
    let found = found(&folder);
    let beside = |name: &str| {
        let source =
            found.sources.iter().find(|source| source.relative.as_path() == Path::new(name)).unwrap();
        let name = |path: &Option<AnyPath>| {
            path.as_ref().map(|path| path.as_path().file_name().unwrap().to_str().unwrap().to_owned())
        };
        (name(&source.details), name(&source.captions))
    };
    assert_eq!(beside("re\u{301}sume\u{301}.mp4"), (Some("Résumé.TOML".into()), Some("résumé.SRT".into())));
    assert_eq!(beside("two.mp4"), (None, Some("two.ass".into())));
    assert_eq!(beside("two.mov"), (None, Some("two.ass".into())));
    let orphans: Vec<(&Path, Code)> =
        found.skipped.iter().map(|skipped| (skipped.path.as_path(), skipped.finding.code)).collect();
    let alone = folder.path().join("alone.srt");
    let elsewhere = folder.path().join("系/two.toml");
    assert_eq!(orphans, [(alone.as_path(), Code::SidecarOrphan), (&elsewhere, Code::SidecarOrphan)]);
}

#[test]
fn names_that_are_odd_or_not_utf_8_are_works_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}.mp4", "x".repeat(251));
    let odd: [&[u8]; 7] = [
        b"-video-with-dash-.mp4",
        "re\u{301}sume\u{301}_macOS_NFD.mp4".as_bytes(),
        b"te[s]t_ video ' _ .flv",
        b"\xce\xd2\xb5\xc4\xca\xd3\xc6\xb5.mp4",
        "我的视频🎬😀 v2 & final.mov".as_bytes(),
        b"line\nfeed \"quoted\".mp4",
        long.as_bytes(),
    ];
    for name in odd {
        fs::write(folder.path().join(OsString::from_vec(name.to_vec())), name).unwrap();
    }
    let found = found(&folder);
    assert_eq!(found.sources.len(), odd.len());
    for source in &found.sources {
        assert_eq!(fs::metadata(source.path.as_path()).unwrap().len(), source.stamp.bytes);
        assert_eq!(folder.path().join(source.relative.as_path()), source.path.as_path());
    }
}

#[test]
fn a_link_out_of_the_root_is_refused_and_one_inside_is_not_taken_twice() {
    let outside = inbox(&["secret.mp4", "folder/secret.mp4"]);
    let folder = inbox(&["real.mp4", ".store/blob"]);
    let link = |target: &Path, name: &str| symlink(target, folder.path().join(name)).unwrap();
    link(&outside.path().join("secret.mp4"), "out.mp4");
    link(&outside.path().join("folder"), "out");
    link(&folder.path().join("real.mp4"), "again.mp4");
    link(&folder.path().join(".store/blob"), "stored.mp4");
    link(folder.path(), "loop");
    link(Path::new("gone"), "broken.mp4");
    let found = found(&folder);
    assert_eq!(names(&found), ["real.mp4", "stored.mp4"]);
    let skipped: Vec<String> = found
        .skipped
        .iter()
        .map(|skipped| skipped.path.as_path().file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(skipped, ["broken.mp4", "out", "out.mp4"]);
    let codes: Vec<Code> = found.skipped.iter().map(|skipped| skipped.finding.code).collect();
    assert_eq!(codes, [Code::SourceUnreadable, Code::LinkLeadsOut, Code::LinkLeadsOut]);
}

#[test]
fn files_of_other_kinds_are_passed_over_by_name() {
    let folder =
        inbox(&["a.mp4", "素材.bin", "系/脚本.docx", "Thumbs.db", ".hidden.txt", "a.srt", "jincai.toml"]);
    let found = found(&folder);
    assert_eq!(names(&found), ["a.mp4"]);
    let expected = [("系/脚本.docx", LeftOverKind::Document), ("素材.bin", LeftOverKind::Other)]
        .map(|(name, kind)| LeftOver { path: folder.path().join(name), kind });
    assert_eq!(found.left_over, expected);
}

#[test]
fn a_folder_that_is_a_library_is_never_a_submission() {
    let folder = inbox(&[
        "a.mp4",
        "旧库/.jincai/catalog.sqlite3",
        "旧库/第一季/系/a/weibo/a.mp4",
        "拷贝/manifest.json",
        "拷贝/manifest.csv",
        "拷贝/第一季/b.mp4",
    ]);
    let found = found(&folder);
    assert_eq!(names(&found), ["a.mp4"]);
    let libraries = ["拷贝", "旧库"].map(|name| folder.path().join(name));
    assert!(found.left_over.iter().all(|left| left.kind == LeftOverKind::Library));
    assert_eq!(found.left_over.iter().map(|left| left.path.clone()).collect::<Vec<_>>(), libraries);
    let inside = folder.path().join("旧库/第一季");
    let refused =
        find(std::slice::from_ref(&inside), folder.path(), &folder.path().join("library")).unwrap_err();
    assert!(matches!(refused, DiscoverError::InLibrary { path } if path == inside));
    // Who compares works may name finished ones.
    assert_eq!(find(&[inside], folder.path(), Path::new("")).unwrap().sources.len(), 1);
}

#[test]
fn the_pieces_of_a_download_beside_their_playlist_are_no_works() {
    let folder = inbox(&[
        "下载/index.m3u8",
        "下载/seg-1.ts",
        "下载/seg-2.ts",
        "下载/seg-3.ts",
        "下载/a.mp4",
        "b/1.ts",
    ]);
    let found = found(&folder);
    assert_eq!(names(&found), ["b/1.ts", "下载/a.mp4"]);
    let pieces = found.left_over.iter().filter(|left| left.kind == LeftOverKind::Piece).count();
    assert_eq!((pieces, found.left_over.len()), (3, 4));
}

#[test]
fn a_pipe_or_a_folder_beside_a_video_is_no_sidecar() {
    let folder = inbox(&["a.mp4", "b.mp4", "b.toml/inside"]);
    for name in ["a.toml", "a.srt"] {
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let pipe = folder.path().join(name);
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    }
    let roots =
        [vec![folder.path().to_owned()], vec![folder.path().join("a.mp4"), folder.path().join("b.mp4")]];
    for roots in roots {
        let found = find(&roots, Path::new(""), &folder.path().join("library")).unwrap();
        assert_eq!(names(&found), ["a.mp4", "b.mp4"]);
        assert!(found.sources.iter().all(|source| source.details.is_none() && source.captions.is_none()));
    }
}

#[test]
fn thousands_of_names_that_differ_in_case_alone_are_one_stem_and_no_work() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..4096_u32 {
        let letter = |bit: u32| if number >> bit & 1 == 1 { 'A' } else { 'a' };
        let stem: String = (0..12).rev().map(letter).collect();
        for extension in ["srt", "toml"] {
            fs::write(folder.path().join(format!("{stem}.{extension}")), "").unwrap();
        }
    }
    for video in ["aaaaaaaaaaaa.mp4", "AAAAAAAAAAAA.mp4"] {
        fs::write(folder.path().join(video), "x").unwrap();
    }
    let found = found(&folder);
    assert_eq!(found.sources.len(), 2);
    for source in &found.sources {
        let name = |path: &Option<AnyPath>| path.as_ref().unwrap().as_path().file_name().unwrap().to_owned();
        assert_eq!(name(&source.captions), "AAAAAAAAAAAA.srt");
        assert_eq!(name(&source.details), "AAAAAAAAAAAA.toml");
    }
}

#[test]
fn a_file_named_explicitly_is_taken_whatever_it_is_called() {
    let folder = inbox(&["video.dat", "video.srt", "other.toml"]);
    let path = folder.path().join("video.dat");
    let found = find(&[path.clone(), path], Path::new(""), &folder.path().join("library")).unwrap();
    assert_eq!(names(&found), ["video.dat"]);
    assert_eq!(found.sources[0].department, None);
    assert!(found.sources[0].captions.is_some());
    assert_eq!(found.skipped, []);
}

#[test]
fn a_root_that_is_missing_or_the_library_itself_is_an_error() {
    let folder = inbox(&["library/春/a.mp4"]);
    let library = folder.path().join("library");
    let missing = find(&[folder.path().join("nowhere")], Path::new(""), &library).unwrap_err();
    assert!(matches!(missing, DiscoverError::Missing { .. }), "{missing}");
    let finished = find(&[library.join("春")], Path::new(""), &library).unwrap_err();
    assert!(matches!(finished, DiscoverError::InLibrary { .. }), "{finished}");
}
