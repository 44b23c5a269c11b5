//! The pictures that show a likeness, held against the films they were taken from.

use std::path::Path;

use image::RgbImage;
use jincai::graphics::overlay::PAIR_BOXES;
use jincai::model::finding::Verdict;
use jincai::model::likeness::{MatchClass, Proof};

use super::{Campus, as_strs, scene, through};
use crate::common::programs::{ffmpeg, run};

/// The frame shown at a moment, as the `ffmpeg` program takes it.
fn frame(file: &Path, at_ms: u64) -> RgbImage {
    let at = format!("{:.3}", at_ms as f64 / 1000.0);
    let taken = run(ffmpeg()
        .args(["-ss", &at, "-i"])
        .arg(file)
        // Untagged colours are BT.709 to the program, whatever the size.
        .args([
            "-vf",
            "scale=in_color_matrix=bt709",
            "-frames:v",
            "1",
            "-pix_fmt",
            "rgb24",
            "-c:v",
            "png",
            "-f",
            "image2pipe",
            "-",
        ]));
    image::load_from_memory(&taken.stdout).unwrap().into_rgb8()
}

/// Mean difference of the luma of two pictures, levels of 255, at a size where details do not count.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    let small = |picture: &RgbImage| {
        let grey = image::DynamicImage::ImageRgb8(picture.clone()).into_luma8();
        image::imageops::thumbnail(&grey, 32, 18)
    };
    let (one, other) = (small(one), small(other));
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.as_raw().len() as f64
}

/// One side of a page, without what lies above and below a wide picture.
fn side(page: &RgbImage, index: usize, aspect: f64) -> RgbImage {
    let (left, top) = PAIR_BOXES.0[index];
    let (width, height) = PAIR_BOXES.1;
    let high = (f64::from(width) / aspect).round() as u32;
    image::imageops::crop_imm(page, left, top + (height - high) / 2, width, high).to_image()
}

#[test]
fn a_refused_copy_is_shown_beside_its_original() {
    let campus = Campus::new();
    let original = campus.put("甲/原片.mp4", 100, &as_strs(&scene(2, 8)));
    campus.run();
    let copy = campus.put(
        "乙/翻版.mp4",
        10,
        &through(&original, "scale=256:144,drawbox=w=40:h=20:color=red:t=fill"),
    );
    campus.run();
    let (first, refused) = (campus.work("原片"), campus.work("翻版"));
    assert_eq!(first.verdict, Verdict::Accepted, "{:?}", first.findings);
    assert_eq!((refused.verdict, refused.duplicate_of.as_ref()), (Verdict::Duplicate, Some(&first.id)));
    let [likeness] = refused.likenesses.as_slice() else { panic!("{:?}", refused.likenesses) };
    assert_eq!(likeness.class, MatchClass::SameWork);
    assert!(matches!(likeness.proof, Proof::Picture | Proof::Both), "{likeness:?}");
    assert_eq!((likeness.id.as_ref(), likeness.department.as_deref()), (Some(&first.id), Some("甲")));
    assert_eq!(likeness.pictures.len(), 3);
    let mut moments = Vec::new();
    for kept in &likeness.pictures {
        assert!(kept.file.starts_with(&format!("duplicates/{}/", refused.id)), "{}", kept.file);
        let page = image::open(campus.library().join(&kept.file)).unwrap().into_rgb8();
        let ours = difference(&side(&page, 0, 16.0 / 9.0), &frame(&copy, kept.at_ms));
        let theirs = difference(&side(&page, 1, 16.0 / 9.0), &frame(&original, kept.their_at_ms));
        assert!(ours < 4.0 && theirs < 4.0, "{ours} {theirs} {kept:?}");
        let elsewhere =
            difference(&side(&page, 1, 16.0 / 9.0), &frame(&original, (kept.their_at_ms + 3000) % 8000));
        assert!(elsewhere > 2.0 * theirs, "{elsewhere} {theirs}");
        assert!(kept.at_ms.abs_diff(kept.their_at_ms) <= 500, "{kept:?}");
        moments.push(kept.at_ms);
    }
    assert!(moments.is_sorted() && moments[2] - moments[0] > 3000, "{moments:?}");
    // The library's own accounts know the pictures.
    let verified = campus.command(&["verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    // Nothing changed: nothing is made again, and the pictures stay.
    campus.run();
    assert_eq!(campus.work("翻版").likenesses, refused.likenesses);
}

#[test]
fn a_work_that_is_made_keeps_the_pictures_in_its_folder_and_what_follows_is_configuration() {
    let campus = Campus::new();
    let original = campus.put("甲/原片.mp4", 100, &as_strs(&scene(2, 8)));
    campus.run();
    campus.put("乙/翻版.mp4", 10, &through(&original, "scale=256:144"));
    campus.configure(|config| config.replace("same_work = \"reject\"", "same_work = \"note\""));
    campus.run();
    let noted = campus.work("翻版");
    assert_eq!(noted.verdict, Verdict::Accepted, "{:?}", noted.findings);
    let folder = noted.renditions[0].file.rsplit_once("/website/").unwrap().0.to_owned();
    for kept in &noted.likenesses[0].pictures {
        assert!(kept.file.starts_with(&format!("{folder}/likeness/")), "{}", kept.file);
    }
    assert_eq!(noted.likenesses[0].pictures.len(), 3);
    campus.configure(|config| config.replace("same_work = \"note\"", "same_work = \"reject\""));
    campus.run();
    let refused = campus.work("翻版");
    assert_eq!(refused.verdict, Verdict::Duplicate);
    // What was made before is withdrawn, its pictures with it.
    assert!(!campus.library().join(folder).exists());
    assert!(refused.likenesses[0].pictures.iter().all(|kept| campus.library().join(&kept.file).exists()));
}
