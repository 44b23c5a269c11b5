//! Checks `[playout]`, `[[playlist]]`, `[[block]]` and `[[screen]]` beyond their types.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::explain::did_you_mean;
use super::fault::{Fault, within};
use crate::model::config::Config;
use crate::model::language::Bilingual;
use crate::model::playout::{Block, Hours, Playlist, ScreenConfig, TimeOfDay, Weekdays};
use crate::model::preset::TargetKind;

/// An id of a preset, and what it is for.
pub(super) type Target<'a> = (&'a str, TargetKind);

/// Largest share of a department against another's.
const MOST_SHARE: f64 = 100.0;

pub(super) fn check(config: &Config, presets: &[Target<'_>]) -> Result<(), Fault> {
    let rules = &config.playout;
    if TimeZone::get(&rules.zone).is_err() {
        return Err(Fault::at(
            "playout.zone",
            Bilingual::new(
                format!("没有时区“{}”", rules.zone),
                format!("there is no time zone \"{}\"", rules.zone),
            ),
            Bilingual::new("例如 zone = \"Asia/Shanghai\"", "such as zone = \"Asia/Shanghai\""),
        ));
    }
    within("playout.offline_days", rules.offline_days.into(), 1.0, 30.0)?;
    let screens: Vec<&str> = config.screen.iter().map(|screen| screen.id.as_str()).collect();
    let playlists: Vec<&str> = config.playlist.iter().map(|playlist| playlist.id.as_str()).collect();
    for (index, hours) in rules.hours.iter().enumerate() {
        check_hours(&format!("playout.hours.{index}"), hours, &screens)?;
    }
    for (index, day) in rules.days.iter().enumerate() {
        let at = |key: &str| format!("playout.days.{index}.{key}");
        date(&at("date"), Some(&day.date))?;
        if day.like != "closed" && Weekdays::parse_one(&day.like).is_none() {
            return Err(unlike(&at("like"), &day.like, "closed, mon, tue, wed, thu, fri, sat, sun"));
        }
        if rules.days[..index].iter().any(|other| other.date == day.date) {
            return Err(twice(&at("date"), &day.date));
        }
    }
    for (index, valid) in rules.valid.iter().enumerate() {
        dates(&format!("playout.valid.{index}"), ("from", &valid.from), ("to", &valid.to))?;
    }
    if let Some(looped) = &rules.looped {
        known("playout.loop", looped, &playlists)?;
    }
    for (index, playlist) in config.playlist.iter().enumerate() {
        check_playlist(index, playlist, config)?;
    }
    for (index, block) in config.block.iter().enumerate() {
        check_block(&format!("block.{index}"), block, (&screens, &playlists))?;
    }
    for (index, screen) in config.screen.iter().enumerate() {
        check_screen(index, screen, (config, presets, &playlists))?;
    }
    Ok(())
}

fn check_hours(at: &str, hours: &Hours, screens: &[&str]) -> Result<(), Fault> {
    dates(at, ("from", &hours.from), ("to", &hours.to))?;
    weekdays(&format!("{at}.days"), &hours.days)?;
    time(&format!("{at}.open"), &hours.open)?;
    time(&format!("{at}.close"), &hours.close)?;
    all_known(&format!("{at}.screens"), &hours.screens, screens)
}

fn check_playlist(index: usize, playlist: &Playlist, config: &Config) -> Result<(), Fault> {
    let at = |key: &str| format!("playlist.{index}.{key}");
    new_id(&at("id"), &playlist.id, config.playlist[..index].iter().map(|other| other.id.as_str()))?;
    within(&at("gap_min"), playlist.gap_min, 0.0, 24.0 * 60.0)?;
    within(&at("poster_every"), playlist.poster_every.into(), 0.0, 1000.0)?;
    within(&at("poster_s"), playlist.poster_s, 5.0, 20.0)?;
    for (department, share) in &playlist.share {
        if !(share.is_finite() && *share > 0.0 && *share <= MOST_SHARE) {
            return Err(Fault::under(
                &["playlist", &index.to_string(), "share", department],
                Bilingual::new("份额要大于 0，不超过 100", "a share is more than 0 and at most 100"),
                Bilingual::new("例如 2.0 是别人的两倍", "such as 2.0, twice as much as the others"),
            ));
        }
    }
    let seasons: Vec<&str> =
        config.seasons.iter().map(|season| season.id.as_str()).chain(["current"]).collect();
    match &playlist.works.season {
        Some(season) => known(&at("works.season"), season, &seasons),
        None => Ok(()),
    }
}

fn check_block(at: &str, block: &Block, (screens, playlists): (&[&str], &[&str])) -> Result<(), Fault> {
    all_known(&format!("{at}.screens"), &block.screens, screens)?;
    weekdays(&format!("{at}.days"), &block.days)?;
    time(&format!("{at}.from"), &block.from)?;
    time(&format!("{at}.to"), &block.to)?;
    dates(at, ("first", &block.first), ("last", &block.last))?;
    known(&format!("{at}.playlist"), &block.playlist, playlists)
}

fn check_screen(
    index: usize,
    screen: &ScreenConfig,
    (config, presets, playlists): (&Config, &[Target<'_>], &[&str]),
) -> Result<(), Fault> {
    let at = |key: &str| format!("screen.{index}.{key}");
    new_id(&at("id"), &screen.id, config.screen[..index].iter().map(|other| other.id.as_str()))?;
    let shows = |kind: &TargetKind| *kind == TargetKind::Screen;
    let targets: Vec<&str> = presets.iter().filter(|(_, kind)| shows(kind)).map(|(id, _)| *id).collect();
    known(&at("target"), &screen.target, &targets)?;
    if !config.targets.contains(&screen.target) {
        return Err(Fault::at(
            &at("target"),
            Bilingual::new(
                format!("`{}` 没有启用，不会给它做成片", screen.target),
                format!("`{}` is not enabled: nothing is made for it", screen.target),
            ),
            Bilingual::new("把它加进 targets", "add it to `targets`"),
        ));
    }
    if let Some(looped) = &screen.looped {
        known(&at("loop"), looped, playlists)?;
    }
    let Some(twin) = &screen.twin_of else { return Ok(()) };
    let others: Vec<&str> =
        config.screen.iter().map(|other| other.id.as_str()).filter(|id| *id != screen.id).collect();
    known(&at("twin_of"), twin, &others)?;
    let other = config.screen.iter().find(|other| other.id == *twin);
    match other.is_some_and(|other| other.twin_of.is_none() && other.target == screen.target) {
        true => Ok(()),
        false => Err(Fault::at(
            &at("twin_of"),
            Bilingual::new(
                "同步的屏幕要用同一个发布目标，而且对方自己不能再跟随别的屏幕",
                "a twin has the same target, and the other one is nobody's twin itself",
            ),
            Bilingual::new(
                "写主屏幕的 id，两块屏幕的 target 写成一样",
                "name the main screen, with the same `target`",
            ),
        )),
    }
}

fn new_id<'a>(at: &str, id: &str, mut before: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 40 || !id.chars().all(is_plain) {
        return Err(Fault::at(
            at,
            Bilingual::new(
                format!("“{id}”不能作 id：只用小写字母、数字和连字符"),
                format!("\"{id}\" is no id: use lower-case letters, digits and hyphens"),
            ),
            Bilingual::new(
                "例如 id = \"canteen\"，中文名写在 name 里",
                "such as id = \"canteen\"; `name` is what people read",
            ),
        ));
    }
    match before.any(|other| other == id) {
        true => Err(twice(at, id)),
        false => Ok(()),
    }
}

fn twice(at: &str, what: &str) -> Fault {
    Fault::at(
        at,
        Bilingual::new(format!("“{what}”写了两次"), format!("\"{what}\" is listed twice")),
        Bilingual::new("留一个", "keep one"),
    )
}

fn unlike(at: &str, given: &str, known: &str) -> Fault {
    Fault::at(
        at,
        Bilingual::new(format!("“{given}”看不懂"), format!("\"{given}\" is not understood")),
        Bilingual::new(format!("可以写：{known}"), format!("it may be: {known}")),
    )
}

fn known(at: &str, id: &str, all: &[&str]) -> Result<(), Fault> {
    match all.contains(&id) {
        true => Ok(()),
        false => Err(Fault::at(
            at,
            Bilingual::new(format!("没有“{id}”"), format!("there is no \"{id}\"")),
            did_you_mean(id, all),
        )),
    }
}

fn all_known(at: &str, ids: &[String], all: &[&str]) -> Result<(), Fault> {
    ids.iter().enumerate().try_for_each(|(place, id)| known(&format!("{at}.{place}"), id, all))
}

fn weekdays(at: &str, text: &str) -> Result<(), Fault> {
    match Weekdays::parse(text) {
        Some(_) => Ok(()),
        None => Err(unlike(at, text, "daily, mon-fri, sat,sun")),
    }
}

fn time(at: &str, text: &str) -> Result<(), Fault> {
    match TimeOfDay::parse(text) {
        Some(_) => Ok(()),
        None => Err(unlike(at, text, "08:00 … 24:00")),
    }
}

fn date(at: &str, text: Option<&str>) -> Result<Option<Date>, Fault> {
    text.map(|text| text.parse().map_err(|_| unlike(at, text, "2026-11-30"))).transpose()
}

fn dates(at: &str, from: (&str, &Option<String>), to: (&str, &Option<String>)) -> Result<(), Fault> {
    let one = |(key, text): (&str, &Option<String>)| date(&format!("{at}.{key}"), text.as_deref());
    let (begin, end) = (one(from)?, one(to)?);
    match begin.zip(end).is_some_and(|(begin, end)| end < begin) {
        true => Err(Fault::at(
            &format!("{at}.{}", to.0),
            Bilingual::new("结束日期早于开始日期", "the last date is before the first"),
            Bilingual::new("改正其中一个日期", "correct one of them"),
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::presets::error::ReadError;
    use crate::policy::presets::read_config;

    fn problem(text: &str) -> Option<(usize, String)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jincai.toml");
        std::fs::write(&file, format!("targets = [\"douyin\", \"screen\", \"led-wall\"]\n{text}\n")).unwrap();
        match read_config(&file) {
            Ok(_) => None,
            Err(ReadError::Mistake(mistake)) => Some((mistake.line_column().0, mistake.problem.en.clone())),
            Err(other) => Some((0, other.to_string())),
        }
    }

    const SCREEN: &str = "[[screen]]\nid = \"canteen\"\nname = \"食堂\"\ntarget = \"screen\"\n";

    #[test]
    fn a_whole_programme_is_read() {
        let text = "[playout]\nloop = \"season\"\n\
             [[playout.hours]]\nfrom = \"2026-10-01\"\nto = \"2027-05-01\"\ndays = \"mon-fri\"\nopen = \"08:00\"\nclose = \"17:30\"\n\
             [[playout.days]]\ndate = \"2026-10-10\"\nlike = \"fri\"\n[[playout.days]]\ndate = \"2026-10-01\"\nlike = \"closed\"\n\
             [[playout.valid]]\nworks = [\"3f9c2a71\"]\nto = \"2026-12-31\"\n\
             [[playlist]]\nid = \"season\"\nworks = { season = \"current\", newest = 40 }\nshare = { \"艺术设计系\" = 2.0 }\n\
             [[block]]\nscreens = [\"canteen\"]\ndays = \"mon-fri\"\nfrom = \"11:00\"\nto = \"13:30\"\nplaylist = \"season\"\n";
        let twin =
            "[[screen]]\nid = \"canteen-2\"\nname = \"二食堂\"\ntarget = \"screen\"\ntwin_of = \"canteen\"\n";
        assert_eq!(problem(&format!("{text}{SCREEN}{twin}")), None);
    }

    #[test]
    fn each_mistake_is_shown_where_it_stands() {
        let block = |more: &str| {
            format!(
                "[[playlist]]\nid = \"a\"\n[[block]]\nfrom = \"11:00\"\nto = \"13:00\"\nplaylist = \"a\"\n{more}"
            )
        };
        for (bad, line, said) in [
            ("[playout]\nzone = \"Asia/Tianjing\"".to_owned(), 3, "no time zone"),
            ("[playout]\noffline_days = 0".to_owned(), 3, "out of range"),
            ("[playout]\nloop = \"x\"".to_owned(), 3, "there is no \"x\""),
            ("[[playout.hours]]\nopen = \"8\"\nclose = \"17:30\"".to_owned(), 3, "not understood"),
            ("[[playout.days]]\ndate = \"2026-10-32\"\nlike = \"fri\"".to_owned(), 3, "not understood"),
            ("[[playout.days]]\ndate = \"2026-10-31\"\nlike = \"open\"".to_owned(), 4, "not understood"),
            ("[[playlist]]\nid = \"季\"".to_owned(), 3, "no id"),
            ("[[playlist]]\nid = \"a\"\nposter_s = 60".to_owned(), 4, "out of range"),
            ("[[playlist]]\nid = \"a\"\nshare = { \"x\" = 0 }".to_owned(), 4, "a share"),
            ("[[playlist]]\nid = \"a\"\nworks = { season = \"x\" }".to_owned(), 4, "there is no \"x\""),
            (block("screens = [\"x\"]"), 8, "there is no \"x\""),
            (block("days = \"weekend\""), 8, "not understood"),
            (block("first = \"2026-12-02\"\nlast = \"2026-12-01\""), 9, "before the first"),
            ("[[screen]]\nid = \"a\"\ntarget = \"douyin\"".to_owned(), 4, "there is no \"douyin\""),
            ("[[screen]]\nid = \"a\"\ntarget = \"screen-portrait\"".to_owned(), 4, "not enabled"),
            (format!("{SCREEN}twin_of = \"b\""), 6, "there is no \"b\""),
            (format!("{SCREEN}[[screen]]\nid = \"canteen\"\ntarget = \"screen\""), 7, "listed twice"),
        ] {
            let found = problem(&bad).expect(&bad);
            assert!(found.0 == line && found.1.contains(said), "{bad}: {found:?}");
        }
        let other = "[[screen]]\nid = \"b\"\ntarget = \"led-wall\"\ntwin_of = \"canteen\"";
        assert!(problem(&format!("{SCREEN}{other}")).unwrap().1.contains("same target"));
        assert!(problem("[playout]\nstrict = true").is_some());
    }
}
