//! Messages as the robots' documentation gives them, and robots that fail, hang, limit and recover.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::sign::{dingtalk_sign, feishu_sign};
use super::*;
use crate::clock::SystemClock;
use crate::model::config::{Chat, ChatKind};
use crate::model::language::Lang;
use crate::present::messages::chat::no_secret;

const ALL: [ChatTopic; 4] = [ChatTopic::Accepted, ChatTopic::Rejected, ChatTopic::Failed, ChatTopic::Alarm];

/// Far longer than any of this takes; only a broken test waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

fn notice(title: &str, verdict: Verdict) -> Notice {
    Notice {
        topic: Notice::topic_of(verdict),
        verdict: Some(verdict),
        review: None,
        department: Some("jixie".into()),
        department_name: Some("机械工程系".into()),
        title: title.into(),
        file_name: "a.mp4".into(),
        detail: "开头有黑场，请剪掉。".into(),
        renditions: 8,
    }
}

fn made(kind: ChatKind, secret: Option<&str>, notices: &[Notice], left_out: usize) -> Message {
    message(kind, secret, notices, left_out, (Lang::Zh, 1_599_360_473_123))
}

#[test]
fn bodies_have_the_documented_shape() {
    let one = [notice("晨光", Verdict::Accepted)];
    let wecom = made(ChatKind::Wecom, None, &one, 0);
    assert_eq!(wecom.body["msgtype"], "markdown");
    let content = wecom.body["markdown"]["content"].as_str().unwrap();
    assert!(content.contains("已制作，待审核") && content.contains("机械工程系 · 晨光"), "{content}");
    let dingtalk = made(ChatKind::Dingtalk, Some("this is secret"), &one, 0);
    assert_eq!(dingtalk.body["msgtype"], "markdown");
    assert_eq!(dingtalk.body["markdown"]["title"], "津彩：1 件作品有结果");
    assert!(dingtalk.body["markdown"]["text"].is_string());
    assert!(dingtalk.query.starts_with("timestamp=1599360473123&sign="), "{}", dingtalk.query);
    assert!(dingtalk.body.get("sign").is_none());
    let feishu = made(ChatKind::Feishu, Some("demo"), &one, 0);
    assert_eq!((&feishu.body["msg_type"], feishu.query.as_str()), (&"text".into(), ""));
    assert!(feishu.body["content"]["text"].is_string());
    assert_eq!(feishu.body["timestamp"], "1599360473");
    assert_eq!(feishu.body["sign"], feishu_sign(1_599_360_473, "demo"));
    assert!(made(ChatKind::Feishu, None, &one, 0).body.get("sign").is_none());
    let plain = made(ChatKind::Json, None, &one, 3);
    assert_eq!(
        (&plain.body["left_out"], &plain.body["notices"][0]["verdict"]),
        (&3.into(), &"accepted".into())
    );
}

/// Expected values made with Python's `hmac` and `base64` after the robots' documentation.
#[test]
fn signatures_are_those_of_the_documentation() {
    assert_eq!(
        dingtalk_sign(1_599_360_473_123, "this is secret"),
        "0eVlIU0GooHVuIBX6FZ86JNxxfy4qwhOlP5JU2uHmq4%3D"
    );
    assert_eq!(feishu_sign(1_599_360_473, "demo"), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
}

#[test]
fn a_digest_stays_within_its_bytes_and_counts_the_rest() {
    let many: Vec<Notice> =
        (0..300).map(|number| notice(&format!("晨光里的车间{number}"), Verdict::Accepted)).collect();
    let body = made(ChatKind::Wecom, None, &many, 11).body;
    let content = body["markdown"]["content"].as_str().unwrap();
    assert!(content.len() <= 4096 && content.len() > 3900, "{}", content.len());
    assert!(content.starts_with("**津彩：311 件作品有结果**"), "{content}");
    let shown = content.matches("晨光里").count();
    assert!(content.ends_with(&format!("另有 {} 件", 311 - shown)), "{content}");
}

#[test]
fn what_needs_a_person_comes_first() {
    let body =
        made(ChatKind::Feishu, None, &[notice("好", Verdict::Accepted), notice("坏", Verdict::Rejected)], 0)
            .body;
    let text = body["content"]["text"].as_str().unwrap();
    assert!(text.find("坏").unwrap() < text.find("· 好").unwrap(), "{text}");
}

#[test]
fn a_name_can_neither_call_everybody_nor_hold_a_link() {
    let hostile = "<@all><at user_id=\"all\">@所有人[x](https://example.com)\n# *a*\u{61c}\u{202e}\u{2066}";
    for kind in [ChatKind::Wecom, ChatKind::Dingtalk, ChatKind::Feishu] {
        let body = made(kind, None, &[notice(hostile, Verdict::Accepted)], 0).body.to_string();
        for part in ["<@", "<at", "@所有人", "[x]", "\\n#", "\u{61c}", "\u{202e}", "\u{2066}"] {
            assert!(!body.contains(part), "{part} in {body}");
        }
    }
}

/// What a robot does with a request.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Say(u16, &'static str),
    /// Reads it and never answers.
    Hang,
}

