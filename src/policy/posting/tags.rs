//! Chooses the topics and tags of a post.

use super::count::Measure;
use super::words::{hashed, tags};
use super::{PostRecord, text_with_topics};
use crate::model::config::Campaign;
use crate::model::finding::{Code, Finding};
use crate::model::preset::Post;
use crate::model::value::Arg;

/// Most characters of a list of tags in a finding; the first tag is listed whatever its length.
const MAX_NAMED_CHARS: usize = 200;

/// Fills in topics and tags: the campaign's topic always, everything after it as long as the platform accepts it. Adds a
/// finding if any were dropped.
pub(super) fn choose(
    post: &Post,
    campaign: &Campaign,
    of_work: &[String],
    record: &mut PostRecord,
    findings: &mut Vec<Finding>,
) {
    let topic = tags(&campaign.topic).next().unwrap_or_default();
    record.topics.extend((!topic.is_empty()).then(|| hashed(&topic, post.topic_form)));
    let mut taken = vec![topic];
    let mut dropped = Vec::new();

    let sub_topic = campaign.sub_topic.iter().flat_map(|sub_topic| tags(sub_topic)).take(1);
    let others = campaign.tags.iter().chain(of_work).flat_map(|written| tags(written));
    let in_order = sub_topic.map(|tag| (Place::Topic, tag)).chain(others.map(|tag| (Place::Tag, tag)));
    for (place, tag) in in_order {
        if taken.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            continue;
        }
        let mut longer = record.clone();
        match place {
            Place::Topic => longer.topics.push(hashed(&tag, post.topic_form)),
            Place::Tag => longer.tags.push(tag.clone()),
        }
        if allowed(post, &longer, &tag) {
            *record = longer;
            taken.push(tag);
        } else {
            dropped.push(tag);
        }
    }
    if !dropped.is_empty() {
        findings.push(
            Finding::note(Code::TagsDropped)
                .measured(taken.len() + dropped.len())
                .limit(post.tags_max)
                .arg(Arg::Dropped, named(&dropped)),
        );
    }
}

/// Returns the first of the dropped tags, separated by spaces, up to about [`MAX_NAMED_CHARS`].
fn named(dropped: &[String]) -> String {
    let mut named = String::new();
    for (index, tag) in dropped.iter().enumerate() {
        if index > 0 {
            named.push(' ');
        }
        if index > 0 && named.chars().count() + tag.chars().count() > MAX_NAMED_CHARS {
            named.push('…');
            break;
        }
        named.push_str(tag);
    }
    named
}

#[derive(Clone, Copy)]
enum Place {
    Topic,
    Tag,
}

/// Returns true if the platform accepts the record with its newest tag.
fn allowed(post: &Post, record: &PostRecord, newest: &str) -> bool {
    let measure = Measure::of(post.count);
    let count = record.topics.len() + record.tags.len();
    let all: String =
        record.topics.iter().chain(&record.tags).map(String::as_str).collect::<Vec<_>>().join(",");
    count <= post.tags_max as usize
        && post.tag_max_chars.is_none_or(|most| measure.fits(newest, most))
        && post.tags_total_max_chars.is_none_or(|most| measure.fits(&all, most))
        // Half of the text is reserved for the work's own words.
        && (!post.topics_in_text || measure.fits(&text_with_topics(record, post.topic_form), post.text_max / 2))
}
