//! Checks `[review]` beyond its types.

use super::explain::did_you_mean;
use super::fault::{Fault, within};
use crate::model::language::Bilingual;
use crate::model::review::{CREDIT_PLACES, Distinct, Level, ReviewRules};
use crate::text::places;

/// Longest term, hours and days: a year and ten years.
const MOST_HOURS: f64 = 8760.0;
const MOST_DAYS: f64 = 3650.0;

/// Checks the rules of review; `targets` are the enabled ones, `ids` those of all presets.
pub(super) fn check(rules: &ReviewRules, targets: &[String], ids: &[&str]) -> Result<(), Fault> {
    if let Some(days) = rules.valid_days {
        within("review.valid_days", days.into(), 1.0, MOST_DAYS)?;
    }
    if let Some(hours) = rules.post_within_h {
        within("review.post_within_h", hours.into(), 1.0, MOST_HOURS)?;
    }
    for (index, level) in rules.level.iter().enumerate() {
        check_level(index, level, &rules.level[..index], ids)?;
    }
    every_target_is_reviewed(rules, targets)?;
    two_people(rules)?;
    items(rules)?;
    credit(rules)
}

fn check_level(index: usize, level: &Level, before: &[Level], ids: &[&str]) -> Result<(), Fault> {
    let at = |name: &str| format!("review.level.{index}.{name}");
    if level.name.trim().is_empty() || level.name.chars().any(char::is_control) {
        return Err(Fault::at(
            &at("name"),
            Bilingual::new("这一级审核没有名称", "this level has no name"),
            Bilingual::new("例如 name = \"一审\"", "such as name = \"一审\""),
        ));
    }
    if before.iter().any(|other| other.name == level.name) {
        return Err(Fault::at(
            &at("name"),
            Bilingual::new(
                format!("审核级别“{}”写了两次", level.name),
                format!("the level \"{}\" is listed twice", level.name),
            ),
            Bilingual::new("给它另一个名称", "give it another name"),
        ));
    }
    if let Some(place) = level.people.iter().position(|person| person.name.trim().is_empty()) {
        return Err(Fault::at(
            &at(&format!("people.{place}")),
            Bilingual::new("这里缺姓名", "a name is missing here"),
            Bilingual::new(
                "例如 people = [\"王芳\", { name = \"李明\", post = \"宣传部部长\" }]",
                "such as people = [\"王芳\", { name = \"李明\", post = \"宣传部部长\" }]",
            ),
        ));
    }
    if let Some((place, id)) = level.targets.iter().enumerate().find(|(_, id)| !ids.contains(&id.as_str())) {
        return Err(Fault::at(
            &at(&format!("targets.{place}")),
            Bilingual::new(format!("没有发布目标 `{id}`"), format!("there is no target `{id}`")),
            did_you_mean(id, ids),
        ));
    }
    level.within_h.map_or(Ok(()), |hours| within(&at("within_h"), hours.into(), 1.0, MOST_HOURS))
}

/// What no level is for would never be released.
fn every_target_is_reviewed(rules: &ReviewRules, targets: &[String]) -> Result<(), Fault> {
    let Some(target) = targets.iter().find(|target| rules.levels_of(target).next().is_none()) else {
        return Ok(());
    };
    let (zh, en) = match rules.level.is_empty() {
        true => (
            "没有设任何一级审核，作品永远不能发布".to_owned(),
            "there is no level: nothing could ever be posted".to_owned(),
        ),
        false => (
            format!("发布目标 `{target}` 没有任何一级审核，永远不能发布"),
            format!("no level is for the target `{target}`: nothing could ever be posted there"),
        ),
    };
    Err(Fault::at(
        "review.level",
        Bilingual::new(zh, en),
        Bilingual::new(
            "至少写一级：[[review.level]] name = \"审核\"；某一级的 targets 不写，就管所有发布目标",
            "write one at least: [[review.level]] name = \"审核\"; a level without `targets` is for all of them",
        ),
    ))
}

/// Two levels of one work that only one person could sign.
fn two_people(rules: &ReviewRules) -> Result<(), Fault> {
    let only = |level: &Level| match level.people.as_slice() {
        [person] => Some(person.name.clone()),
        _ => None,
    };
    for (index, level) in rules.level.iter().enumerate() {
        let Some(name) = only(level) else { continue };
        let clashes = |other: &&Level| {
            let both = match rules.distinct {
                Distinct::All => true,
                Distinct::PerKind => other.kind.iter().any(|kind| level.kind.contains(kind)),
            };
            let meet = level.targets.is_empty()
                || other.targets.is_empty()
                || level.targets.iter().any(|target| other.targets.contains(target));
            both && meet && only(other).as_ref() == Some(&name)
        };
        if let Some(other) = rules.level[..index].iter().find(clashes) {
            return Err(Fault::at(
                &format!("review.level.{index}.people"),
                Bilingual::new(
                    format!("“{}”和“{}”都只有{name}能签，同一件作品一个人不能签两级", other.name, level.name),
                    format!(
                        "only {name} may sign \"{}\" and \"{}\", but nobody signs two levels of one work",
                        other.name, level.name
                    ),
                ),
                Bilingual::new(
                    "给其中一级加人，或并成一级",
                    "add somebody to one of them, or make them one level",
                ),
            ));
        }
    }
    Ok(())
}

