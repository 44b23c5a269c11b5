//! What is said of a hand-over: of each work, and in the file that tells what to do.

use super::choose::{Chosen, Note, Why};
use super::tool::{Declares, Tool};
use crate::model::language::Bilingual;
use crate::model::showcase::candidate::Held;
use crate::model::showcase::plan::Stop;
use crate::present::messages::handover as words;
use crate::present::messages::showcase as package_words;

pub fn note(note: Note) -> Bilingual {
    match note {
        Note::TitleFromText => words::title_from_text(),
        Note::TagsDropped { count, most } => words::tags_dropped(count, most),
        Note::OneCover => words::one_cover(),
    }
}

pub fn why(why: &Why) -> Bilingual {
    match why {
        Why::NotReleased(held) => package_words::stop(&Stop::NotReleased(held.clone())),
        Why::Posted => words::posted(),
        Why::ToBeDeclared { sentence } => words::to_be_declared(sentence.as_deref()),
        Why::WrongDeclaration(Declares::RemadeAndGenerated) => words::declares_remade(),
        Why::WrongDeclaration(Declares::AsTheAccountSays) => words::declares_as_account(),
        Why::WrongDeclaration(_) => words::declares_generated(),
        Why::TitleTooLong { units, most } => words::title_too_long(*units, *most),
        Why::NoTitle => words::no_title(),
        Why::NoTags => words::no_tags(),
        Why::OddTag { tag } => words::odd_tag(tag),
        Why::NoCover => words::no_cover(),
    }
}

/// Returns true for what a person has to do something about, though nobody named the work.
pub fn is_news(why: &Why) -> bool {
    !matches!(
        why,
        Why::Posted
            | Why::NotReleased(
                Held::NotMade { .. } | Held::Waiting { .. } | Held::Returned | Held::Withdrawn
            )
    )
}

/// Returns the file that tells what to do. Only works that a person has to post are named besides.
pub fn readme(tool: Tool, chosen: &Chosen, (college, at): (&str, &str)) -> String {
    let steps = match tool {
        Tool::Biliup => words::steps_biliup(),
        Tool::SocialAutoUpload => words::steps_social_auto_upload(),
        Tool::Posthub => words::steps_posthub(),
    };
    let works: Vec<String> = chosen
        .items
        .iter()
        .map(|item| words::readme_item(&format!("{}.mp4", item.name), &item.target, &item.title))
        .collect();
    let left: Vec<String> = chosen
        .left_out
        .iter()
        .filter(|one| is_news(&one.why))
        .map(|one| words::readme_left(&one.target, &one.title, &why(&one.why)))
        .collect();
    words::readme((tool.name(), college, at), steps, (&works, &left))
}
