//! `jincai service`: a systemd unit for the watch service, with the steps around it as comments.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::files;
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::present::messages::{agent as agent_words, service as words};

const WATCH: &str = include_str!("service/watch.service");
const PLAYOUT: &str = include_str!("service/playout.service");
const SCREEN: &str = include_str!("service/screen.service");

/// Stands for a server that is not known yet.
const SOME_SERVER: &str = "http://SERVER:8720";

/// Which service a unit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Watch,
    /// `jincai playout serve`.
    Playout,
}

/// Seconds that the last messages and manifests get after `watch.stop_grace_s`, which running works get.
const AFTER_GRACE_S: f64 = 30.0;

/// Returns the text of a whole unit file, with the steps for people as comments. `file` is the configuration's.
pub fn unit(kind: Unit, config: &Config, file: Option<&Path>, lang: Lang) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/local/bin/jincai"));
    let configuration = absolute(file.unwrap_or(Path::new("jincai.toml")));
    let (inbox, library) = (absolute(config.inbox.as_path()), absolute(config.library.as_path()));
    let folder = configuration.parent().unwrap_or(Path::new("/")).to_owned();
    let user = owner(&library).or_else(|| owner(&folder)).unwrap_or_else(|| "jincai".to_owned());
    let stop = (config.watch.stop_grace_s + AFTER_GRACE_S).ceil() as u64;
    let text = if kind == Unit::Watch { WATCH } else { PLAYOUT };
    let filled = text
        .replace("@PROGRAM@", &quoted(&program, true))
        .replace("@CONFIG@", &quoted(&configuration, true))
        .replace("@INBOX@", &quoted(&inbox, false))
        .replace("@LIBRARY@", &quoted(&library, false))
        .replace("@FOLDER@", &bare(&folder))
        .replace("@USER@", &user)
        .replace("@STOP@", &stop.to_string());
    let (head, tail) = match kind {
        Unit::Watch => (words::before_unit(user == "root"), words::for_windows(&inbox)),
        Unit::Playout => (words::before_playout(), words::for_screens()),
    };
    format!("{}\n{filled}\n{}", comment(head.get(lang)), comment(tail.get(lang)))
}

/// Returns the unit of a screen's own machine, with what else such a machine needs as comments.
pub fn screen_unit(server: Option<&str>, lang: Lang) -> String {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/local/bin/jincai"));
    let filled = SCREEN
        .replace("@PROGRAM@", &quoted(&program, true))
        .replace("@SERVER@", &quoted(Path::new(server.unwrap_or(SOME_SERVER)), true));
    let (head, tail) = (agent_words::before_unit(), agent_words::after_unit());
    format!("{}\n{filled}\n{}", comment(head.get(lang)), comment(tail.get(lang)))
}

fn comment(text: &str) -> String {
    text.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

/// Quotes a path as one word of a unit file (systemd.syntax(7)): in double quotes, `%` doubled; in command lines `$` too.
fn quoted(path: &Path, command: bool) -> String {
    let mut text = bare(path).replace('\\', "\\\\").replace('"', "\\\"");
    if command {
        text = text.replace('$', "$$");
    }
    format!("\"{text}\"")
}

/// Escapes a path that is a whole value.
fn bare(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%%")
}

/// Returns the name of the user who owns a folder.
fn owner(folder: &Path) -> Option<String> {
    let uid = fs::metadata(folder).ok()?.uid().to_string();
    let users = files::read_system(Path::new("/etc/passwd")).ok()?;
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        (id == uid).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_comment_a_section_or_a_setting_and_nothing_is_left_to_fill() {
        let config = Config { inbox: "/srv/投稿 箱 100%".into(), ..Config::default() };
        let both = [Lang::Zh, Lang::En];
        let kinds = [Some(Unit::Watch), Some(Unit::Playout), None];
        for (kind, lang) in kinds.into_iter().flat_map(|kind| both.map(|lang| (kind, lang))) {
            let unit = match kind {
                Some(kind) => unit(kind, &config, Some(Path::new("/etc/jincai/jincai.toml")), lang),
                None => screen_unit(Some("http://10.0.0.2:8720"), lang),
            };
            for line in unit.lines().filter(|line| !line.is_empty()) {
                let is_setting =
                    line.split_once('=').is_some_and(|(key, _)| key.chars().all(char::is_alphanumeric));
                assert!(line.starts_with(['#', '[']) || is_setting, "{line}");
                let places = ["@INBOX", "@USER", "@SERVER", "@PROGRAM"];
                assert!(places.iter().all(|place| !line.contains(place)), "{line}");
            }
            assert!(unit.contains("systemctl"), "{unit}");
            if kind.is_none() {
                assert!(unit.contains("screen --server \"http://10.0.0.2:8720\" --kiosk\n"), "{unit}");
            }
            if kind == Some(Unit::Watch) {
                assert!(unit.contains("ReadWritePaths=\"/srv/投稿 箱 100%%\" "), "{unit}");
                assert!(unit.contains("\\\\"), "{unit}");
            }
        }
    }
}
