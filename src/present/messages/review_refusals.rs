//! Why something in review was not done, and what to do.

use crate::model::language::{Bilingual, Lang};
use crate::model::review_refusal::Refusal;
use crate::model::units::{exact_time, long_time};
use crate::text::Visible;

/// Digits of a digest that people compare.
pub const SHOWN_DIGITS: usize = 12;

/// Returns what happened and what to do.
pub fn refusal(refusal: &Refusal) -> (Bilingual, Option<Bilingual>) {
    let hint = |zh: &str, en: &str| Some(Bilingual::new(zh, en));
    let seen = |text: &str| Visible::of(text).to_string();
    match refusal {
        Refusal::NoSuchWork { given } => (
            Bilingual::new(
                format!("没有编号或标题是“{}”的作品", seen(given)),
                format!("no work has the id or title \"{}\"", seen(given)),
            ),
            hint(
                "jincai review 列出在审的作品和编号；清单 manifest.xlsx 里有全部编号",
                "`jincai review` lists works with their ids; manifest.xlsx has all of them",
            ),
        ),
        Refusal::WorkAmbiguous { given, works } => {
            let list: Vec<String> =
                works.iter().map(|(id, title)| format!("  {id}  {}", Visible::of(title))).collect();
            (
                Bilingual::new(
                    format!("“{}”可能是几件作品：\n{}", seen(given), list.join("\n")),
                    format!("\"{}\" may be one of several works:\n{}", seen(given), list.join("\n")),
                ),
                hint("请写编号", "name one by its id"),
            )
        }
        Refusal::NothingToReview { title, draft: true } => (
            Bilingual::new(
                format!("《{}》只有小样，不能审核", seen(title)),
                format!("of \"{}\" there is only a draft, which is not reviewed", seen(title)),
            ),
            hint("先正式制作：jincai run（不加 --draft）", "make it first: jincai run, without --draft"),
        ),
        Refusal::NothingToReview { title, draft: false } => (
            Bilingual::new(
                format!("《{}》没有成片可审", seen(title)),
                format!("nothing was made of \"{}\" that could be reviewed", seen(title)),
            ),
            hint("原因见投稿箱里文件旁边的结果", "the report beside the file says why"),
        ),
        Refusal::NoSuchLevel { given, levels } => (
            Bilingual::new(
                format!("没有审核级别“{}”", seen(given)),
                format!("there is no level \"{}\"", seen(given)),
            ),
            Some(Bilingual::new(
                format!("jincai.toml 里设了：{}", joined(levels, Lang::Zh)),
                format!("jincai.toml has: {}", joined(levels, Lang::En)),
            )),
        ),
        Refusal::NoSuchTarget { given, targets } => (
            Bilingual::new(
                format!("这件作品没有发布目标“{}”", seen(given)),
                format!("the work has no target \"{}\"", seen(given)),
            ),
            Some(Bilingual::new(
                format!("它有：{}", joined(targets, Lang::Zh)),
                format!("it has: {}", joined(targets, Lang::En)),
            )),
        ),
        Refusal::NotThisLevel { title, level, waits_for: Some(waits) } => (
            Bilingual::new(
                format!("《{}》现在等的是{}，不是{}", seen(title), seen(waits), seen(level)),
                format!("\"{}\" waits for {}, not for {}", seen(title), seen(waits), seen(level)),
            ),
            hint("请按级别的先后签字", "levels sign in their order"),
        ),
        Refusal::NotThisLevel { title, level, waits_for: None } => (
            Bilingual::new(
                format!("《{}》没有内容在等{}：已经签过了", seen(title), seen(level)),
                format!("nothing of \"{}\" waits for {}: it was signed already", seen(title), seen(level)),
            ),
            hint(
                "jincai review show 作品 查看现状；要撤下已通过的作品，用 jincai withdraw",
                "`jincai review show WORK` shows where it stands; to take back a released work use `jincai withdraw`",
            ),
        ),
        Refusal::IsReturned { title, by, at, reason } => (
            Bilingual::new(
                format!("《{}》已由{}退回（{}）：{}", seen(title), seen(by), minute(at), seen(reason)),
                format!(
                    "\"{}\" was returned by {} ({}): {}",
                    seen(title),
                    seen(by),
                    minute(at),
                    seen(reason)
                ),
            ),
            hint(
                "等部门改好重新投稿；退错了，由退回的人运行 jincai review undo 作品 --by 姓名",
                "wait for a new revision; if it was a mistake, who returned it runs `jincai review undo WORK --by NAME`",
            ),
        ),
        Refusal::IsWithdrawn { title, reason } => (
            Bilingual::new(
                format!("《{}》已下架：{}", seen(title), seen(reason)),
                format!("\"{}\" is withdrawn: {}", seen(title), seen(reason)),
            ),
            hint(
                "要重新审核：jincai restore 作品 --by 姓名 --reason 原因",
                "to review it anew: jincai restore WORK --by NAME --reason TEXT",
            ),
        ),
        Refusal::NotWithdrawn { title } => (
            Bilingual::new(
                format!("《{}》没有下架，不用恢复", seen(title)),
                format!("\"{}\" is not withdrawn", seen(title)),
            ),
            None,
        ),
        Refusal::NoName => (
            Bilingual::new("没有写是谁", "nobody is named"),
            hint("--by 后面写姓名", "write a name behind --by"),
        ),
        Refusal::NotListed { name, level, people } => (
            Bilingual::new(
                format!("{}不在{}的名单里", seen(name), seen(level)),
                format!("{} is none of those who sign {}", seen(name), seen(level)),
            ),
            Some(Bilingual::new(
                format!(
                    "名单：{}。代签请写 --on-behalf-of 名单里的人；换人请改 jincai.toml 的 people",
                    joined(people, Lang::Zh)
                ),
                format!(
                    "they are: {}. To sign for one of them: --on-behalf-of NAME; to change them: `people` in jincai.toml",
                    joined(people, Lang::En)
                ),
            )),
        ),
        Refusal::IsAuthor { name, title } => (
            Bilingual::new(
                format!("{}是《{}》的作者，不能审自己的作品", seen(name), seen(title)),
                format!("{} is an author of \"{}\" and does not review it", seen(name), seen(title)),
            ),
            hint("请另一位审核人签字", "let somebody else sign"),
        ),
        Refusal::SignedAlready { name, level } => (
            Bilingual::new(
                format!("{}已经签了{}，同一件作品不能再签另一级", seen(name), seen(level)),
                format!(
                    "{} signed {} already; another level of the same work needs somebody else",
                    seen(name),
                    seen(level)
                ),
            ),
            hint(
                "请另一位审核人签字；规则见 jincai.toml 的 [review] distinct",
                "let somebody else sign; the rule is `distinct` under [review] in jincai.toml",
            ),
        ),
        Refusal::SubjectChanged { title, seen: before, now, changed } => {
            let before = if before.is_empty() { "—".to_owned() } else { short(before) };
            let (zh, en) = match changed.is_empty() {
                true => (String::new(), String::new()),
                false => (
                    format!("，变了：{}", joined(changed, Lang::Zh)),
                    format!("; what changed: {}", joined(changed, Lang::En)),
                ),
            };
            (
                Bilingual::new(
                    format!(
                        "《{}》在你看过以后变了（看到的是 {before}，现在是 {}）{zh}，没有签字",
                        seen(title),
                        short(now)
                    ),
                    format!(
                        "\"{}\" changed after it was seen ({before}, now {}){en}; nothing was signed",
                        seen(title),
                        short(now)
                    ),
                ),
                hint("请重新看一遍：jincai review show 作品", "look again: jincai review show WORK"),
            )
        }
        Refusal::FileChanged { file } => (
            Bilingual::new(
                format!("作品库里的 {} 和制作时不一样了", seen(file)),
                format!("{} in the library is not as it was made", seen(file)),
            ),
            hint(
                "不要手工改作品库里的文件：文案请写进 作品.toml；运行 jincai verify 核对，再运行 jincai run",
                "files of the library are not edited by hand: texts go into NAME.toml; run `jincai verify`, then `jincai run`",
            ),
        ),
        Refusal::FileUnreadable { file, detail } => (
            Bilingual::new(
                format!("作品库里的 {} 读不了（{}）", seen(file), seen(detail)),
                format!("{} in the library cannot be read ({})", seen(file), seen(detail)),
            ),
            hint(
                "运行 jincai verify 核对，再运行 jincai run 补做",
                "run `jincai verify`, then `jincai run` to make it again",
            ),
        ),
        Refusal::NoSuchItem { given, keys } => (
            Bilingual::new(
                format!("审核要点里没有“{}”", seen(given)),
                format!("the checklist has no item \"{}\"", seen(given)),
            ),
            Some(Bilingual::new(
                format!("有：{}", joined(keys, Lang::Zh)),
                format!("it has: {}", joined(keys, Lang::En)),
            )),
        ),
        Refusal::NoSuchAnswer { given } => (
            Bilingual::new(format!("看不懂“{}”", seen(given)), format!("\"{}\" is no answer", seen(given))),
            hint(
                "写 要点=是、否 或 不涉及，例如 --check consent=是",
                "write ITEM=yes, no or n/a, such as --check consent=yes",
            ),
        ),
        Refusal::ItemsUnanswered { items } => (
            Bilingual::new(
                format!("审核要点还没有填完：{}", joined(items, Lang::Zh)),
                format!("the checklist is not complete: {}", joined(items, Lang::En)),
            ),
            hint("逐条写 --check 要点=是、否 或 不涉及", "answer each with --check ITEM=yes, no or n/a"),
        ),
        Refusal::NoWithoutNote { items } => (
            Bilingual::new(
                format!("填了“否”，还要说明：{}", joined(items, Lang::Zh)),
                format!("answered with no, which needs a word: {}", joined(items, Lang::En)),
            ),
            hint("用 --note 写明情况；有问题的作品请退回", "explain it with --note, or return the work"),
        ),
        Refusal::NoReason => (
            Bilingual::new("没有写内容", "nothing was written"),
            hint("原因或意见不能空着", "a reason or comment cannot be empty"),
        ),
        Refusal::NothingToUndo { name, title } => (
            Bilingual::new(
                format!("{}对《{}》没有可以撤回的意见", seen(name), seen(title)),
                format!("{} has no decision on \"{}\" to take back", seen(name), seen(title)),
            ),
            None,
        ),
        Refusal::TooLateToUndo { title, by, level } => (
            Bilingual::new(
                format!("撤不回了：{}已经对《{}》作了{}", seen(by), seen(title), seen(level)),
                format!("it is too late: {} acted on \"{}\" since ({})", seen(by), seen(title), seen(level)),
            ),
            hint(
                "请后一级退回，或用 jincai withdraw 下架",
                "ask that level to return it, or use `jincai withdraw`",
            ),
        ),
        Refusal::PostedSince { title } => (
            Bilingual::new(
                format!("《{}》已经发布，撤不回签字", seen(title)),
                format!("\"{}\" was posted since; the signature stands", seen(title)),
            ),
            hint(
                "要撤下来：jincai withdraw 作品 --by 姓名 --reason 原因",
                "to take it down: jincai withdraw WORK --by NAME --reason TEXT",
            ),
        ),
        Refusal::OutsideWork { at_ms, duration_ms } => (
            Bilingual::new(
                format!("{} 不在片子里，片长 {}", time(*at_ms), time(*duration_ms)),
                format!("{} is not in the work, which lasts {}", time(*at_ms), time(*duration_ms)),
            ),
            hint("时间写成 0:37 或 0:37-0:41", "write a time as 0:37, or 0:37-0:41"),
        ),
        Refusal::NoSuchComment { number } => (
            Bilingual::new(format!("没有第 {number} 号意见"), format!("there is no comment {number}")),
            hint("jincai review show 作品 列出意见和编号", "`jincai review show WORK` lists the comments"),
        ),
        Refusal::ResolvedAlready { number } => (
            Bilingual::new(
                format!("第 {number} 号意见已经处理过了"),
                format!("comment {number} is done already"),
            ),
            None,
        ),
    }
}

/// Joins names in a language's way.
pub fn joined<T: AsRef<str>>(names: &[T], lang: Lang) -> String {
    let separator = match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    };
    names.iter().map(|name| Visible::of(name.as_ref()).to_string()).collect::<Vec<_>>().join(separator)
}

/// Returns the beginning of a digest, in capitals, as people compare it.
pub fn short(digest: &str) -> String {
    digest.chars().take(SHOWN_DIGITS).collect::<String>().to_uppercase()
}

/// A time as people read it: to the minute.
pub fn minute(rfc3339: &str) -> String {
    rfc3339.get(..16).unwrap_or(rfc3339).replace('T', " ")
}

/// Returns a time in a work: 0:37, or 0:37.5 where it is not a whole second.
pub fn time(ms: u64) -> String {
    if ms.is_multiple_of(1000) { long_time(ms) } else { exact_time(ms) }
}
