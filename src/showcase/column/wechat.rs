//! An article for a WeChat account, as its editor takes it, in a page from which it is copied.
//!
//! The editor keeps inline styles alone and drops pictures of other sites, videos, scripts, classes and ids. So pictures and
//! videos are numbered places, and their files lie beside the page under the same numbers. Sources:
//! `royalmorty/md2wechat-skill` (`html-guide.md`) and `vigorX777/wechat-article-formatter` (`css-compatibility.md`), as of 2026-11.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

use super::credit;
use super::item::{Column, Item};
use super::layout::{Layout, Media};
use super::parts::ai;
use crate::model::units::long_time;
use crate::present::messages::column as words;
use crate::present::report::percent_encoded;
use crate::text::{Visible, portable_name, size};

const CSS: &str = include_str!("site/wechat.css");
const SCRIPT: &str = include_str!("site/wechat.js");

/// Most characters of a title in the name of a file.
const NAME_CHARS: usize = 30;

const EYEBROW: &str = "margin:0 0 6px;font-size:14px;line-height:1.6;letter-spacing:2px;color:#b4232a;";
const HEADING: &str = "margin:0 0 10px;font-size:26px;line-height:1.35;font-weight:bold;color:#191b1f;";
const SUMMARY: &str =
    "margin:0;padding:0 0 18px;border-bottom:2px solid #191b1f;font-size:14px;line-height:1.7;color:#5f646d;";
const WORK: &str = "margin:34px 0 0;padding:0;";
const NUMBER: &str = "margin:0;font-size:14px;line-height:1.6;font-weight:bold;color:#b4232a;";
const TITLE: &str = "margin:2px 0 4px;font-size:20px;line-height:1.45;font-weight:bold;color:#191b1f;";
const WHO: &str = "margin:0 0 12px;font-size:14px;line-height:1.7;color:#5f646d;";
const BODY: &str = "margin:12px 0 0;font-size:16px;line-height:1.85;color:#2b2e34;";
const NOTICE: &str = "margin:10px 0 0;font-size:13px;line-height:1.7;color:#8a4b00;";
const TABLE: &str = "width:100%;margin:0 0 10px;border-collapse:collapse;border-spacing:0;";
const PLACE: &str = "padding:18px 12px;border:1px dashed #b4232a;background-color:#faf6ef;text-align:center;";
const PLACE_NAME: &str = "margin:0;font-size:16px;line-height:1.6;font-weight:bold;color:#b4232a;";
const PLACE_TEXT: &str = "margin:2px 0 0;font-size:14px;line-height:1.6;color:#5f646d;";
const CREDIT: &str = "margin:40px 0 0;padding:14px 0 0;border-top:1px solid #dcd8cf;font-size:14px;line-height:1.8;color:#5f646d;";

/// A work with its number, which its picture and its video have as well, and the names of their files.
struct Numbered<'a> {
    item: &'a Item,
    number: usize,
    picture: Option<String>,
    video: String,
}

/// Returns everything of the article's folder.
pub fn layout(column: &Column) -> Layout {
    let works = numbered(&column.items);
    let mut layout = Layout::default();
    layout.texts.push((words::ARTICLE_FILE.to_owned(), page(column, &works)));
    for work in &works {
        layout.media.push(Media::video(video_path(work), work.item));
        layout.media.extend(picture_path(work).and_then(|path| Media::cover(path, work.item)));
    }
    layout
}

fn numbered(items: &[Item]) -> Vec<Numbered<'_>> {
    let works = items.iter().enumerate().map(|(place, item)| {
        let title: String = item.title.graphemes(true).take(NAME_CHARS).collect();
        let named =
            |head: String, ending: &str| format!("{}.{ending}", portable_name(&format!("{head}-{title}")));
        let number = place + 1;
        Numbered {
            item,
            number,
            picture: item.cover.as_ref().map(|_| named(words::picture(number), "jpg")),
            video: named(words::video(number), "mp4"),
        }
    });
    works.collect()
}

fn video_path(work: &Numbered<'_>) -> String {
    format!("{}/{}", words::VIDEOS, work.video)
}

fn picture_path(work: &Numbered<'_>) -> Option<String> {
    work.picture.as_ref().map(|name| format!("{}/{name}", words::PICTURES))
}

/// Returns the article alone: what is pasted.
pub fn article(column: &Column) -> String {
    article_of(column, &numbered(&column.items)).into_string()
}

