//! The content of a post, and the limits that it never exceeds.

use proptest::prelude::*;

use super::*;
use crate::model::config::PostStyle;
use crate::model::language::Bilingual;
use crate::model::preset::{Counting, Declarations};
use crate::model::value::Arg;

fn post(form: TopicForm) -> Post {
    Post {
        title_max: 30,
        title_min: 0,
        text_max: 200,
        topics_in_text: form != TopicForm::Plain,
        tags_max: 5,
        tag_max_chars: None,
        tags_total_max_chars: None,
        topic_form: form,
        count: Counting::Characters,
        hosts: Vec::new(),
        short_hosts: Vec::new(),
        title_charset: None,
        declare: Declarations::default(),
    }
}

/// Returns a target of which only the post matters.
fn preset(post: Post) -> Preset {
    let json = serde_json::json!({
        "id": "there",
        "name": Bilingual::new("那里", "there"),
        "kind": "platform",
        "as_of": "2026-01-01",
        "accept": { "containers": ["mp4"], "video_codecs": ["h264"], "audio_codecs": ["aac"] },
        "want": {
            "landscape": [1920, 1080], "portrait": [1080, 1920], "square": [1080, 1080], "fit": "blur",
            "max_frame_rate": "60", "crf": 21.0, "max_rate": 9_500_000, "key_frame_interval_ms": 2000,
            "sound": "stereo", "audio_rate": 192_000, "loudness_lufs": -15.0, "true_peak_dbtp": -1.0
        },
        "overlay": {
            "edition": "clean", "captions": true, "title_card": false, "lower_third": false,
            "portrait_safe": { "top": 0, "right": 0, "bottom": 0, "left": 0 },
            "landscape_safe": { "top": 0, "right": 0, "bottom": 0, "left": 0 }
        },
        "evidence": {}
    });
    let mut preset: Preset = serde_json::from_value(json).unwrap();
    preset.post = Some(post);
    preset
}

fn campaign() -> Campaign {
    Campaign { sub_topic: Some("津彩学院".into()), tags: vec!["校园".into()], ..Campaign::default() }
}

fn spring() -> PostInput {
    PostInput {
        title: "校园的春天".into(),
        text: "海棠开了。\r\n第二行".into(),
        authors: vec!["张三".into(), "李四".into()],
        department: Some("机械工程系".into()),
        tags: vec!["#春天, 海棠 花".into(), "校园".into()],
        credit: PostStyle::default().credit,
        ..PostInput::default()
    }
}

#[test]
fn topics_stand_before_the_text_and_tags_after_it_in_the_platforms_form() {
    let single = preset(post(TopicForm::Single));
    let (record, findings) = compose(&single, &campaign(), &spring());
    assert_eq!(record.topics, ["#你好天津", "#津彩学院"]);
    assert_eq!(record.tags, ["校园", "春天", "海棠花"]);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        render(&record, &single),
        "校园的春天\n\n#你好天津 #津彩学院\n海棠开了。\n第二行\n作者：张三、李四（机械工程系）\n#校园 #春天 #海棠花\n"
    );
    let double = preset(post(TopicForm::Double));
    let (record, _) = compose(&double, &campaign(), &spring());
    assert!(render(&record, &double).contains("\n\n#你好天津# #津彩学院#\n"));
    let plain = preset(post(TopicForm::Plain));
    let (record, _) = compose(&plain, &campaign(), &spring());
    assert!(render(&record, &plain).ends_with("\n\n你好天津,津彩学院,校园,春天,海棠花\n"));
}

#[test]
fn what_is_to_be_chosen_stands_apart_and_only_where_the_platforms_words_are_known() {
    let known = Declarations { generated: Some("内容由AI生成".into()), ..Declarations::default() };
    let target = preset(Post { declare: known, ..post(TopicForm::Single) });
    let (silent, _) = compose(&target, &campaign(), &spring());
    for (ai, says) in [(AiUse::None, None), (AiUse::Assisted, None), (AiUse::Generated, Some("内容由AI生成"))]
    {
        let (record, _) = compose(&target, &campaign(), &PostInput { ai: Some(ai), ..spring() });
        assert_eq!(record.declaration.as_deref(), says);
        assert_eq!((&record.title, &record.text, &record.tags), (&silent.title, &silent.text, &silent.tags));
        let below = says.map(|says| format!("\n{TO_CHOOSE}{says}\n")).unwrap_or_default();
        assert_eq!(render(&record, &target), render(&silent, &target) + &below);
    }
}

#[test]
fn a_platform_without_a_title_gets_it_as_the_first_line_of_the_text() {
    let target = preset(Post { title_max: 0, ..post(TopicForm::Single) });
    let (record, _) = compose(&target, &campaign(), &spring());
    assert_eq!(record.title, "");
    assert!(render(&record, &target).starts_with("#你好天津 #津彩学院\n校园的春天\n海棠开了。\n"));
}

#[test]
fn tags_over_the_limit_are_dropped_and_named() {
    let target = preset(Post { tags_max: 3, ..post(TopicForm::Single) });
    let (record, findings) = compose(&target, &campaign(), &spring());
    assert_eq!((record.topics.len(), record.tags), (2, vec!["校园".to_owned()]));
    let finding = &findings[0];
    assert_eq!((finding.code, finding.target.as_deref()), (Code::TagsDropped, Some("there")));
    assert_eq!(finding.args[&Arg::Dropped], "春天 海棠花".into());
    assert_eq!((&finding.measured, &finding.limit), (&Some("5".into()), &Some("3".into())));
}

