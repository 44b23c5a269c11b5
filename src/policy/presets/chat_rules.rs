//! Checks each `[[chat]]` beyond its types.

use super::fault::{Fault, within};
use crate::model::config::{Chat, ChatKind};
use crate::model::language::{AnyPath, Bilingual};

/// Checks all `[[chat]]` tables.
pub(super) fn check(chats: &[Chat]) -> Result<(), Fault> {
    for (index, chat) in chats.iter().enumerate() {
        let at = |name: &str| format!("chat.{index}.{name}");
        one_source(&at("url_env"), chat.url_env.as_deref(), chat.url_file.as_ref(), true)?;
        one_source(&at("secret_env"), chat.secret_env.as_deref(), chat.secret_file.as_ref(), false)?;
        signed(&at("secret_env"), chat)?;
        topics(&at("on"), chat)?;
        within(&at("digest_s"), chat.digest_s as f64, 1.0, 3600.0)?;
    }
    Ok(())
}

/// Checks that a secret comes from one place, and that it was not itself written as the name of that place.
fn one_source(path: &str, env: Option<&str>, file: Option<&AnyPath>, needed: bool) -> Result<(), Fault> {
    if let Some(name) = env
        && !is_variable(name)
    {
        return Err(Fault::at(
            path,
            Bilingual::new("这不是环境变量的名字", "this is not the name of an environment variable"),
            Bilingual::new(
                "只写变量名，例如 \"JINCAI_CHAT_URL\"；地址和密钥不要写进配置文件",
                "write its name alone, such as \"JINCAI_CHAT_URL\"; addresses and secrets do not belong in this file",
            ),
        ));
    }
    if env.is_some() && file.is_some() || needed && env.is_none() && file.is_none() {
        return Err(Fault::at(
            path,
            if env.is_some() {
                Bilingual::new("环境变量和文件只能写一个", "name a variable or a file, one of them")
            } else {
                Bilingual::new(
                    "缺少机器人地址：在 url_env（环境变量名）和 url_file（文件）中选一个写",
                    "the robot's address is missing: name url_env or url_file, one of them",
                )
            },
            Bilingual::new(
                "例如 url_env = \"JINCAI_CHAT_URL\"，或 url_file = \"secrets/chat-url\"",
                "such as url_env = \"JINCAI_CHAT_URL\", or url_file = \"secrets/chat-url\"",
            ),
        ));
    }
    Ok(())
}

fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn signed(path: &str, chat: &Chat) -> Result<(), Fault> {
    let has_secret = chat.secret_env.is_some() || chat.secret_file.is_some();
    if !has_secret || matches!(chat.kind, ChatKind::Dingtalk | ChatKind::Feishu) {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new(
            "只有钉钉和飞书的机器人用密钥签名",
            "only DingTalk and Feishu robots sign with a secret",
        ),
        Bilingual::new("删掉 secret_env 和 secret_file", "remove secret_env and secret_file"),
    ))
}

fn topics(path: &str, chat: &Chat) -> Result<(), Fault> {
    let twice = chat.on.iter().enumerate().any(|(index, topic)| chat.on[..index].contains(topic));
    if !chat.on.is_empty() && !twice {
        return Ok(());
    }
    Err(Fault::at(
        path,
        Bilingual::new("至少写一种消息，每种只写一次", "name at least one kind of message, each once"),
        Bilingual::new(
            "例如 on = [\"accepted\", \"rejected\", \"failed\", \"review\", \"alarm\"]",
            "such as on = [\"accepted\", \"rejected\", \"failed\", \"review\", \"alarm\"]",
        ),
    ))
}

#[cfg(test)]
mod tests {
    use crate::policy::presets::error::ReadError;

    fn problem(chat: &str) -> Option<(usize, String)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jincai.toml");
        std::fs::write(&file, format!("college = \"a\"\n[[chat]]\n{chat}\n")).unwrap();
        match crate::policy::presets::read_config(&file) {
            Ok(config) => {
                assert!(config.chat[0].url_file.as_ref().is_none_or(|file| file.as_path().is_absolute()));
                None
            }
            Err(ReadError::Mistake(mistake)) => Some((mistake.line_column().0, mistake.problem.en.clone())),
            Err(other) => Some((0, other.to_string())),
        }
    }

    #[test]
    fn each_mistake_is_shown_where_it_stands() {
        for good in [
            "kind = \"wecom\"\nurl_env = \"A_1\"",
            "kind = \"feishu\"\nurl_file = \"u\"\nsecret_file = \"s\"\non = [\"alarm\"]\ndepartments = [\"a\"]",
        ] {
            assert_eq!(problem(good), None);
        }
        for (bad, line, said) in [
            ("kind = \"wecom\"\nurl_env = \"https://example.com/?key=1\"", 4, "not the name"),
            ("kind = \"wecom\"\nurl_env = \"A\"\nurl_file = \"b\"", 4, "one of them"),
            ("kind = \"wecom\"", 2, "one of them"),
            ("kind = \"wecom\"\nurl_env = \"A\"\nsecret_env = \"B\"", 5, "DingTalk and Feishu"),
            ("kind = \"wecom\"\nurl_env = \"A\"\non = []", 5, "at least one"),
            ("kind = \"wecom\"\nurl_env = \"A\"\ndigest_s = 0", 5, "out of range"),
        ] {
            let found = problem(bad).expect(bad);
            assert!(found.0 == line && found.1.contains(said), "{bad}: {found:?}");
        }
        assert!(problem("kind = \"qq\"\nurl_env = \"A\"").is_some());
        assert!(problem("kind = \"wecom\"\nurl = \"https://example.com\"").is_some());
    }
}
