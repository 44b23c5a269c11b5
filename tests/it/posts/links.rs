//! Links that are no posts, and posts that are taken away.

use super::{Bureau, TITLES};

#[test]
fn a_link_is_one_works_and_its_platforms_or_it_is_refused() {
    let bureau = Bureau::new();
    let [first, second] = &bureau.works;
    let url = "https://www.douyin.com/video/7301234567890123456";
    let refused = |arguments: &[&str], words: &str| {
        let said = bureau.posts(&[&["add"], arguments, &["--by", "王芳"]].concat());
        assert!(said.code == Some(2) && said.errors.contains(words), "{arguments:?}: {}", said.errors);
    };
    refused(
        &[first, "douyin", "--url", "https://douyin.com.evil.cn/video/7301234567890123456"],
        "is no address of",
    );
    refused(&[first, "douyin", "--url", "https://www.douyin.com@evil.cn/video/1"], "really leads to evil.cn");
    refused(&[first, "douyin", "--url", "https://www.bilibili.com/video/BV1xx411c7mD"], "but of “Bilibili”");
    refused(&[first, "website", "--url", url], "but of “Douyin”");
    refused(&[first, "douyin", "--url", "https://www.douyin.com/user/MS4w"], "not a post");
    refused(&[first, "screen", "--url", url], "is a screen");
    refused(&[first, "tiktok", "--url", url], "There is no target “tiktok”");
    refused(&["zzzz", "douyin", "--url", url], "has no work “zzzz”");
    refused(&[first, "douyin", "--url", url, "--kind", "x"], "There is no kind “x”");
    assert_eq!(bureau.receipts().len(), 0);
    bureau.add(first, &["--url", url]);
    // However it is written, it stays the first work's.
    for same in [
        url,
        "http://douyin.com/video/7301234567890123456/#a",
        "https://www.iesdouyin.com/share/video/7301234567890123456?x=1",
    ] {
        refused(&[second, "douyin", "--url", same], &format!("another work: {first}"));
    }
    refused(&[first, "douyin", "--url", url, "--kind", "repost"], "A link counts once");
    // A site that nobody configured is taken with a note, and one that is configured is checked.
    let page = "http://xcb.example.edu.cn/info/1010/85761.htm";
    let unchecked = bureau.posts(&["add", first, "website", "--url", page, "--by", "王芳"]);
    assert!(unchecked.codes().contains(&"link-host-unchecked"), "{:?}", unchecked.codes());
    let config = bureau.office.folder().join("jincai.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text + "[post.hosts]\nwebsite = [\"example.edu.cn\"]\n").unwrap();
    let checked =
        bureau.posts(&["add", second, "website", "--url", &page.replace("85761", "85762"), "--by", "王芳"]);
    assert!(!checked.codes().contains(&"link-host-unchecked"), "{:?}", checked.codes());
    refused(&[second, "website", "--url", "http://news.example.cn/1.htm"], "(which are example.edu.cn)");
}

#[test]
fn a_removal_names_its_post_and_counts_once_a_colleague_looked() {
    let bureau = Bureau::new();
    let first = &bureau.works[0];
    bureau.release(first, 1);
    let nothing = bureau.add(first, &["--kind", "removal"]);
    assert!(nothing.code == Some(2) && nothing.errors.contains("is on record"), "{}", nothing.errors);
    let url = |number: u32| format!("https://www.douyin.com/video/730123456789012345{number}");
    bureau.add(first, &["--url", &url(1)]);
    let removed = bureau.add(TITLES[0], &["--kind", "removal"]);
    assert_eq!((removed.code, removed.codes()), (Some(0), vec!["removal-unproven"]));
    let record = removed.event("receipt")["record"].clone();
    assert_eq!(
        (&record["action"]["url"], &record["action"]["of"]),
        (&url(1).into(), &bureau.receipts()[1]["seq"])
    );
    assert_eq!(bureau.receipts()[1]["state"], "counts", "nobody looked yet");
    let seq = record["seq"].to_string();
    let own = bureau.posts(&["confirm", &seq, "--by", "王芳"]);
    assert!(own.code == Some(2) && own.errors.contains("let a colleague"), "{}", own.errors);
    assert_eq!(bureau.posts(&["confirm", &seq, "--by", "李强"]).code, Some(0));
    assert_eq!(bureau.receipts()[2]["state"], "removed");
    // It is to be posted again.
    assert_eq!(bureau.posts(&["due"]).event("due")["counts"]["to_post"], 1);
    assert_eq!(bureau.posts(&["confirm", "1", "--by", "李强"]).code, Some(2), "an approval is no receipt");
    // With two posts one has to be named.
    bureau.add(first, &["--url", &url(2), "--account", "a"]);
    bureau.add(first, &["--url", &url(3), "--account", "b", "--kind", "repost"]);
    let which = bureau.add(first, &["--kind", "removal"]);
    assert!(which.code == Some(2) && which.errors.contains("Several posts"), "{}", which.errors);
    assert_eq!(
        bureau.add(first, &["--kind", "removal", "--account", "b"]).event("receipt")["record"]["action"]["url"],
        url(3)
    );
}
