use super::*;

const DOUYIN: [&str; 2] = ["douyin.com", "iesdouyin.com"];

fn hosts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn on(names: &[&str], short: &[&str], given: &str) -> Result<Link, LinkFault> {
    read(given, LinkRule { hosts: &hosts(names), short_hosts: &hosts(short) })
}

fn douyin(given: &str) -> Result<Link, LinkFault> {
    on(&DOUYIN, &["v.douyin.com"], given)
}

#[test]
fn every_link_of_one_post_has_one_key_and_its_number_in_full() {
    for given in [
        "https://www.douyin.com/video/7301234567890123456",
        "http://www.douyin.com/video/7301234567890123456?previous_page=app_code_link",
        "HTTPS://WWW.DOUYIN.COM:443/video/7301234567890123456#comment",
        "www.douyin.com/video/7301234567890123456/",
        "https://www.iesdouyin.com/share/video/7301234567890123456/?region=CN&mid=1",
        "https://www.douyin.com/user/MS4wLjABAAAA?modal_id=7301234567890123456",
        "https://www.douyin.com./video/7301234567890123456",
        "海河晨光 https://www.douyin.com/video/7301234567890123456 复制此链接",
    ] {
        let link = douyin(given).unwrap_or_else(|fault| panic!("{given}: {fault:?}"));
        assert_eq!(link.key, "douyin:7301234567890123456", "{given}");
        assert_eq!(link.platform_id.as_deref(), Some("7301234567890123456"), "{given}");
        assert!(!link.is_short && !link.is_unchecked);
    }
}

#[test]
fn what_only_looks_like_a_platforms_link_is_none() {
    let other = |host: &str| Err(LinkFault::OtherHost { host: host.to_owned() });
    for (given, expected) in [
        ("https://douyin.com.evil.cn/video/7301234567890123456", other("douyin.com.evil.cn")),
        ("https://evildouyin.com/video/7301234567890123456", other("evildouyin.com")),
        ("https://evil.cn/douyin.com/video/7301234567890123456", other("evil.cn")),
        ("https://evil.cn?https://www.douyin.com/video/7301234567890123456", other("evil.cn")),
        ("https://evil.cn\\.douyin.com/video/7301234567890123456", other("evil.cn")),
        ("https://d\u{43e}uyin.com/video/7301234567890123456", other("xn--duyin-jye.com")),
        (
            "https://www.douyin.com@evil.cn/video/7301234567890123456",
            Err(LinkFault::UserInfo { host: "evil.cn".to_owned() }),
        ),
        (
            "https://a:b@www.douyin.com/video/7301234567890123456",
            Err(LinkFault::UserInfo { host: "www.douyin.com".to_owned() }),
        ),
        (
            "https://www.douyin.com:8443/video/7301234567890123456",
            Err(LinkFault::Port { host: "www.douyin.com".to_owned(), port: 8443 }),
        ),
        ("ftp://www.douyin.com/video/7301234567890123456", Err(LinkFault::Scheme("ftp".to_owned()))),
        ("javascript:alert(1)", Err(LinkFault::Scheme("javascript".to_owned()))),
        ("file:///etc/passwd", Err(LinkFault::Scheme("file".to_owned()))),
        ("data:text/html,x", Err(LinkFault::Scheme("data".to_owned()))),
        (
            "https://www.dou\nyin.com/video/7301234567890123456",
            Err(LinkFault::OtherHost { host: "www.dou".to_owned() }),
        ),
        ("https://www.douyin.com/", Err(LinkFault::NoPost)),
        ("https://www.douyin.com/user/MS4wLjABAAAA", Err(LinkFault::NoPost)),
        ("https://creator.douyin.com/creator-micro/content/manage", Err(LinkFault::NoPost)),
        ("https://v.douyin.com/", Err(LinkFault::NoPost)),
        ("https://[::1]/video/1", Err(LinkFault::NotALink)),
        ("https://localhost/video/1", Err(LinkFault::NotALink)),
        ("已经发了", Err(LinkFault::NotALink)),
        ("", Err(LinkFault::NotALink)),
        ("甲 https://v.douyin.com/a 乙 https://v.douyin.com/b", Err(LinkFault::Several)),
    ] {
        let found = douyin(given);
        match (&found, &expected) {
            // How a browser would spell the look-alike does not matter, only that it is another's.
            (Err(LinkFault::OtherHost { host }), Err(LinkFault::OtherHost { .. }))
                if host.starts_with("xn--") => {}
            _ => assert_eq!(found, expected, "{given}"),
        }
    }
    let long = format!("https://www.douyin.com/video/7301234567890123456?x={}", "a".repeat(LINK_MAX));
    assert_eq!(douyin(&long), Err(LinkFault::TooLong));
}

#[test]
fn a_short_link_is_kept_as_it_is_and_marked() {
    let shared = "7.94 复制打开抖音，看看【示范学院】的作品 https://v.douyin.com/iRNBho6G/ 复制此链接";
    let link = douyin(shared).unwrap();
    assert_eq!((link.url.as_str(), link.is_short), ("https://v.douyin.com/iRNBho6G/", true));
    assert_eq!((link.key.as_str(), link.platform_id), ("v.douyin.com/iRNBho6G", None));
    // Only that very host, and only with something behind it.
    let far = on(&["bilibili.com"], &["b23.tv"], "https://x.b23.tv/abc");
    assert_eq!(far, Err(LinkFault::OtherHost { host: "x.b23.tv".to_owned() }));
    let sph = |given| on(&["channels.weixin.qq.com"], &["weixin.qq.com/sph/"], given);
    let link = sph("https://weixin.qq.com/sph/AiQbKWmgTm").unwrap();
    assert_eq!((link.key.as_str(), link.is_short), ("channels:AiQbKWmgTm", false));
    for given in
        ["https://mp.weixin.qq.com/s/Oxxb7Lc4zEUsbbYXoOtXNg", "https://weixin.qq.com/other/AiQbKWmgTm"]
    {
        assert!(matches!(sph(given), Err(LinkFault::OtherHost { .. })), "{given}");
    }
}