fn article_of(column: &Column, works: &[Numbered<'_>]) -> Markup {
    let length: u64 = column.items.iter().map(|item| item.duration_ms).sum();
    let place = |name: String, text: String| {
        html! {
            table style=(TABLE) { tr { td style=(PLACE) { p style=(PLACE_NAME) { (name) } p style=(PLACE_TEXT) { (text) } } } }
        }
    };
    html! {
        section style="margin:0;padding:0;" {
            @if !column.college.is_empty() { p style=(EYEBROW) { (column.college) } }
            h1 style=(HEADING) { (column.heading) }
            p style=(SUMMARY) { (words::summary(works.len(), &long_time(length))) }
            @for work in works {
                section style=(WORK) {
                    p style=(NUMBER) { (format!("{:02}", work.number)) }
                    h2 style=(TITLE) { (work.item.title) }
                    @if !work.item.who().is_empty() { p style=(WHO) { (work.item.who()) } }
                    @if let Some(name) = &work.picture { (place(words::picture(work.number), words::put_picture(name))) }
                    (place(words::video(work.number), words::put_video(&work.video)))
                    @for paragraph in &work.item.about { p style=(BODY) { (paragraph) } }
                    @if let Some(ai) = ai(work.item.ai) { p style=(NOTICE) { (ai) } }
                }
            }
            @if let Some(line) = credit::of_all(&column.items) { p style=(CREDIT) { (line) } }
        }
    }
}

/// Returns the page: the article, its button, and what is to be put where.
fn page(column: &Column, works: &[Numbered<'_>]) -> String {
    let article = article_of(column, works);
    let script = STANDARD.encode(Sha256::digest(SCRIPT));
    let policy =
        format!("script-src 'sha256-{script}'; object-src 'none'; form-action 'none'; base-uri 'none'");
    let link =
        |folder: &str, name: &str| format!("{}/{}", percent_encoded(folder), &percent_encoded(name)[2..]);
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (words::ARTICLE) " – " (column.heading) }
                style { (PreEscaped(CSS)) }
            }
            body {
                main {
                    div.side {
                        h1 { (words::ARTICLE) }
                        p.about { (Visible::of(column.heading.as_str())) }
                        button #copy type="button" { (words::COPY_ALL) }
                        p #said role="status" data-done=(words::COPIED) data-failed=(words::NOT_COPIED) {}
                        ol.steps { @for step in words::STEPS { li { (step) } } }
                        h2 { (words::FILES) }
                        ul.files {
                            @for work in works {
                                li {
                                    @if let Some(name) = &work.picture {
                                        img src=(link(words::PICTURES, name)) alt="" loading="lazy";
                                        p { (name) }
                                    }
                                    p { (work.video) " " small { (long_time(work.item.duration_ms)) " · " (size(work.item.video.bytes)) } }
                                }
                            }
                        }
                    }
                    div.phone { div #article { (article) } }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::showcase::column::tests::{column, item};

    const TAGS: &[&str] = &[
        "section",
        "p",
        "span",
        "strong",
        "em",
        "u",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "tr",
        "th",
        "td",
        "br",
        "hr",
        "img",
        "a",
    ];

    /// A parser reads the article: tags, attributes and properties that the editor drops are not there, and every paragraph has
    /// its colour.
    #[test]
    fn the_article_holds_nothing_that_the_editor_drops() {
        let mut odd = item(1);
        odd.title = "<script>=1+1</script> 🎬 & \"x\"".into();
        odd.about = vec!["<div class=\"a\" id='b'>".into()];
        let text = article(&column(vec![odd, item(2)]));
        let parsed = roxmltree::Document::parse(&text).unwrap();
        let mut paragraphs = 0;
        for node in parsed.descendants().filter(roxmltree::Node::is_element) {
            let tag = node.tag_name().name();
            assert!(TAGS.contains(&tag), "{tag}");
            let names: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
            let style = node.attribute("style").unwrap_or_default();
            assert!(names.iter().all(|name| *name == "style"), "{tag}: {names:?}");
            for dropped in ["position", "z-index", "@", "float", "display", "var(", "url(", "animation"] {
                assert!(!style.contains(dropped), "{tag}: {style}");
            }
            if tag == "p" {
                paragraphs += 1;
                assert!(style.split(';').any(|one| one.starts_with("color:#")), "{style}");
            }
            assert!(tag != "tr" || names.is_empty());
            assert!(tag != "td" || style.contains("background-color:#"));
        }
        assert!(paragraphs > 10);
        assert!(text.ends_with("视频摄制：系部1、系部2；审核：甲、丙</p></section>"), "{text}");
    }

    #[test]
    fn pictures_and_videos_are_numbered_and_their_files_have_the_same_names() {
        let mut odd = item(1);
        odd.title = format!("a/b:c?<{}\u{301}", "长".repeat(80));
        let mut bare = item(2);
        bare.cover = None;
        let column = column(vec![odd, bare, item(3)]);
        let of = layout(&column);
        let text = article(&column);
        let paths: Vec<&str> = of.media.iter().map(|media| media.path.as_str()).collect();
        assert_eq!(paths.len(), 5);
        for path in &paths {
            let (_, name) = path.split_once('/').unwrap();
            assert!(name.chars().count() < 50 && !name.contains(['/', ':', '?', '<']), "{name}");
            assert!(text.contains(name), "{name}");
        }
        assert!(paths[3].ends_with("视频3-作品3.mp4") && paths[4].ends_with("图3-作品3.jpg"), "{paths:?}");
    }
}
