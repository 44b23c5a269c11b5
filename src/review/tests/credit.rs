//! The credit line in `post.txt`, as targets are released and withdrawn.

use std::path::{Path, PathBuf};

use super::super::credit::write_posts;
use super::super::release::may_go;
use super::chain::{desk, library, now, release};
use super::*;
use crate::library::catalog::Catalog;
use crate::model::preset::Preset;
use crate::model::review::CreditNote;
use crate::policy::presets::builtin;

const LINE: &str = "视频摄制：张三；初审：甲 复审：乙 终审：丙";

struct Shelf {
    library: tempfile::TempDir,
    catalog: Catalog,
    work: Work,
    presets: Vec<Preset>,
}

impl Shelf {
    fn new() -> Self {
        let (library, catalog, work) = library();
        let presets = builtin().into_iter().filter(|preset| preset.id == "douyin").collect();
        Self { library, catalog, work, presets }
    }

    fn write(&self) -> Vec<CreditNote> {
        let rules = (&ReviewRules::default(), self.presets.as_slice());
        write_posts(&self.catalog, self.library.path(), rules, &self.work.id, now().now).unwrap()
    }

    fn place(&self) -> PathBuf {
        Path::new(&self.work.renditions[0].file).parent().unwrap().join("post.txt")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.library.path().join(self.place())).unwrap()
    }

    /// Whether the catalogue's row is the file's.
    fn is_known(&self) -> bool {
        let row = self.catalog.file(self.place().to_str().unwrap()).unwrap().unwrap();
        let (sha256, bytes) = crate::files::digest(&self.library.path().join(self.place())).unwrap();
        (row.sha256, row.bytes) == (sha256, bytes)
    }

    fn may_go(&self) -> bool {
        let rules = ReviewRules::default();
        let released = may_go(&self.catalog, &rules, (&self.work.id, "douyin"), now().now).unwrap();
        released.is_ok_and(|release| release.recheck(self.library.path()).is_ok())
    }

    fn withdraw(&self) {
        let (rules, moment, by) = (ReviewRules::default(), now(), person("丁"));
        let desk = desk(&self.catalog, self.library.path(), &rules, (&by, &moment));
        desk.act(&self.work.id, |act| act.withdraw(None, "原因")).unwrap();
    }
}

#[test]
fn a_released_text_ends_with_who_signed_and_a_withdrawn_one_does_not() {
    let shelf = Shelf::new();
    let before = shelf.text();
    assert_eq!(shelf.write(), []);
    assert_eq!(shelf.text(), before, "nobody signed");
    release(&shelf.catalog, shelf.library.path(), &shelf.work.id);
    assert!(shelf.may_go());
    assert_eq!(shelf.write(), []);
    assert_eq!(shelf.text(), before.replace("清晨", &format!("清晨\n{LINE}")));
    assert!(shelf.is_known() && shelf.may_go());
    assert_eq!(shelf.write(), []);
    // That line and no other.
    let path = shelf.library.path().join(shelf.place());
    let good = shelf.text();
    for wrong in [good.replace("丙", "丁"), format!("{good}{LINE}\n"), good.replace("清晨", "清晨！")]
    {
        std::fs::write(&path, wrong).unwrap();
        assert!(!shelf.may_go());
    }
    std::fs::write(&path, &good).unwrap();
    assert!(shelf.may_go());
    shelf.withdraw();
    assert!(!shelf.may_go());
    assert_eq!(shelf.write(), []);
    assert_eq!(shelf.text(), before);
    assert!(shelf.is_known());
}

#[test]
fn a_text_that_somebody_changed_stays_and_is_told() {
    let shelf = Shelf::new();
    release(&shelf.catalog, shelf.library.path(), &shelf.work.id);
    let path = shelf.library.path().join(shelf.place());
    std::fs::write(&path, "一句自己的话\n").unwrap();
    let file = shelf.place().to_str().unwrap().to_owned();
    assert_eq!(shelf.write(), [CreditNote::Edited { file }]);
    assert_eq!(shelf.text(), "一句自己的话\n");
    assert!(!shelf.may_go());
    // One that is gone is not made.
    std::fs::remove_file(&path).unwrap();
    assert_eq!(shelf.write(), []);
    assert!(!path.exists());
}

#[test]
fn a_line_that_does_not_fit_is_left_out_and_told() {
    let mut shelf = Shelf::new();
    shelf.presets[0].post.as_mut().unwrap().text_max = 10;
    release(&shelf.catalog, shelf.library.path(), &shelf.work.id);
    let before = shelf.text();
    let left_out = CreditNote::LeftOut { target: "douyin".into(), line: LINE.into() };
    assert_eq!(shelf.write(), [left_out]);
    assert_eq!(shelf.text(), before);
    assert!(shelf.may_go());
}

#[test]
fn a_file_that_was_written_before_a_kill_is_known_again() {
    let shelf = Shelf::new();
    release(&shelf.catalog, shelf.library.path(), &shelf.work.id);
    let plain = shelf.text();
    std::fs::write(shelf.library.path().join(shelf.place()), plain.replace("清晨", &format!("清晨\n{LINE}")))
        .unwrap();
    assert!(!shelf.is_known());
    assert_eq!(shelf.write(), []);
    assert!(shelf.is_known() && shelf.may_go());
}
