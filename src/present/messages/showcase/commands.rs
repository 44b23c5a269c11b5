//! What `jincai package` says.

use super::why::size;
use crate::model::language::{Bilingual, Lang};
use crate::model::showcase::plan::Plan;
use crate::text::{Visible, counted};

/// What a plan begins with.
pub fn planned(plan: &Plan) -> Bilingual {
    let name = Visible::of(&plan.name).to_string();
    let (works, bytes) = (plan.entries.len(), size(plan.bytes()));
    Bilingual::new(
        format!("{name}：{works} 件作品，{bytes}"),
        format!("{name}: {}, {bytes}", counted(works as u64, "work", "works")),
    )
}

pub fn plan_heads(lang: Lang) -> Vec<String> {
    let heads = [
        ("序号", "NO"),
        ("作品", "WORK"),
        ("编号", "ID"),
        ("时长", "LENGTH"),
        ("视频", "VIDEO"),
        ("还缺", "OPEN"),
    ];
    heads.map(|(zh, en)| if lang == Lang::Zh { zh } else { en }.to_owned()).to_vec()
}

/// The head of what is not in.
pub fn left_out_head() -> Bilingual {
    Bilingual::new("没有放进去的：", "Not in:")
}

/// The head of what is lacking.
pub fn open_head() -> Bilingual {
    Bilingual::new(
        "还缺的（材料不全也可以生成，包名前加“未齐”）：",
        "Still lacking (built without, the package is named as unfinished):",
    )
}

pub fn notes_head() -> Bilingual {
    Bilingual::new("请留意：", "To look at:")
}

/// A line about a work.
pub fn about_work(title: &str, id: &str, said: &Bilingual) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("· 《{title}》（{id}）{}", said.zh), format!("· \"{title}\" ({id}): {}", said.en))
}

/// A line about the package.
pub fn about_package(said: &Bilingual) -> Bilingual {
    Bilingual::new(format!("· {}", said.zh), format!("· {}", said.en))
}

pub fn mail_subject(subject: &str) -> Bilingual {
    let subject = Visible::of(subject);
    Bilingual::new(format!("邮件主题：{subject}"), format!("mail subject: {subject}"))
}

/// How questions are answered.
pub fn how_to_answer(profile: &str) -> Bilingual {
    Bilingual::new(
        format!("回答：jincai package answer {profile} 作品编号 代号 yes --by 姓名"),
        format!("answer with: jincai package answer {profile} WORK KEY yes --by NAME"),
    )
}

pub fn many_left_out(more: usize) -> Bilingual {
    Bilingual::new(
        format!("  还有 {more} 件，--json 列出全部"),
        format!("  and {more} more; --json lists them all"),
    )
}

/// Named works that cannot go in: nothing is built.
pub fn named_but_stopped(count: usize) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("指定的作品中有 {count} 件不符合要求，没有生成报送包"),
            format!(
                "{} that you named cannot go in: nothing was built",
                counted(count as u64, "work", "works")
            ),
        ),
        Bilingual::new("照上面说的改正，或不点它的名", "mend what is said above, or do not name it"),
    )
}

/// Says of which seasons there are works, by name and count.
pub fn seasons_with_works(seasons: impl Iterator<Item = (String, u64)>) -> Bilingual {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (name, count) in seasons {
        let name = Visible::of(name).to_string();
        zh.push(format!("{name} {count} 件（--season {name}）"));
        en.push(format!("{name} {} (--season {name})", counted(count, "work", "works")));
    }
    Bilingual::new(
        format!("这个方案只收一个赛季的作品。各赛季制作好的：{}", zh.join("，")),
        format!("This profile takes the works of one season. Made so far: {}", en.join(", ")),
    )
}

pub fn nothing_to_pack(profile: &str) -> (Bilingual, Bilingual) {
    (
        Bilingual::new("没有一件作品可以放进去，什么也没做", "no work can go in: nothing was built"),
        Bilingual::new(
            format!("`jincai package plan {profile}` 说明每件为什么"),
            format!("`jincai package plan {profile}` says why, for each"),
        ),
    )
}

