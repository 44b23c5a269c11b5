//! The pages of the college's own site: an index and one page a work, without a script, with relative links only.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, html};

use super::credit;
use super::fragment;
use super::item::{Column, Item};
use super::layout::{Layout, Media};
use super::parts::{ai, cover_of, page_of, video_of};
use super::vtt;
use crate::model::units::long_time;
use crate::present::messages::column as words;
use crate::text::name_key;

const CSS: &str = include_str!("site/style.css");

/// Nothing runs on the pages, and nothing frames or sends anything.
const POLICY: &str =
    "script-src 'none'; object-src 'none'; frame-src 'none'; form-action 'none'; base-uri 'none'";

/// From so many works on, the index has a section for each department.
const SECTIONS_FROM: usize = 25;

/// Returns everything of the site's folder. `address` is where the folder will be, for the fragment's links; without it they are
/// relative to the folder.
pub fn layout(column: &Column, address: Option<&str>) -> Layout {
    let mut layout = Layout::default();
    let mut text = |path: &str, text: String| layout.texts.push((path.to_owned(), text));
    text("index.html", index(column));
    text("style.css", CSS.to_owned());
    text("fragment.html", fragment::fragment(column, address));
    for (place, item) in column.items.iter().enumerate() {
        text(&page_of(item), page(column, place));
        if !item.captions.is_empty() {
            text(&format!("media/{}.vtt", item.work), vtt::vtt(&item.captions));
        }
    }
    for item in &column.items {
        layout.media.push(Media::video(video_of(item), item));
        layout.media.extend(Media::cover(cover_of(item), item));
    }
    layout
}

fn head(title: &str, style: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width,initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) }
            link rel="stylesheet" href=(style);
        }
    }
}

/// Returns the page that lists all works.
pub fn index(column: &Column) -> String {
    let length: u64 = column.items.iter().map(|item| item.duration_ms).sum();
    let sections = sections(&column.items);
    let departments = sections.iter().filter(|(name, _)| name.is_some()).count();
    let is_long = column.items.len() >= SECTIONS_FROM && sections.len() > 1;
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(&column.heading, "style.css"))
            body {
                header.masthead {
                    @if !column.college.is_empty() { p.college { (column.college) } }
                    h1 { (column.heading) }
                    p.facts {
                        span { b { (column.items.len()) } " " (words::WORKS) }
                        @if departments > 1 { span { b { (departments) } " " (words::DEPARTMENTS) } }
                        span { (words::LENGTH) " " b { (long_time(length)) } }
                        span { (words::UPDATED) " " time datetime=(column.date) { (words::date(&column.date)) } }
                    }
                }
                main {
                    @if let Some(first) = column.items.first() { (lead(first)) }
                    @if is_long {
                        nav.contents aria-label=(words::BY_DEPARTMENT) {
                            @for (place, (name, items)) in sections.iter().enumerate() {
                                a href=(format!("#d{}", place + 1)) { (name.unwrap_or(words::OTHERS)) " " span { (items.len()) } }
                            }
                        }
                        @for (place, (name, items)) in sections.iter().enumerate() {
                            section id=(format!("d{}", place + 1)) {
                                h2.of { (name.unwrap_or(words::OTHERS)) " " span { (items.len()) } }
                                div.grid { @for item in items { (card(item, 3)) } }
                            }
                        }
                    } @else if column.items.len() > 1 {
                        div.grid { @for item in &column.items[1..] { (card(item, 2)) } }
                    }
                }
                footer { @if let Some(line) = credit::of_all(&column.items) { p { (line) } } }
            }
        }
    };
    page.into_string()
}

/// Returns the works by department, those with most first; those without one last.
fn sections(items: &[Item]) -> Vec<(Option<&str>, Vec<&Item>)> {
    let mut by_name: BTreeMap<String, (Option<&str>, Vec<&Item>)> = BTreeMap::new();
    for item in items {
        let key = item.department.as_deref().map(name_key).unwrap_or_default();
        by_name.entry(key).or_insert((item.department.as_deref(), Vec::new())).1.push(item);
    }
    let mut sections: Vec<_> = by_name.into_values().collect();
    sections.sort_by_key(|(name, items)| (name.is_none(), std::cmp::Reverse(items.len())));
    sections
}

fn picture(item: &Item, is_first: bool) -> Markup {
    let loading = if is_first { "eager" } else { "lazy" };
    html! {
        @match &item.cover {
            Some((size, _)) => img .tall[size.height > size.width] src=(cover_of(item)) width=(size.width) height=(size.height) alt="" loading=(loading);,
            None => span.blank { (item.title) },
        }
        span.play aria-hidden="true" {}
        span.length { (long_time(item.duration_ms)) }
    }
}

fn who(item: &Item) -> Markup {
    let who = item.who();
    html! { @if !who.is_empty() { p.who { bdi { (who) } } } }
}

fn lead(item: &Item) -> Markup {
    html! {
        article.lead {
            a.cover href=(page_of(item)) tabindex="-1" aria-hidden="true" { (picture(item, true)) }
            div.text {
                p.kicker { @if let Some(category) = &item.category { (category) " · " } (words::date(&item.date)) }
                h2 { a href=(page_of(item)) { bdi { (item.title) } } }
                (who(item))
                @for paragraph in item.about.iter().take(3) { p.about { (paragraph) } }
                @if let Some(ai) = ai(item.ai) { p.ai { (ai) } }
            }
        }
    }
}

