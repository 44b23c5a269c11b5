//! Checks `[statistics]`, `[[duty]]` and `[[award]]` beyond their types.

use super::dates::date_at;
use super::fault::{Fault, within};
use crate::model::config::Config;
use crate::model::language::Bilingual;

const MOST_POINTS: f64 = 100_000.0;

pub(super) fn check(config: &Config) -> Result<(), Fault> {
    let points = config.statistics.points.all();
    for (key, value) in points {
        within(&format!("statistics.points.{key}"), value, 0.0, MOST_POINTS)?;
    }
    if points.iter().all(|(_, value)| *value == 0.0) {
        return Err(Fault::at(
            "statistics.points",
            Bilingual::new("每项都是 0 分，排不出名次", "everything gives 0 points: that is no league table"),
            Bilingual::new(
                "至少给一项写大于 0 的分值，例如 likes = 0.7",
                "give points for something, such as likes = 0.7",
            ),
        ));
    }
    for (index, duty) in config.duty.iter().enumerate() {
        season(config, &format!("duty.{index}.season"), &duty.season)?;
        date_at(&format!("duty.{index}.date"), &duty.date)?;
    }
    for (index, award) in config.award.iter().enumerate() {
        season(config, &format!("award.{index}.season"), &award.season)?;
        if award.work.is_some() == award.department.is_some() {
            return Err(Fault::at(
                &format!("award.{index}"),
                Bilingual::new(
                    "奖项要么写 work，要么写 department",
                    "an award is a work's or a department's",
                ),
                Bilingual::new(
                    "写作品编号 work = \"…\"，或者系部 department = \"…\"",
                    "write work = \"…\" with a work's id, or department = \"…\"",
                ),
            ));
        }
    }
    Ok(())
}

fn season(config: &Config, path: &str, id: &str) -> Result<(), Fault> {
    if config.seasons.iter().any(|season| season.id == id) {
        return Ok(());
    }
    let known: Vec<&str> = config.seasons.iter().map(|season| season.id.as_str()).collect();
    Err(Fault::at(
        path,
        Bilingual::new(format!("没有赛季“{id}”"), format!("there is no season \"{id}\"")),
        Bilingual::new(
            format!("[[seasons]] 里有：{}", known.join("、")),
            format!("[[seasons]] has: {}", known.join(", ")),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use crate::policy::presets::{ReadError, read_config};

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let season = "[[seasons]]\nid = \"s\"\nname = \"s\"\nfrom = \"2026-10-01\"\nto = \"2026-12-31\"\n";
        for (text, line) in [
            ("[statistics.points]\nlike = 1\n".to_owned(), 2),
            ("[statistics.points]\nviews = 1\nlikes = -1\n".to_owned(), 3),
            ("[statistics.points]\nlikes = 0\nshares = 0\ncomments = 0\n".to_owned(), 1),
            ("[statistics]\ncount = \"mean\"\n".to_owned(), 2),
            (format!("{season}[[duty]]\nseason = \"t\"\nkind = \"plan\"\ndate = \"2026-10-08\"\n"), 7),
            (format!("{season}[[duty]]\nseason = \"s\"\nkind = \"party\"\ndate = \"2026-10-08\"\n"), 8),
            (format!("{season}[[duty]]\nseason = \"s\"\nkind = \"plan\"\ndate = \"2026-13-08\"\n"), 9),
            (format!("{season}[[award]]\nseason = \"s\"\nname = \"一等奖\"\n"), 6),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("jincai.toml");
            std::fs::write(&file, &text).unwrap();
            let found = match read_config(&file) {
                Err(ReadError::Mistake(mistake)) => mistake.line_column().0,
                other => panic!("{text}: {other:?}"),
            };
            assert_eq!(found, line, "{text}");
        }
    }
}
