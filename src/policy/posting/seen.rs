//! Looks for the campaign's topics in a text that was posted.

use super::words::{hashed, tags};
use crate::model::config::Campaign;
use crate::model::preset::{Post, TopicForm};

/// Returns the topics that a posted text lacks, in the platform's form: the campaign's and the school's own. `#你好天津` is a topic
/// where it ends: `#你好天津人` is another one.
pub fn missing_topics(post: &Post, campaign: &Campaign, text: &str) -> Vec<String> {
    let sub_topic = campaign.sub_topic.iter().flat_map(|written| tags(written)).take(1);
    let wanted = tags(&campaign.topic).take(1).chain(sub_topic);
    let text = plain(text);
    let found = topics_in(&text, post.topic_form);
    let is_missing = |topic: &String| !found.contains(&plain(topic));
    let mut missing: Vec<String> =
        wanted.filter(is_missing).map(|topic| hashed(&topic, post.topic_form)).collect();
    missing.dedup();
    missing
}

/// One spelling for what reads alike: the full-width hash, capitals, and characters that nobody sees.
fn plain(text: &str) -> String {
    let is_seen = |c: &char| !matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}');
    text.replace('＃', "#").to_lowercase().chars().filter(is_seen).collect()
}

fn topics_in(text: &str, form: TopicForm) -> Vec<String> {
    match form {
        TopicForm::Single => {
            let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
            text.split('#').skip(1).filter_map(|rest| rest.split(ends).next()).map(str::to_owned).collect()
        }
        // Pair by pair, as the platform reads them.
        TopicForm::Double => {
            let parts: Vec<&str> = text.split('#').collect();
            let pairs = parts.len().saturating_sub(1) / 2;
            (0..pairs).map(|pair| parts[2 * pair + 1].to_owned()).collect()
        }
        TopicForm::Plain => {
            let separates = |c: char| c.is_whitespace() || "#,，、;；|".contains(c);
            text.split(separates).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets::builtin;

    fn missing(target: &str, text: &str) -> Vec<String> {
        let presets = builtin();
        let post = presets.iter().find(|preset| preset.id == target).and_then(|preset| preset.post.clone());
        let campaign = Campaign {
            topic: "你好天津".to_owned(),
            sub_topic: Some("#示范学院ABC".to_owned()),
            ..Campaign::default()
        };
        missing_topics(&post.unwrap(), &campaign, text)
    }

    #[test]
    fn both_topics_count_only_in_the_platforms_form() {
        for (target, text, expected) in [
            ("douyin", "#你好天津 #示范学院abc 海河晨光", &[][..]),
            ("douyin", "海河晨光＃你好天津＃示范学院ABC", &[]),
            ("douyin", "#你好天津人 #示范学院ABC", &["#你好天津"]),
            ("douyin", "你好天津 示范学院ABC", &["#你好天津", "#示范学院ABC"]),
            ("weibo", "#你好天津##示范学院ABC# 海河", &[]),
            ("weibo", "#你好天津 #示范学院ABC#", &["#你好天津#", "#示范学院ABC#"]),
            ("weibo", "#你好天津# 海河", &["#示范学院ABC#"]),
            ("bilibili", "你好天津,示范学院ABC,海河", &[]),
            ("bilibili", "你好天津人,示范学院ABC", &["你好天津"]),
            ("douyin", "", &["#你好天津", "#示范学院ABC"]),
        ] {
            assert_eq!(missing(target, text), expected, "{target}: {text}");
        }
    }
}