fn items(rules: &ReviewRules) -> Result<(), Fault> {
    for (index, item) in rules.item.iter().enumerate() {
        let is_key = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let twice = rules.item[..index].iter().any(|other| other.key == item.key);
        if item.key.is_empty() || !item.key.chars().all(is_key) || twice {
            return Err(Fault::at(
                &format!("review.item.{index}.key"),
                Bilingual::new(
                    format!("审核要点的 key“{}”为空、重复或含有标点", item.key),
                    format!("the item's key \"{}\" is empty, listed twice or holds punctuation", item.key),
                ),
                Bilingual::new("例如 key = \"consent\"", "such as key = \"consent\""),
            ));
        }
        if item.text.trim().is_empty() {
            return Err(Fault::at(
                &format!("review.item.{index}.text"),
                Bilingual::new("审核要点没有内容", "the item says nothing"),
                Bilingual::new("例如 text = \"出镜者同意使用肖像\"", "such as text = \"出镜者同意使用肖像\""),
            ));
        }
    }
    Ok(())
}

fn credit(rules: &ReviewRules) -> Result<(), Fault> {
    let is_level = |place: &str| place.parse::<usize>().is_ok_and(|number| (1..=9).contains(&number));
    let Some(odd) = places(&rules.credit).find(|place| !CREDIT_PLACES.contains(place) && !is_level(place))
    else {
        return Ok(());
    };
    let known = CREDIT_PLACES.map(|place| format!("{{{place}}}")).join(" ");
    Err(Fault::at(
        "review.credit",
        Bilingual::new(
            format!("署名行里没有 {{{odd}}} 这一项"),
            format!("the credit line has no place {{{odd}}}"),
        ),
        Bilingual::new(
            format!("可以用 {known}，以及 {{1}} {{2}} {{3}}（各级审核人）"),
            format!("it may hold {known}, and {{1}} {{2}} {{3}} for who signed each level"),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use crate::policy::presets::error::ReadError;
    use crate::policy::presets::read_config;

    fn problem(review: &str) -> Option<(usize, String)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jincai.toml");
        std::fs::write(&file, format!("targets = [\"douyin\", \"screen\"]\n{review}\n")).unwrap();
        match read_config(&file) {
            Ok(_) => None,
            Err(ReadError::Mistake(mistake)) => Some((mistake.line_column().0, mistake.problem.en.clone())),
            Err(other) => Some((0, other.to_string())),
        }
    }

    #[test]
    fn a_small_team_s_single_level_and_a_large_one_s_many_are_read() {
        for good in [
            "[[review.level]]\nname = \"审核\"",
            "[review]\ndistinct = \"per_kind\"\nvalid_days = 90\n[[review.level]]\nname = \"一审\"\nkind = [\"审\"]\n\
             people = [\"王芳\", { name = \"李明\", post = \"部长\" }]\n[[review.level]]\nname = \"一校\"\nkind = [\"校\"]\n\
             people = [\"王芳\"]\n[[review.level]]\nname = \"终审\"\ntargets = [\"screen\"]\nwithin_h = 24",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    #[test]
    fn each_mistake_is_shown_where_it_stands() {
        let level = |more: &str| format!("[[review.level]]\nname = \"一审\"\n{more}");
        for (bad, line, said) in [
            ("[review]\nlevel = []".to_owned(), 3, "no level"),
            (level("targets = [\"douyin\"]"), 2, "no level is for the target `screen`"),
            (level("targets = [\"douyn\"]"), 4, "no target"),
            (level("within_h = 0"), 4, "out of range"),
            (level("people = [\"\"]"), 4, "name is missing"),
            (level("[[review.level]]\nname = \"一审\""), 5, "listed twice"),
            (level("people = [\"甲\"]\n[[review.level]]\nname = \"二审\"\npeople = [\"甲\"]"), 7, "only 甲"),
            ("[review]\nvalid_days = 0".to_owned(), 3, "out of range"),
            ("[review]\ncredit = \"{who}\"".to_owned(), 3, "{who}"),
            ("[[review.item]]\nkey = \"a b\"\ntext = \"x\"".to_owned(), 3, "punctuation"),
            ("[[review.item]]\nkey = \"a\"\ntext = \" \"".to_owned(), 4, "says nothing"),
        ] {
            let found = problem(&bad).expect(&bad);
            assert!(found.0 == line && found.1.contains(said), "{bad}: {found:?}");
        }
        assert!(problem(&level("kind = [\"看\"]")).is_some());
        assert!(problem("[review]\nstrict = true").is_some());
    }
}