/// `level` is that of the heading.
fn card(item: &Item, level: u8) -> Markup {
    let link = html! { a href=(page_of(item)) { bdi { (item.title) } } };
    html! {
        article.card {
            a.cover href=(page_of(item)) tabindex="-1" aria-hidden="true" { (picture(item, false)) }
            div.text {
                @if level == 2 { h2 { (link) } } @else { h3 { (link) } }
                (who(item))
                @if let Some(ai) = ai(item.ai) { p.ai { (ai) } }
            }
        }
    }
}

/// Returns the page of one work.
pub fn page(column: &Column, place: usize) -> String {
    let item = &column.items[place];
    let up = |path: String| format!("../{path}");
    let (width, height) = (item.size.width, item.size.height);
    let before = place.checked_sub(1).and_then(|place| column.items.get(place));
    let after = column.items.get(place + 1);
    let joined = |names: &[String]| (!names.is_empty()).then(|| names.join("、"));
    let facts = [
        (words::DEPARTMENT, item.department.clone()),
        (words::AUTHORS, joined(&item.authors)),
        (words::ADVISORS, joined(&item.advisors)),
        (words::CATEGORY, item.category.clone()),
        (words::SEASON, item.season.clone()),
        (words::SUBMITTED, Some(words::date(&item.date))),
        (words::DURATION, Some(long_time(item.duration_ms))),
        (words::MUSIC, item.music.clone()),
    ];
    let poster = item.cover.as_ref().map(|_| up(cover_of(item)));
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(&format!("{} – {}", item.title, column.heading), "../style.css"))
            body.work {
                header.back { a href="../index.html" { span aria-hidden="true" { "‹ " } (column.heading) } }
                main {
                    div.stage .tall[height > width] {
                        video controls playsinline preload="metadata" width=(width) height=(height) poster=[poster.as_ref()] src=(up(video_of(item))) {
                            @if !item.captions.is_empty() {
                                track kind="captions" srclang="zh" label=(words::CAPTIONS) src=(up(format!("media/{}.vtt", item.work)));
                            }
                        }
                        @if let Some(poster) = &poster { img.printed src=(poster) alt=""; }
                    }
                    div.columns {
                        div.story {
                            h1 { bdi { (item.title) } }
                            @for paragraph in &item.about { p { (paragraph) } }
                            @if let Some(ai) = ai(item.ai) { p.ai { (ai) } }
                            @if !item.captions.is_empty() {
                                details {
                                    summary { (words::TRANSCRIPT) }
                                    @for cue in &item.captions {
                                        p.cue { time { (long_time(cue.from_us / 1000)) } span { (cue.text) } }
                                    }
                                }
                            }
                        }
                        dl.facts {
                            @for (name, value) in &facts { @if let Some(value) = value { div { dt { (name) } dd { bdi { (value) } } } } }
                        }
                    }
                    @if before.is_some() || after.is_some() {
                        nav.beside aria-label=(words::OTHER_WORKS) {
                            @if let Some(before) = before { a.before href=(up(page_of(before))) { span { (words::BEFORE) } bdi { (before.title) } } }
                            @if let Some(after) = after { a.after href=(up(page_of(after))) { span { (words::AFTER) } bdi { (after.title) } } }
                        }
                    }
                }
                footer { @if let Some(line) = &item.credit { p { (line) } } }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::showcase::column::tests::{column, item};

    #[test]
    fn every_link_is_relative_and_every_text_is_escaped() {
        let mut odd = item(1);
        odd.title = "<script>alert(1)</script> =1+1 \"🎬\" 'x'".into();
        odd.department = None;
        let column = column(vec![odd, item(2)]);
        for page in [index(&column), page(&column, 0), page(&column, 1)] {
            assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("://"), "{page}");
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; =1+1 &quot;🎬&quot;"));
        }
        let first = page(&column, 0);
        assert!(first.contains("src=\"../media/w0000001.mp4\"") && first.contains("../works/w0000002.html"));
    }

    #[test]
    fn a_page_ends_with_the_line_of_who_made_and_signed() {
        let column = column(vec![item(1), item(2)]);
        assert!(
            page(&column, 0)
                .trim_end()
                .ends_with("<footer><p>视频摄制：学生1；初审：甲 终审：丙</p></footer></body></html>")
        );
        assert!(index(&column).contains("<footer><p>视频摄制：系部1、系部2；审核：甲、丙</p></footer>"));
    }

    #[test]
    fn a_long_index_has_a_section_for_each_department_and_a_short_one_none() {
        let of = |count: usize| index(&column((0..count).map(item).collect()));
        assert!(!of(12).contains("<section") && of(300).matches("<section").count() == 60);
        assert_eq!(of(300).matches("class=\"card\"").count(), 300);
        assert_eq!(of(12).matches("class=\"card\"").count(), 11);
        assert!(of(0).contains("<h1>"));
    }

    #[test]
    fn works_without_cover_and_captions_have_no_dead_links() {
        let mut bare = item(1);
        bare.cover = None;
        let of = layout(&column(vec![bare]), None);
        let paths: Vec<&str> = of.media.iter().map(|media| media.path.as_str()).collect();
        assert_eq!(paths, ["media/w0000001.mp4"]);
        assert!(of.texts.iter().all(|(_, text)| !text.contains(".jpg") && !text.contains(".vtt")));
    }
}
