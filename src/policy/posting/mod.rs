//! Composes the title, text, topics and tags of a post, within its platform's limits.
//!
//! The campaign's topic comes first, then the school's own, then tags. Where the topics are part of the text they
//! precede it, so that a feed that folds the text still shows them. Nothing is cut inside a visible character.

mod count;
mod credit;
mod seen;
mod tags;
mod words;

use crate::model::ai::AiUse;
use crate::model::config::Campaign;
use crate::model::details::{About, Named};
use crate::model::finding::{Code, Finding};
use crate::model::manifest::PostRecord;
use crate::model::preset::{Post, Preset, TopicForm};
use crate::model::value::{Arg, Value};
use crate::text::fill;

pub use credit::{credit_line, credited, credited_within};
pub use seen::missing_topics;

use count::{Measure, shorten};

/// What stands before the platform's sentence in the file for whoever posts.
const TO_CHOOSE: &str = "【发布时在平台选择，不要粘贴】声明：";
/// The name of the file with the text to paste, beside a target's video.
pub const POST_FILE: &str = "post.txt";

/// What a post says about a work.
#[derive(Clone, Debug, Default)]
pub struct PostInput {
    pub title: String,
    /// Empty where the team wrote none.
    pub text: String,
    pub authors: Vec<String>,
    pub department: Option<String>,
    pub tags: Vec<String>,
    pub college: String,
    pub about: About,
    /// The office's lines that follow the text; see [`fill`].
    pub credit: Vec<String>,
    /// What the team declares of artificial intelligence.
    pub ai: Option<AiUse>,
}

/// Composes the post for one target; the findings name what had to be shortened or left out. Empty for a target where
/// nothing is posted.
pub fn compose(preset: &Preset, campaign: &Campaign, work: &PostInput) -> (PostRecord, Vec<Finding>) {
    let Some(post) = &preset.post else { return (PostRecord::default(), Vec::new()) };
    let mut findings = Vec::new();
    let mut record = PostRecord::default();
    tags::choose(post, campaign, &work.tags, &mut record, &mut findings);

    let title = words::title(&work.title, campaign);
    let text = words::text(&work.text);
    let text = if post.title_max == 0 {
        join("\n", &[&title, &text])
    } else {
        record.title = fit_title(post, campaign, &title, &mut findings);
        text
    };
    fit_text(post, &text, &credit_lines(work), &mut record, &mut findings);
    record.declaration = work.ai.and_then(|ai| post.declare.sentence(ai)).map(str::to_owned);
    for finding in &mut findings {
        finding.target = Some(preset.id.clone());
    }
    (record, findings)
}

/// Returns the text that a person pastes: the title, an empty line, the text with its topics; below it, what is chosen in
/// the platform's form and not pasted. UTF-8 with LF line ends.
pub fn render(record: &PostRecord, preset: &Preset) -> String {
    let Some(post) = &preset.post else { return String::new() };
    render_as(record, post.topic_form)
}

/// Returns every text that may stand in a file for a post, whichever form its platform's topics had when it was written.
pub fn renderings(record: &PostRecord) -> [String; 3] {
    [TopicForm::Plain, TopicForm::Single, TopicForm::Double].map(|form| render_as(record, form))
}

fn render_as(record: &PostRecord, form: TopicForm) -> String {
    let body = match form {
        TopicForm::Plain => join("\n\n", &[&record.text, &tag_field(record)]),
        TopicForm::Single | TopicForm::Double => text_with_topics(record, form),
    };
    let declaration = record.declaration.as_ref();
    let declaration = declaration.map(|sentence| format!("{TO_CHOOSE}{sentence}")).unwrap_or_default();
    let mut content = join("\n\n", &[&record.title, &body, &declaration]);
    content.push('\n');
    content
}

/// Returns topics, text and tags as they are written in the platform's only text field.
fn text_with_topics(record: &PostRecord, form: TopicForm) -> String {
    let tags: Vec<String> = record.tags.iter().map(|tag| words::hashed(tag, form)).collect();
    join("\n", &[&record.topics.join(" "), &record.text, &tags.join(" ")])
}

/// Returns topics and tags as they are written in a field of their own, separated by commas.
fn tag_field(record: &PostRecord) -> String {
    let all: Vec<&str> = record.topics.iter().chain(&record.tags).map(String::as_str).collect();
    all.join(",")
}

fn join(separator: &str, parts: &[&str]) -> String {
    let present: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    present.join(separator)
}

/// Returns the title with allowed characters only, lengthened by the campaign's topic where it is too short, and cut
/// where it is too long.
fn fit_title(post: &Post, campaign: &Campaign, title: &str, findings: &mut Vec<Finding>) -> String {
    let measure = Measure::of(post.count);
    let (mut allowed, ending) = match &post.title_charset {
        Some(extra) => (words::only(title, extra), if extra.contains('…') { "…" } else { "" }),
        None => (title.to_owned(), "…"),
    };
    if allowed.is_empty() {
        allowed.clone_from(&campaign.topic);
    }
    if !measure.reaches(&allowed, post.title_min) && !allowed.contains(&campaign.topic) {
        let longer = format!("{allowed} {}", campaign.topic);
        if measure.fits(&longer, post.title_max) {
            allowed = longer;
        }
    }
    match shorten(&allowed, post.title_max, measure, ending) {
        Some(short) => {
            findings.push(
                Finding::warning(Code::TitleShortened)
                    .measured(Value::Length(measure.length(&allowed)))
                    .limit(post.title_max)
                    .arg(Arg::Title, &short),
            );
            short
        }
        None => allowed,
    }
}

/// Sets `record.text` to as much of `text` as its topics and tags leave room for, and appends each line of the credit that
/// fits whole; a finding names those that do not.
fn fit_text(
    post: &Post,
    text: &str,
    credit: &[String],
    record: &mut PostRecord,
    findings: &mut Vec<Finding>,
) {
    let measure = Measure::of(post.count);
    let whole = |text: &str, record: &PostRecord| {
        if post.topics_in_text {
            text_with_topics(&PostRecord { text: text.to_owned(), ..record.clone() }, post.topic_form)
        } else {
            text.to_owned()
        }
    };
    // The line end between text and topics counts towards the topics.
    let taken = if post.topics_in_text { measure.length_up(&whole("字", record)) - 1 } else { 0 };
    let room = post.text_max.saturating_sub(taken);
    match shorten(text, room, measure, "…") {
        Some(short) => {
            findings.push(
                Finding::warning(Code::TextShortened)
                    .measured(Value::Length(measure.length(text)))
                    .limit(room),
            );
            record.text = short;
        }
        None => text.clone_into(&mut record.text),
    }
    let is_whole = record.text == text;
    let mut left_out = Vec::new();
    for line in credit {
        let longer = join("\n", &[&record.text, line]);
        if is_whole && left_out.is_empty() && measure.fits(&whole(&longer, record), post.text_max) {
            record.text = longer;
        } else {
            left_out.push(line.clone());
        }
    }
    if !left_out.is_empty() {
        findings.push(Finding::note(Code::CreditLeftOut).arg(Arg::Dropped, left_out.join(" / ")));
    }
}

/// Returns the office's credit lines for a work, such as `作者：张三、李四（机械工程系）`.
fn credit_lines(work: &PostInput) -> Vec<String> {
    let department = work.department.as_deref().unwrap_or_default();
    let named = Named {
        title: &work.title,
        authors: &work.authors,
        department,
        college: &work.college,
        about: &work.about,
    };
    let value = |place: &str| words::line(&named.value(place));
    let lines = work.credit.iter().filter_map(|line| fill(line, &value));
    lines.filter(|line| !line.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests;