pub fn taken_name(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(
            format!("{path} 已经有了，什么也没做"),
            format!("{path} is there already: nothing was built"),
        ),
        Bilingual::new(
            "改名或移走它，或换一个 --to 文件夹",
            "rename or move it, or name another folder with --to",
        ),
    )
}

pub fn inside_library(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(
            format!("{path} 在作品库里，报送包要放在外面"),
            format!("{path} is in the library; packages go elsewhere"),
        ),
        Bilingual::new("换一个 --to 文件夹", "name another folder with --to"),
    )
}

pub fn inside_inbox(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(
            format!("{path} 在投稿箱里，报送包放进去会被当成投稿"),
            format!("{path} is in the inbox, where a package would be taken for submissions"),
        ),
        Bilingual::new("换一个 --to 文件夹", "name another folder with --to"),
    )
}

pub fn too_little_space(path: &str, needed: u64, free: u64) -> Bilingual {
    let (path, needed, free) = (Visible::of(path), size(needed), size(free));
    Bilingual::new(
        format!("{path} 只剩 {free}，需要 {needed}，什么也没写"),
        format!("{path} has {free} left and {needed} are needed: nothing was written"),
    )
}

pub fn changed_meanwhile(title: &str, file: &str) -> (Bilingual, Bilingual) {
    let (title, file) = (Visible::of(title), Visible::of(file));
    (
        Bilingual::new(
            format!("《{title}》的 {file} 和审核时不一样了，包没有做"),
            format!("{file} of \"{title}\" is not as it was released: no package was built"),
        ),
        Bilingual::new(
            "用 `jincai verify` 检查作品库，再做一次",
            "`jincai verify` checks the library; then build again",
        ),
    )
}

pub fn not_as_built(first: &Bilingual) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("做好的包读回来检查没有通过（{}），没有留下", first.zh),
            format!(
                "the package was not as it must be when it was read back ({}), and was removed",
                first.en
            ),
        ),
        Bilingual::new("换一个盘再试", "try another disk"),
    )
}

/// The package is built.
pub fn built(number: u64, path: &str, works: usize, complete: bool) -> Bilingual {
    let path = Visible::of(path);
    let (zh, en) = match complete {
        true => ("", ""),
        false => ("，材料未齐", ", unfinished"),
    };
    Bilingual::new(
        format!("第 {number} 号报送包做好了{zh}：{works} 件作品。\n{path}"),
        format!("Package {number} is built{en}: {}.\n{path}", counted(works as u64, "work", "works")),
    )
}

pub fn how_it_went(linked: usize, copied: usize, bytes: u64, seconds: f64) -> Bilingual {
    let bytes = size(bytes);
    Bilingual::new(
        format!("{bytes}，链接 {linked} 个文件，拷贝 {copied} 个，{seconds:.1} 秒"),
        format!("{bytes}, {linked} files linked, {copied} copied, {seconds:.1} s"),
    )
}

pub fn copying(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("装入 {title}"), format!("packing {title}"))
}

pub fn checking(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("核对 {title}"), format!("checking {title}"))
}

pub fn no_season(given: &str, known: &[&str]) -> Bilingual {
    let (given, known) = (Visible::of(given), known.join("、"));
    Bilingual::new(
        format!("配置里没有赛季“{given}”，有：{known}"),
        format!("the configuration has no season \"{given}\"; it has: {known}"),
    )
}

pub fn reading_back() -> Bilingual {
    Bilingual::new("读回核对", "reading back")
}

pub fn verified(path: &str, works: usize, files: usize, bytes: u64) -> Bilingual {
    let (path, bytes) = (Visible::of(path), size(bytes));
    Bilingual::new(
        format!("{path}：全部一致，{works} 件作品，{files} 个文件，{bytes}"),
        format!(
            "{path}: all as it was built, {}, {files} files, {bytes}",
            counted(works as u64, "work", "works")
        ),
    )
}

pub fn not_sound(path: &str, faults: usize) -> Bilingual {
    let path = Visible::of(path);
    Bilingual::new(
        format!("{path}：有 {faults} 处不对，不能报送"),
        format!("{path}: {}, do not hand it in", counted(faults as u64, "fault", "faults")),
    )
}