#[test]
fn of_thousands_of_tags_only_the_first_are_named() {
    let target = preset(Post { tags_max: 3, ..post(TopicForm::Single) });
    let many =
        |letter: char| (0..100).map(|number| format!("{letter}{number}")).collect::<Vec<_>>().join(",");
    let work = PostInput { tags: ('a'..='z').map(many).collect(), ..spring() };
    let (_, findings) = compose(&target, &campaign(), &work);
    let said = findings[0].args[&Arg::Dropped].notation().unwrap();
    assert!(said.starts_with("a0 a1 ") && said.ends_with(" …") && said.chars().count() <= 203, "{said}");
    assert_eq!(findings[0].measured, Some("2603".into()));
}

#[test]
fn a_short_title_holds_only_what_its_platform_takes_and_is_long_enough() {
    let target = preset(Post {
        title_max: 16,
        title_min: 6,
        title_charset: Some("《》“”:+?%°".into()),
        ..post(TopicForm::Single)
    });
    let title = |title: &str| {
        let work = PostInput { title: title.into(), ..spring() };
        compose(&target, &campaign(), &work).0.title
    };
    assert_eq!(title("春天，来了！🌸《海河》"), "春天 来了 《海河》");
    assert_eq!(title("春天"), "春天 你好天津");
    assert_eq!(title("🌸🌸"), "你好天津");
    assert_eq!(title("一二三四五六七八九十一二三四五六七八").chars().count(), 16);
}

#[test]
fn controls_and_direction_marks_never_reach_a_post() {
    let target = preset(post(TopicForm::Single));
    let work =
        PostInput { title: "海河\u{202e}gpj.\n夜\u{0}景".into(), text: "a\u{7}b".into(), ..spring() };
    let (record, _) = compose(&target, &campaign(), &work);
    assert_eq!((record.title.as_str(), record.text.starts_with("ab")), ("海河gpj. 夜景", true));
}

/// Chinese, Latin, emoji with joiners, flags, combining marks, blanks and separators of tags.
fn words(most: usize) -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "天",
        "津",
        "海河",
        "a",
        "Z",
        "9",
        " ",
        "\n",
        "，",
        "#",
        "👨\u{200d}👩\u{200d}👧",
        "🇨🇳",
        "e\u{301}",
        "𠮷",
        "…",
        "|",
        "\u{202e}",
    ]);
    prop::collection::vec(pieces, 0..most).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_post_exceeds_its_platform_and_every_post_carries_the_topic(
        (title, text) in (words(120), words(600)),
        tags in prop::collection::vec(words(30), 0..15),
        authors in prop::collection::vec(words(20), 0..6),
        form in prop::sample::select(vec![TopicForm::Single, TopicForm::Double, TopicForm::Plain]),
        (title_max, text_max, tags_max) in (0u32..80, 50u32..500, 1u32..12),
    ) {
        let post = Post {
            title_max, text_max, tags_max,
            tag_max_chars: Some(20),
            tags_total_max_chars: Some(100),
            ..post(form)
        };
        let target = preset(post.clone());
        let work = PostInput { title, text, authors, department: None, tags, ..spring() };
        let (record, findings) = compose(&target, &campaign(), &work);
        let units = |text: &str| text.encode_utf16().count();

        prop_assert_eq!(&record.topics[0], &words::hashed("你好天津", form));
        prop_assert!(render(&record, &target).contains(&record.topics[0]));
        prop_assert!(units(&record.title) <= title_max as usize, "title {:?}", record.title);
        let written = if post.topics_in_text { text_with_topics(&record, form) } else { record.text.clone() };
        prop_assert!(units(&written) <= text_max as usize, "{} in {text_max}: {written:?}", units(&written));
        prop_assert!(record.topics.len() + record.tags.len() <= tags_max as usize);
        for tag in &record.tags {
            prop_assert!(units(tag) <= 20 && !tag.contains([' ', '#', ',', '，', '\n']), "tag {tag:?}");
        }
        prop_assert!(tag_field(&record).encode_utf16().count() <= 110);
        if !findings.iter().any(|finding| finding.code == Code::TextShortened) {
            prop_assert!(record.text.contains(&words::text(&work.text)), "cut in silence: {:?}", record.text);
        }
    }
}

#[test]
fn a_credit_line_ends_the_text_where_the_platform_has_room() {
    let record = PostRecord {
        title: "晨光".into(),
        text: "字".repeat(180),
        topics: vec!["#你好天津".into()],
        ..PostRecord::default()
    };
    let line = "初审：甲 复审：乙";
    let wide = preset(post(TopicForm::Plain));
    let longer = credited_within(&record, &wide, line).unwrap();
    assert!(longer.text.ends_with("字\n初审：甲 复审：乙"));
    assert_eq!(longer, credited(&record, line));
    let single = preset(post(TopicForm::Single));
    assert!(credited_within(&record, &single, line).is_some(), "180 + 9 + 6 with the topic");
    let full = PostRecord { text: "字".repeat(188), ..record };
    assert!(credited_within(&full, &wide, line).is_some());
    assert!(credited_within(&full, &single, line).is_none());
    let empty = PostRecord { text: String::new(), ..full };
    assert_eq!(credited(&empty, line).text, line);
}