#[test]
fn each_platform_gives_its_own_number() {
    let all = [
        "bilibili.com",
        "weibo.com",
        "weibo.cn",
        "kuaishou.com",
        "chenzhongtech.com",
        "xiaohongshu.com",
        "mp.weixin.qq.com",
        "channels.weixin.qq.com",
    ];
    for (given, key) in [
        ("https://www.bilibili.com/video/BV1xx411c7mD/?spm_id_from=333&vd_source=a", "bilibili:BV1xx411c7mD"),
        ("https://m.bilibili.com/video/BV1xx411c7mD?p=2", "bilibili:BV1xx411c7mD?p=2"),
        ("https://www.bilibili.com/video/av170001", "bilibili:av170001"),
        ("https://weibo.com/tv/show/1034:4709341543514156?from=old", "weibo:1034:4709341543514156"),
        ("https://video.weibo.com/show?fid=1034:4709341543514156", "weibo:1034:4709341543514156"),
        ("https://m.weibo.cn/status/4709341543514156", "weibo:4709341543514156"),
        ("https://m.weibo.cn/detail/4709341543514156", "weibo:4709341543514156"),
        ("https://weibo.com/1642634100/4709341543514156", "weibo:4709341543514156"),
        ("https://www.kuaishou.com/short-video/3xhjgcmir24m4nm?authorId=1", "kuaishou:3xhjgcmir24m4nm"),
        (
            "https://v.m.chenzhongtech.com/fw/photo/3xhjgcmir24m4nm?cc=share_copylink",
            "kuaishou:3xhjgcmir24m4nm",
        ),
        (
            "https://www.xiaohongshu.com/explore/64a1b2c3d4e5f60718293a4b?xsec_token=x",
            "xiaohongshu:64a1b2c3d4e5f60718293a4b",
        ),
        ("https://mp.weixin.qq.com/s/Oxxb7Lc4zEUsbbYXoOtXNg", "wechat-article:Oxxb7Lc4zEUsbbYXoOtXNg"),
        ("https://mp.weixin.qq.com/s?mid=2&__biz=MzA3&idx=1&sn=abc&chksm=9#rd", "wechat-article:MzA3:2:1"),
        ("https://channels.weixin.qq.com/finder-preview/pages/sph?id=AiQbKWmgTm", "channels:AiQbKWmgTm"),
    ] {
        let found = on(&all, &[], given).unwrap_or_else(|fault| panic!("{given}: {fault:?}"));
        assert_eq!(found.key, key, "{given}");
    }
    // Weibo's two forms of one number.
    let short = on(&all, &[], "https://weibo.com/1642634100/z0JH2lOMb").unwrap();
    let long = on(&all, &[], "https://weibo.com/1642634100/3501756485200075").unwrap();
    assert_eq!(short.key, long.key);
    for given in [
        "https://space.bilibili.com/123456",
        "https://weibo.com/u/1642634100",
        "https://weibo.com/sample",
        "https://www.kuaishou.com/profile/3xhjgcmir24m4nm",
        "https://www.xiaohongshu.com/user/profile/64a1b2c3d4e5f60718293a4b",
        "https://mp.weixin.qq.com/cgi-bin/home?t=home/index",
        "https://channels.weixin.qq.com/platform/post/list",
    ] {
        assert_eq!(on(&all, &[], given), Err(LinkFault::NoPost), "{given}");
    }
}

#[test]
fn what_opens_a_post_stays_in_its_link_and_what_tracks_goes() {
    let note = "https://www.xiaohongshu.com/explore/64a1b2c3d4e5f60718293a4b?xsec_token=AB&xsec_source=pc&utm_source=q";
    let link = on(&["xiaohongshu.com"], &[], note).unwrap();
    assert!(link.url.ends_with("?xsec_token=AB&xsec_source=pc"), "{}", link.url);
}

#[test]
fn pages_of_the_colleges_own_site_are_told_apart_by_what_identifies_them() {
    let site = |given| on(&["xcb.example.edu.cn:8080", "example.edu.cn"], &[], given);
    let key = |given| site(given).unwrap().key;
    assert_eq!(key("http://www.example.edu.cn/info/1010/85761.htm"), "example.edu.cn/info/1010/85761.htm");
    assert_eq!(
        key("https://www.example.edu.cn/a?id=1&b=2"),
        key("http://www.example.edu.cn/a/?b=2&id=1&from=app")
    );
    assert_ne!(key("https://www.example.edu.cn/a?id=1"), key("https://www.example.edu.cn/a?id=2"));
    assert_ne!(key("https://example.edu.cn/#/news/1"), key("https://example.edu.cn/#/news/2"));
    assert_eq!(key("https://example.edu.cn/a#top"), key("https://example.edu.cn/a"));
    assert!(site("http://xcb.example.edu.cn:8080/info/1.htm").is_ok());
    let port = site("http://www.example.edu.cn:8080/info/1.htm");
    assert_eq!(port, Err(LinkFault::Port { host: "www.example.edu.cn".to_owned(), port: 8080 }));
    // Where nobody configured a site, any host is taken, and marked.
    let unknown = on(&[], &[], "http://news.example.cn/1.htm").unwrap();
    assert!(unknown.is_unchecked && !unknown.is_short);
}