/// A local robot: it answers in this order (the last one again and again) and passes on what it got.
fn server(answers: Vec<Answer>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/robot/send?key=very-secret", listener.local_addr().unwrap());
    let (sent, got) = channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for (index, stream) in listener.incoming().enumerate() {
            let answer = answers.get(index).or(answers.last()).copied().unwrap();
            if let Ok(stream) = stream {
                kept.extend(answer_one(stream, answer, &sent));
            }
        }
    });
    (url, got)
}

fn answer_one(stream: TcpStream, answer: Answer, sent: &Sender<String>) -> Option<TcpStream> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut stream = reader.into_inner();
    if let Answer::Say(status, text) = answer {
        let length = text.len();
        write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}")
            .ok()?;
        stream.flush().ok()?;
    }
    let _ = sent.send(format!("{head}\n{}", String::from_utf8_lossy(&body)));
    matches!(answer, Answer::Hang).then_some(stream)
}

const OK: Answer = Answer::Say(200, r#"{"errcode":0,"errmsg":"ok"}"#);

fn robot(kind: ChatKind, url: &str, on: &[ChatTopic], departments: &[&str], digest_s: u64) -> Robot {
    let chat = Chat {
        kind,
        url_env: Some("URL".into()),
        url_file: None,
        secret_env: None,
        secret_file: None,
        on: on.to_vec(),
        departments: departments.iter().map(|name| (*name).to_owned()).collect(),
        digest_s,
    };
    let url = url.to_owned();
    robots(&[chat], &move |_| Some(url.clone())).unwrap().remove(0)
}

fn quick() -> Pace {
    Pace {
        timeout: Duration::from_millis(300),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(20),
        tries: 8,
        gap: Duration::from_millis(5),
    }
}

fn start(robots: Vec<Robot>) -> Chats {
    Chats::start(robots, quick(), (Lang::Zh, Arc::new(SystemClock))).unwrap()
}

#[test]
fn every_failure_is_told_from_success_and_none_holds_the_address() {
    let one = made(ChatKind::Wecom, None, &[notice("晨光", Verdict::Accepted)], 0);
    let table = [
        (ChatKind::Wecom, OK, Ok(())),
        (
            ChatKind::Wecom,
            Answer::Say(200, r#"{"errcode":93000,"errmsg":"x"}"#),
            Err(Failure::Refused(93000)),
        ),
        (ChatKind::Dingtalk, Answer::Say(200, r#"{"errcode":310000}"#), Err(Failure::Refused(310_000))),
        (ChatKind::Feishu, Answer::Say(200, r#"{"code":9499,"msg":"x"}"#), Err(Failure::Refused(9499))),
        (ChatKind::Feishu, Answer::Say(200, r#"{"StatusCode":0,"StatusMessage":"success"}"#), Ok(())),
        (ChatKind::Wecom, Answer::Say(200, "<html>"), Err(Failure::Unreadable)),
        (ChatKind::Json, Answer::Say(204, ""), Ok(())),
        (ChatKind::Json, Answer::Say(500, "x"), Err(Failure::Status(500))),
        (ChatKind::Json, Answer::Say(302, "x"), Err(Failure::Status(302))),
        (ChatKind::Wecom, Answer::Hang, Err(Failure::TimedOut)),
    ];
    for (kind, answer, expected) in table {
        let (url, _got) = server(vec![answer]);
        let got = post(&robot(kind, &url, &ALL, &[], 1), &one, quick().timeout);
        assert_eq!(got, expected, "{kind:?} {answer:?}");
        assert!(!format!("{got:?}").contains("secret"));
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = robot(ChatKind::Json, &format!("http://{nobody}/very-secret"), &ALL, &[], 1);
    let failure = post(&dead, &one, quick().timeout).unwrap_err();
    assert!(matches!(failure, Failure::NoConnection(_)) && !failure.to_string().contains("secret"));
    assert!(!format!("{dead:?}").contains("secret"));
}

#[test]
fn a_robot_that_fails_hangs_limits_and_recovers_gets_its_message() {
    let (url, got) = server(vec![
        Answer::Say(500, "x"),
        Answer::Hang,
        Answer::Say(429, "slow down"),
        Answer::Say(200, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#),
        OK,
    ]);
    let chats = start(vec![robot(ChatKind::Wecom, &url, &ALL, &[], 1)]);
    chats.tell(&notice("晨光", Verdict::Accepted));
    let tries: Vec<String> = (0..5).map(|_| got.recv_timeout(PATIENCE).unwrap()).collect();
    assert!(tries.iter().all(|request| request.contains("晨光")), "{tries:?}");
    assert!(tries[0].starts_with("POST /robot/send?key=very-secret"), "{}", tries[0]);
    chats.close(PATIENCE);
    assert!(got.try_recv().is_err(), "what was taken is not sent again");
}

#[test]
fn a_dead_robot_holds_up_neither_the_service_nor_another() {
    let (hanging, _got_nothing) = server(vec![Answer::Hang]);
    let (living, got) = server(vec![OK]);
    let chats = start(vec![
        robot(ChatKind::Wecom, &hanging, &ALL, &[], 1),
        robot(ChatKind::Wecom, &living, &ALL, &[], 3600),
    ]);
    // Far more than is kept for one robot: telling only counts on.
    for number in 0..2000 {
        chats.tell(&notice(&number.to_string(), Verdict::Accepted));
    }
    let first = got.recv_timeout(PATIENCE).unwrap();
    assert!(first.contains("件作品有结果"), "more than 50 are told at once, not after an hour: {first}");
    chats.close(PATIENCE);
}

#[test]
fn outcomes_are_gathered_chosen_by_topic_and_department_and_sent_at_the_end() {
    let (url, got) = server(vec![OK]);
    let only = [ChatTopic::Rejected, ChatTopic::Alarm];
    let chats = start(vec![robot(ChatKind::Wecom, &url, &only, &["jixie"], 3600)]);
    chats.tell(&notice("甲", Verdict::Rejected));
    chats.tell(&notice("乙", Verdict::Duplicate));
    chats.tell(&notice("丙", Verdict::Accepted));
    let elsewhere = Notice { department: Some("dianqi".into()), ..notice("丁", Verdict::Rejected) };
    chats.tell(&elsewhere);
    let alarm = Notice { topic: ChatTopic::Alarm, verdict: None, ..elsewhere.clone() };
    chats.tell(&Notice { title: "磁盘满了".into(), ..alarm });
    chats.close(PATIENCE);
    let request = got.recv_timeout(PATIENCE).unwrap();
    for (part, held) in [("· 甲", true), ("· 乙", true), ("· 丙", false), ("· 丁", false), ("磁盘满了", true)]
    {
        assert_eq!(request.contains(part), held, "{part} in {request}");
    }
    assert!(got.try_recv().is_err(), "all in one message");
}

#[test]
fn messages_to_one_robot_keep_their_distance() {
    let (url, got) = server(vec![OK]);
    let gap = Duration::from_millis(400);
    let pace = Pace { gap, ..quick() };
    let robots = vec![robot(ChatKind::Wecom, &url, &ALL, &[], 3600)];
    let chats = Chats::start(robots, pace, (Lang::Zh, Arc::new(SystemClock))).unwrap();
    // Each round is more than is held back for the window's end.
    let round = || (0..60).for_each(|number| chats.tell(&notice(&number.to_string(), Verdict::Accepted)));
    round();
    got.recv_timeout(PATIENCE).unwrap();
    let first = std::time::Instant::now();
    round();
    got.recv_timeout(PATIENCE).unwrap();
    assert!(first.elapsed() >= gap / 2, "{:?} after the first", first.elapsed());
    chats.close(PATIENCE);
}

#[test]
fn a_secret_file_must_be_ours_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    let asked = Mutex::new(Vec::new());
    let read = |mode: u32, text: &str| {
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut chat: Chat =
            serde_json::from_value(serde_json::json!({ "kind": "dingtalk", "secret_env": "S" })).unwrap();
        chat.url_file = Some(file.clone().into());
        let found = robots(&[chat], &|name| {
            asked.lock().unwrap().push(name.to_owned());
            Some("s".into())
        });
        std::fs::remove_file(&file).unwrap();
        found
    };
    let found = read(0o600, "https://example.com/?access_token=1\n").unwrap();
    assert_eq!(found[0].secret.as_deref(), Some("s"));
    assert_eq!(asked.lock().unwrap().as_slice(), ["S"]);
    assert!(read(0o400, "https://example.com/").is_ok());
    let fault = read(0o640, "https://example.com/").unwrap_err();
    assert!(matches!(fault, SecretFault::OpenToOthers { mode: 0o640, .. }), "{fault:?}");
    assert!(no_secret(&fault).zh.contains("chmod 600"));
    assert!(matches!(read(0o600, " \n"), Err(SecretFault::Missing { .. })));
    for bad in ["http://example.com/", "http://localhost.example.com/", "https://a@b/", "x"] {
        assert!(matches!(read(0o600, bad), Err(SecretFault::NoAddress { .. })), "{bad}");
    }
}

fn news(event: ReviewEvent, level: Option<&str>, title: &str, detail: &str) -> Notice {
    Notice {
        topic: ChatTopic::Review,
        verdict: None,
        review: Some(ReviewNotice { event, level: level.map(str::to_owned) }),
        detail: detail.into(),
        file_name: String::new(),
        ..notice(title, Verdict::Accepted)
    }
}

#[test]
fn a_digest_tells_reviews_and_what_went_wrong_first() {
    let all = [
        news(ReviewEvent::Released, None, "好", ""),
        news(ReviewEvent::StillWaiting, Some("一审"), "", "3 件，由系部负责人办理，其中 1 件已超时"),
        news(ReviewEvent::Waiting, Some("二审"), "晨光", "宣传部"),
        news(ReviewEvent::Overdue, Some("三审"), "夜校", "分管校领导"),
        news(ReviewEvent::Returned, Some("二审"), "操场", "国旗挂反了 <@all>"),
        news(ReviewEvent::Withdrawn, None, "食堂", "出镜学生撤回同意"),
    ];
    let text = made(ChatKind::Feishu, None, &all, 0).body["content"]["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("津彩：审核消息 6 条\n"), "{text}");
    let lines = [
        "已下架 · 机械工程系 · 食堂 · 出镜学生撤回同意",
        "退回修改 · 机械工程系 · 操场 · 国旗挂反了",
        "待三审超时 · 机械工程系 · 夜校 · 分管校领导",
        "待一审 · 机械工程系 · 3 件，由系部负责人办理",
        "待二审 · 机械工程系 · 晨光 · 宣传部",
        "可发布 · 机械工程系 · 好",
    ];
    let places = lines.map(|line| text.find(line).unwrap_or_else(|| panic!("no {line} in {text}")));
    assert!(places[..3].is_sorted() && places[2] < places[3] && places[4] < places[5], "{text}");
    assert!(!text.contains("<@"), "{text}");
    let plain = made(ChatKind::Json, None, &all, 0).body;
    assert_eq!(
        (&plain["notices"][4]["review"], &plain["notices"][4]["verdict"]),
        (&"returned".into(), &serde_json::Value::Null)
    );
    // Beside works the head counts these.
    let both = [notice("晨光", Verdict::Accepted), all[0].clone()];
    let text = made(ChatKind::Feishu, None, &both, 0).body.to_string();
    assert!(text.contains("1 件作品有结果"), "{text}");
}

#[test]
fn a_department_hears_of_its_own_reviews_only_and_only_where_asked() {
    let (url, got) = server(vec![OK]);
    let chats = start(vec![
        robot(ChatKind::Wecom, &url, &[ChatTopic::Review], &["jixie"], 3600),
        robot(ChatKind::Wecom, &url, &[ChatTopic::Accepted], &[], 3600),
    ]);
    chats.tell(&news(ReviewEvent::Returned, Some("一审"), "甲", "改"));
    chats.tell(&Notice {
        department: Some("dianqi".into()),
        ..news(ReviewEvent::Returned, Some("一审"), "乙", "改")
    });
    chats.close(PATIENCE);
    let request = got.recv_timeout(PATIENCE).unwrap();
    assert!(request.contains("· 甲") && !request.contains("· 乙"), "{request}");
    assert!(got.try_recv().is_err());
}
