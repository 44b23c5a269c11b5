//! Columns of released works: built, built again after a withdrawal, opened in a browser from the disk.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use crate::common::browser::{Browser, files_below};
use crate::common::{Office, alone, clip};

fn office() -> Office {
    let office = Office::new("\"website\"");
    let path = office.folder().join("jincai.toml");
    let config = fs::read_to_string(&path).unwrap();
    let config = config.replacen("[duplicates]", "[duplicates]\nsame_file = \"note\"", 1);
    fs::write(&path, format!("{config}[[review.level]]\nname = \"一审\"\nrole = \"系部\"\n")).unwrap();
    let inbox = office.folder().join("inbox/机械");
    fs::create_dir_all(&inbox).unwrap();
    for (name, title) in [("a", "<b>=1+1</b> 🎬 \\u202E晨光"), ("b", "暮色")] {
        fs::copy(clip("plain_landscape.mp4"), inbox.join(format!("{name}.mp4"))).unwrap();
        let details = format!(
            "title = \"{title}\"\nauthors = [\"张三\"]\nsynopsis = \"联系 138 0013 8000\"\nsubmitted = \"2026-11-20\"\n"
        );
        fs::write(inbox.join(format!("{name}.toml")), details).unwrap();
    }
    fs::write(inbox.join("a.srt"), "1\n00:00:00,200 --> 00:00:01,000\n海河 <i>\n").unwrap();
    let made = office.run(&[&inbox], &["--no-campaign-rules"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    office
}

fn column(office: &Office, kind: &str, to: &Path) -> Output {
    office.command(&["--json", "column", kind, "--to"]).arg(to).output().unwrap()
}

fn succeed(office: &Office, arguments: &[&str]) {
    let output = office.command(&["--json"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn pages(site: &Path) -> Vec<String> {
    let is_page = |path: &Path| path.extension().is_some_and(|it| it == "html");
    files_below(site, is_page).into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn a_site_shows_what_is_released_and_nothing_that_was_withdrawn() {
    let (office, to) = (office(), tempfile::tempdir().unwrap());
    // Nobody has signed.
    assert_eq!(column(&office, "site", to.path()).status.code(), Some(2));
    assert_eq!(fs::read_dir(to.path()).unwrap().count(), 0);
    let works = office.manifest().works;
    for work in &works {
        succeed(&office, &["review", "approve", &work.id, "--level", "一审", "--by", "甲"]);
    }
    let built = column(&office, "site", to.path());
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let site = to.path().join("column-site");
    let all = pages(&site);
    assert_eq!(all.len(), 4);
    assert!(
        all.iter()
            .all(|page| !page.contains("8000") && !page.contains("<b>=1") && !page.contains('\u{202E}'))
    );
    let odd = works.iter().find(|work| work.title != "暮色").unwrap();
    let video = fs::read(site.join(format!("media/{}.mp4", odd.id))).unwrap();
    assert_eq!(video, fs::read(office.library().join(&odd.renditions[0].file)).unwrap());
    let captions = fs::read_to_string(site.join(format!("media/{}.vtt", odd.id))).unwrap();
    assert!(captions.contains("00:00:00.200 --> 00:00:01.000\n海河"), "{captions}");

    // Opened by a double click, from the index to a film that plays.
    {
        let _alone = alone();
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser::start(profile.path());
        let page = browser.open(&format!("file://{}/index.html", site.display()), [1280, 800], "");
        let most = Duration::from_secs(20);
        browser.until(&page, "document.images.length === 2 && [...document.images].every(i => i.naturalWidth > 0 || i.loading === 'lazy')", most);
        let link = format!("document.querySelector('h2 a[href$=\"{}.html\"]')", odd.id);
        assert_eq!(browser.evaluate(&page, &format!("{link}.textContent")), "<b>=1+1</b> 🎬 晨光");
        browser.evaluate(&page, &format!("{link}.click()"));
        browser.until(&page, "document.querySelector('video').readyState > 0", most);
        browser.evaluate(&page, "{ const v = document.querySelector('video'); v.muted = true; v.play(); 0 }");
        browser.until(&page, "document.querySelector('video').currentTime > 0.2", most);
        assert_eq!(
            browser.evaluate(&page, "document.querySelector('footer').textContent"),
            "视频摄制：张三；初审：甲"
        );
    }

    // The article is copied whole, with nothing but itself.
    {
        let _alone = alone();
        let (to, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(column(&office, "wechat", to.path()).status.success());
        let folder = to.path().join("column-wechat");
        let article = percent_encoding::utf8_percent_encode("文章.html", percent_encoding::NON_ALPHANUMERIC);
        let mut browser = Browser::start(profile.path());
        let page = browser.open(&format!("file://{}/{article}", folder.display()), [1280, 800], "");
        browser.until(
            &page,
            "document.readyState === 'complete' && document.getElementById('copy')",
            Duration::from_secs(20),
        );
        let press = "addEventListener('copy', e => self.put = e.clipboardData.getData('text/html')); document.getElementById('copy').click(); 0";
        let params = serde_json::json!({"expression": press, "userGesture": true});
        browser.call(Some(&page), "Runtime.evaluate", params);
        assert_eq!(browser.evaluate(&page, "put === document.getElementById('article').innerHTML"), true);
        assert_eq!(browser.evaluate(&page, "document.getElementById('said').textContent !== ''"), true);
        assert_eq!(files_below(&folder.join("视频"), |_| true).len(), 2);
    }

    // Withdrawn: gone at the next build, and what is somebody else's is never touched.
    succeed(&office, &["withdraw", &odd.id, "--by", "甲", "--reason", "x"]);
    fs::write(site.join("theirs.txt"), "x").unwrap();
    assert_eq!(column(&office, "site", to.path()).status.code(), Some(2));
    assert!(site.join("theirs.txt").exists() && pages(&site).len() == 4);
    fs::remove_file(site.join("theirs.txt")).unwrap();
    assert!(column(&office, "site", to.path()).status.success());
    let left = files_below(&site, |_| true);
    assert!(left.iter().all(|path| !path.to_str().unwrap().contains(&odd.id)), "{left:?}");
    assert!(pages(&site).iter().all(|page| !page.contains("=1+1") && !page.contains(&odd.id)));
    assert_eq!(fs::read_dir(to.path()).unwrap().count(), 1);
    // Nothing is left to show: the column is not there any more either.
    let other = works.iter().find(|work| work.id != odd.id).unwrap();
    succeed(&office, &["withdraw", &other.id, "--by", "甲", "--reason", "x"]);
    assert_eq!(column(&office, "site", to.path()).status.code(), Some(2));
    assert_eq!(fs::read_dir(to.path()).unwrap().count(), 0);
}
