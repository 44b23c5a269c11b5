//! What is pasted into a page of a content management system: inline styles only, no script, no class.

use maud::html;

use super::credit;
use super::item::Column;
use super::parts::{ai, cover_of, page_of};
use crate::model::units::long_time;

const CARD: &str = "display:inline-block;vertical-align:top;width:300px;max-width:100%;margin:0 20px 28px 0;";
const COVER: &str = "display:block;width:100%;height:auto;border:0;border-radius:4px;";
const TITLE: &str = "margin:10px 0 2px;font-size:18px;line-height:1.5;font-weight:bold;color:#191b1f;";
const LINK: &str = "color:#191b1f;text-decoration:none;";
const SMALL: &str = "margin:0;font-size:14px;line-height:1.6;color:#5f646d;";
const NOTICE: &str = "margin:0;font-size:13px;line-height:1.6;color:#8a4b00;";
const CREDIT: &str = "margin:8px 0 0;padding-top:12px;border-top:1px solid #dcd8cf;font-size:14px;line-height:1.7;color:#5f646d;";

/// Returns the fragment, whose links begin with the address of the site's folder.
pub fn fragment(column: &Column, address: Option<&str>) -> String {
    let address = address.map(|address| format!("{}/", address.trim_end_matches('/'))).unwrap_or_default();
    let at = |path: String| format!("{address}{path}");
    let page = html! {
        section {
            @for item in &column.items {
                section style=(CARD) {
                    a href=(at(page_of(item))) style=(LINK) {
                        @if let Some((size, _)) = &item.cover {
                            img src=(at(cover_of(item))) width=(size.width) height=(size.height) alt=(item.title) style=(COVER);
                        }
                    }
                    p style=(TITLE) { a href=(at(page_of(item))) style=(LINK) { (item.title) } }
                    p style=(SMALL) { (long_time(item.duration_ms)) @if !item.who().is_empty() { " · " (item.who()) } }
                    @if let Some(ai) = ai(item.ai) { p style=(NOTICE) { (ai) } }
                }
            }
            @if let Some(line) = credit::of_all(&column.items) { p style=(CREDIT) { (line) } }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::showcase::column::tests::{column, item};

    #[test]
    fn links_lead_to_where_the_site_is() {
        let column = column(vec![item(1)]);
        let away = fragment(&column, Some("https://www.example.edu.cn/column/"));
        assert!(away.contains("href=\"https://www.example.edu.cn/column/works/w0000001.html\""));
        let here = fragment(&column, None);
        assert!(
            here.contains("src=\"media/w0000001.jpg\"")
                && !here.contains("class=")
                && !here.contains("<style")
        );
    }
}
