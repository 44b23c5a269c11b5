//! Cleaning what people typed: no control characters, no direction marks, one kind of line end.

use crate::model::config::Campaign;
use crate::model::preset::TopicForm;
use crate::text::is_display_control;

/// Characters that separate tags when somebody writes several into one.
const SEPARATORS: [char; 8] = ['#', '＃', ',', '，', '、', ';', '；', '|'];

/// Returns the text on one line with single spaces.
pub(super) fn line(text: &str) -> String {
    let shown: String = text.chars().filter(|c| c.is_whitespace() || is_shown(*c)).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the title on one line; the campaign's name where there is none.
pub(super) fn title(title: &str, campaign: &Campaign) -> String {
    [title, &campaign.name, &campaign.topic]
        .into_iter()
        .map(line)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

/// Returns the text with LF line ends, trimmed and without control characters.
pub(super) fn text(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let shown: String = unix.chars().filter(|c| matches!(c, '\n' | '\t') || is_shown(*c)).collect();
    shown.trim().to_owned()
}

/// Splits one written tag at separators into tags without blanks.
pub(super) fn tags(written: &str) -> impl Iterator<Item = String> + '_ {
    written
        .split(SEPARATORS)
        .map(|part| part.chars().filter(|c| !c.is_whitespace() && is_shown(*c)).collect::<String>())
        .filter(|tag| !tag.is_empty())
}

/// Returns a tag in the platform's form.
pub(super) fn hashed(tag: &str, form: TopicForm) -> String {
    match form {
        TopicForm::Single => format!("#{tag}"),
        TopicForm::Double => format!("#{tag}#"),
        TopicForm::Plain => tag.to_owned(),
    }
}

/// Letters, digits, CJK and the characters of `extra`; any other becomes a space.
pub(super) fn only(text: &str, extra: &str) -> String {
    line(&text.replace(|c: char| !c.is_alphanumeric() && !extra.contains(c), " "))
}

/// Neither a control character nor one that turns the direction of the text around it.
fn is_shown(c: char) -> bool {
    !is_display_control(c) && c != '\u{feff}'
}
