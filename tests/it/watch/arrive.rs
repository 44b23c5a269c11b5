//! How files come in.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant, SystemTime};

use super::office::{Office, READING, clip, ends_with};

#[test]
fn a_drop_becomes_a_work_and_its_page_says_so() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    office.put("plain_landscape.mp4", "jixie/校园 & 天津.mp4");
    office.write("jixie/说明.mp4", "no video at all");
    assert_eq!(service.finished("校园 & 天津.mp4"), "accepted");
    assert_eq!(service.finished("说明.mp4"), "rejected");
    assert_eq!(service.stop(), Some(0));
    let page = office.page("jixie", "校园 & 天津.mp4");
    assert!(page.contains("已制作"), "{page}");
}

#[test]
fn pages_tell_what_became_of_each_file_without_the_network() {
    let office = Office::new();
    office.put("plain_landscape.mp4", "jixie/校园.mp4");
    office.put("matroska_named.mp4", "jixie/再交一次.mp4");
    office.write("jixie/说明.mp4", "no video at all");
    let mut service = office.watch(&["--once"]);
    assert_eq!(service.end(), Some(1), "one was rejected");
    let done = office.page("jixie", "校园.mp4");
    assert!(done.contains("机械工程系") && done.contains("data:image/jpeg;base64,"), "{done}");
    assert!(!done.contains("http://") && !done.contains("https://") && !done.contains("<script"), "{done}");
    let again = office.page("jixie", "再交一次.mp4");
    assert!(again.contains("重复") && again.contains("校园.mp4"), "{again}");
    let rejected = office.page("jixie", "说明.mp4");
    assert!(rejected.contains("退回") && rejected.contains("请"), "{rejected}");
    let index = fs::read_to_string(office.inbox().join("jixie/_结果/index.html")).unwrap();
    for name in ["校园", "再交一次", "说明"] {
        assert!(index.contains(name), "{index}");
    }
    assert_eq!(
        fs::read(office.inbox().join("jixie/校园.mp4")).unwrap(),
        fs::read(clip("plain_landscape.mp4")).unwrap()
    );
}

#[test]
fn a_slow_copy_with_pauses_longer_than_a_reading_is_taken_once_and_whole() {
    let office = Office::with("readings = 4");
    let mut service = office.watch(&[]);
    service.ready();
    let bytes = fs::read(clip("plain_landscape.mp4")).unwrap();
    fs::create_dir_all(office.inbox().join("系")).unwrap();
    let path = office.inbox().join("系/慢.mp4");
    for chunk in bytes.chunks(bytes.len() / 4 + 1) {
        // Closed after each chunk, as some copiers do: nothing but the readings can tell.
        File::options().create(true).append(true).open(&path).unwrap().write_all(chunk).unwrap();
        let said = service.during(READING * 3 / 2);
        assert!(said.iter().all(|value| value["event"] != "stage"), "{said:?}");
    }
    assert_eq!(service.finished("慢.mp4"), "accepted");
    assert_eq!(service.begun("慢.mp4"), 1);
}

#[test]
fn an_mp4_without_its_end_is_waited_for_then_refused_and_taken_when_it_is_whole() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let whole = fs::read(clip("plain_landscape.mp4")).unwrap();
    let began = Instant::now();
    office.write("系/半个.mp4", &whole[..whole.len() / 2]);
    assert_eq!(service.finished("半个.mp4"), "rejected");
    assert!(began.elapsed() >= Duration::from_secs(5), "it was not waited for");
    office.write("系/半个.mp4", &whole);
    assert_eq!(service.finished("半个.mp4"), "accepted");
}

#[test]
fn a_file_that_is_held_open_is_not_taken() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let path = office.put("plain_landscape.mp4", "系/开着.mp4");
    let held = File::options().append(true).open(&path).unwrap();
    let said = service.during(READING * 8);
    assert!(said.iter().all(|value| value["event"] != "stage"), "{said:?}");
    drop(held);
    assert_eq!(service.finished("开着.mp4"), "accepted");
}

