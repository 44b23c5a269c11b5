//! The register of a period as a page.

use maud::{Markup, html};

use super::frame::{Lies, moment, paper};
use super::{REGISTER_COLUMNS, RegisterPage};
use crate::present::messages::review_papers as said;
use crate::text::Visible;

/// Widths of the columns, hundredths of the table's.
const WIDTHS: [f64; REGISTER_COLUMNS] =
    [3.0, 6.8, 10.5, 5.6, 3.0, 7.0, 4.2, 5.5, 7.0, 5.5, 6.4, 4.6, 12.4, 6.2, 5.2, 3.6, 5.2];

/// Columns of digests, which are set in narrow letters.
const DIGESTS: [usize; 2] = [14, 16];

/// The whole register, as HTML.
pub fn register_page(page: &RegisterPage<'_>) -> String {
    let college = Visible::of(page.college).to_string();
    let running = html! {
        b { (college) (said::REGISTER.zh) "　" (page.period) }
        span { (said::PRINTED.zh) " " (moment(page.printed_at)) }
    };
    let content = html! {
        header {
            div.college { (college) }
            h1 { (said::REGISTER.zh) }
            div { (page.period) }
        }
        p.hint { (page.note) }
        (table(page.rows))
    };
    paper(&format!("{} {}", said::REGISTER.zh, page.period), Lies::Across, &running, &content)
}

fn table(rows: &[[String; REGISTER_COLUMNS]]) -> Markup {
    html! {
        table.register {
            colgroup { @for width in WIDTHS { col style=(format!("width:{width}%")); } }
            thead { tr { @for head in said::REGISTER_HEADS { th { (head.zh) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (column, text) in row.iter().enumerate() {
                            td {
                                @if DIGESTS.contains(&column) { code { (Visible::of(text)) } }
                                @else { (shown(text)) }
                            }
                        }
                    }
                }
                @if rows.is_empty() { tr { td colspan=(REGISTER_COLUMNS) { (said::NO_ROWS.zh) } } }
            }
        }
    }
}

/// Several lines become one.
fn shown(text: &str) -> String {
    Visible::of(text.lines().collect::<Vec<_>>().join(" ")).to_string()
}