pub fn no_package(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(format!("没有 {path}"), format!("there is no {path}")),
        Bilingual::new("写报送包所在的文件夹，或压缩包", "name the folder of a package, or its zip"),
    )
}

pub fn zipping(name: &str) -> Bilingual {
    let name = Visible::of(name);
    Bilingual::new(format!("压缩 {name}"), format!("zipping {name}"))
}

pub fn no_folder(path: &str) -> (Bilingual, Bilingual) {
    let path = Visible::of(path);
    (
        Bilingual::new(format!("没有文件夹 {path}"), format!("there is no folder {path}")),
        Bilingual::new("先建好它；是 U 盘的话，插好了吗？", "make it first; or is the stick plugged in?"),
    )
}

pub fn no_such_package(number: u64) -> Bilingual {
    Bilingual::new(format!("没有第 {number} 号报送包"), format!("there is no package {number}"))
}

pub fn other_contest(number: u64, profile: &str) -> Bilingual {
    Bilingual::new(
        format!("第 {number} 号报送包是 {profile} 的，不能替换"),
        format!("package {number} is of {profile} and cannot be replaced here"),
    )
}

pub fn unknown_question(key: &str, known: &[&str]) -> (Bilingual, Bilingual) {
    let key = Visible::of(key);
    let list = known.join(", ");
    (
        Bilingual::new(format!("方案里没有问题“{key}”"), format!("the profile does not ask \"{key}\"")),
        match known.is_empty() {
            true => Bilingual::new("这个方案没有要人回答的问题", "it asks nothing of people"),
            false => Bilingual::new(format!("有这些：{list}"), format!("it asks: {list}")),
        },
    )
}

pub fn not_released(title: &str, why: &Bilingual) -> (Bilingual, Bilingual) {
    let title = Visible::of(title);
    (
        Bilingual::new(
            format!("《{title}》还不能报送：{}", why.zh),
            format!("\"{title}\" cannot be handed in yet: {}", why.en),
        ),
        Bilingual::new("审核通过以后再回答", "answer once it is released"),
    )
}

pub fn answered(title: &str, text: &Bilingual, yes: bool, by: &str) -> Bilingual {
    let (title, by) = (Visible::of(title), Visible::of(by));
    let (zh, en) = if yes { ("是", "yes") } else { ("否", "no") };
    Bilingual::new(
        format!("《{title}》：{} —— {zh}（{by}）", text.zh),
        format!("\"{title}\": {} - {en} ({by})", text.en),
    )
}

pub fn no_packages_yet() -> Bilingual {
    Bilingual::new("还没有做过报送包", "no package was built yet")
}

pub fn packages_unreadable(path: &str, detail: &str) -> Bilingual {
    let (path, detail) = (Visible::of(path), Visible::of(detail));
    Bilingual::new(
        format!("读不了材料文件夹 {path}：{detail}"),
        format!("the folder of papers {path} cannot be read: {detail}"),
    )
}

/// Said of a profile's rules, in the table of `show`.
pub fn sources_head(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "规则的出处\n",
        Lang::En => "Where the rules come from\n",
    }
}

/// A work that was withdrawn after it was handed in.
pub fn withdrawn_since(number: u64, package: &str, title: &str) -> Bilingual {
    let (package, title) = (Visible::of(package), Visible::of(title));
    Bilingual::new(
        format!(
            "第 {number} 号包“{package}”里的《{title}》已下架：请告诉收到它的人，并换一包（--replaces {number}）"
        ),
        format!(
            "\"{title}\" in package {number} \"{package}\" is withdrawn: tell whoever has it, and build in its place (--replaces {number})"
        ),
    )
}

/// Heads of the table of packages.
pub fn built_heads(lang: Lang) -> Vec<String> {
    let heads = [
        ("编号", "NUMBER"),
        ("方案", "PROFILE"),
        ("包名", "NAME"),
        ("制作", "BUILT"),
        ("制作人", "BY"),
        ("作品", "WORKS"),
        ("代替", "REPLACES"),
    ];
    heads.map(|(zh, en)| if lang == Lang::Zh { zh } else { en }.to_owned()).to_vec()
}