#[test]
fn times_of_files_say_nothing_of_their_arrival() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let year = Duration::from_secs(365 * 86_400);
    // Copied with its old time, and dated by a clock that was set back since.
    for (place, name, time) in [
        ("系/旧.mp4", "plain_landscape.mp4", SystemTime::UNIX_EPOCH + 30 * year),
        ("系/将来.mp4", "rate_60.mp4", SystemTime::UNIX_EPOCH + 80 * year),
    ] {
        let path = office.put(name, place);
        File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
    }
    assert_eq!(service.finished(".mp4"), "accepted");
    assert_eq!(service.finished(".mp4"), "accepted");
}

#[test]
fn a_folder_moved_in_whole_is_taken_with_odd_names_and_their_sidecars() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    let aside = tempfile::tempdir_in(office.inbox().parent().unwrap()).unwrap();
    let folder = aside.path().join("二班");
    fs::create_dir_all(folder.join("第一组")).unwrap();
    let gbk = OsStr::from_bytes(b"\xce\xd2\xb5\xc4\xca\xd3\xc6\xb5.mp4");
    for (clip_name, name) in [
        ("plain_landscape.mp4", OsStr::new("我的视频🎬 v2.mp4")),
        ("rate_60.mp4", gbk),
        ("sound_none.mp4", OsStr::new("-开头 'quoted' \"x\".mp4")),
    ] {
        fs::copy(clip(clip_name), folder.join("第一组").join(name)).unwrap();
    }
    fs::write(folder.join("第一组/我的视频🎬 v2.toml"), "title = \"另起的名字\"").unwrap();
    for ignored in [".hidden.mp4", "~$x.mp4", "a.mp4.part", "b.tmp", "Thumbs.db"] {
        fs::write(folder.join("第一组").join(ignored), "x").unwrap();
    }
    fs::rename(&folder, office.inbox().join("二班")).unwrap();
    for _ in 0..3 {
        service.finished("");
    }
    assert_eq!(service.stop(), Some(0));
    let titles: Vec<String> = office.works().into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["-开头 'quoted' \"x\"", "另起的名字", "我的视频"]);
    let pages = fs::read_dir(office.inbox().join("二班/_结果")).unwrap();
    assert_eq!(pages.count(), 4, "three pages and an index");
}

#[test]
fn polling_sees_what_events_would() {
    let office = Office::new();
    let mut service = office.watch(&["--poll", "0.2"]);
    service.ready();
    office.put("plain_landscape.mp4", "系/a.mp4");
    assert_eq!(service.finished("a.mp4"), "accepted");
    assert_eq!(office.status()["status"]["sight"]["sight"], "polling");
}

#[test]
fn a_link_that_leads_out_is_refused_beside_it() {
    let office = Office::new();
    let mut service = office.watch(&[]);
    service.ready();
    fs::create_dir_all(office.inbox().join("系")).unwrap();
    std::os::unix::fs::symlink(clip("plain_landscape.mp4"), office.inbox().join("系/链接.mp4")).unwrap();
    service
        .until("the refusal", |value| value["event"] == "refused" && ends_with(&value["path"], "链接.mp4"));
    assert_eq!(service.stop(), Some(0));
    assert!(office.page("系", "链接.mp4").contains("链接"));
}

#[test]
fn departments_take_turns() {
    let office = Office::new();
    for number in 0..12 {
        office.write(&format!("甲/{number:02}.mp4"), format!("text {number}"));
    }
    office.write("乙/x.mp4", "another text");
    let mut service = office.watch(&["--once"]);
    service.end();
    let ends: Vec<usize> = service
        .seen
        .iter()
        .filter(|value| value["event"] == "finished")
        .enumerate()
        .filter(|(_, value)| ends_with(&value["path"], "x.mp4"))
        .map(|(place, _)| place)
        .collect();
    assert!(ends.len() == 1 && ends[0] <= 3, "{ends:?}");
}
