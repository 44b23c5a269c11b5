//! What `jincai export` says, and names of what it writes.

use std::path::Path;

use crate::model::language::Bilingual;
use crate::text::{Visible, counted};

/// What says what to do, in the folder.
pub const README: &str = "说明.txt";

/// The folder of texts to post, for what a tool cannot say.
pub const TEXTS: &str = "文案";

/// Returns the name of a folder, by tool and minute.
pub fn folder_name(tool: &str, at: &str) -> String {
    let digits: String = at.chars().take(16).filter(char::is_ascii_digit).collect();
    let (date, time) = digits.split_at(digits.len().min(8));
    format!("{tool}-{date}-{time}")
}

fn platform(target: &str) -> (&'static str, &'static str) {
    match target {
        "douyin" => ("抖音", "Douyin"),
        "kuaishou" => ("快手", "Kuaishou"),
        "xiaohongshu" => ("小红书", "Xiaohongshu"),
        "bilibili" => ("哔哩哔哩", "Bilibili"),
        "channels" => ("视频号", "Channels"),
        "weibo" => ("微博", "Weibo"),
        _ => ("", ""),
    }
}

/// A line about a work for a target.
pub fn about(title: &str, target: &str, said: &Bilingual) -> Bilingual {
    let title = Visible::of(title);
    let (zh, en) = platform(target);
    Bilingual::new(format!("· 《{title}》{zh}：{}", said.zh), format!("· \"{title}\", {en}: {}", said.en))
}

pub fn left_head() -> Bilingual {
    Bilingual::new("没有导出、要人工发布或先处理的：", "Left to hand, or to be mended first:")
}

pub fn many_more(more: usize) -> Bilingual {
    Bilingual::new(
        format!("  还有 {more} 条，--json 列出全部"),
        format!("  and {more} more; --json lists them all"),
    )
}

pub fn posted() -> Bilingual {
    Bilingual::new("已经登记过发布，不再导出", "a post of it is on record: not handed over again")
}

/// The platform wants a declaration that the tool's files have no place for.
pub fn to_be_declared(sentence: Option<&str>) -> Bilingual {
    match sentence {
        Some(sentence) => Bilingual::new(
            format!("发布时必须选声明“{sentence}”，这个工具的文件里写不了：请人工发布"),
            format!(
                "\"{sentence}\" has to be chosen where it is posted, which this tool's files cannot say: post it by hand"
            ),
        ),
        None => Bilingual::new(
            "含人工智能生成内容，发布时必须声明，这个工具的文件里写不了：请人工发布",
            "it holds AI-generated content, which has to be declared and this tool's files cannot say: post it by hand",
        ),
    }
}

/// The tool would declare something of it that is not true.
pub fn declares_generated() -> Bilingual {
    Bilingual::new(
        "这个工具会让平台标上“含AI生成内容”，和作品不符：请人工发布",
        "this tool leaves \"含AI生成内容\" (AI-generated) chosen, which is not true of it: post it by hand",
    )
}

/// What the tool declares depends on how it is set up.
pub fn declares_as_account() -> Bilingual {
    Bilingual::new(
        "平台会预选“含AI生成内容”，发出去是什么声明要看工具里账号的默认设置，文件里写不了：请人工发布",
        "the platform preselects \"含AI生成内容\" (AI-generated), and what is declared depends on the account's settings in the tool: post it by hand",
    )
}

pub fn declares_remade() -> Bilingual {
    Bilingual::new(
        "这个工具会写死“二创”和“含AI生成内容”，原创作品不能这样声明：请人工发布",
        "this tool always declares it a remake with AI-generated content, which is not true of an original: post it by hand",
    )
}

pub fn title_too_long(units: usize, most: usize) -> Bilingual {
    Bilingual::new(
        format!("标题 {units} 个字，最多 {most} 个：在视频旁的说明里为这个平台写一个短标题"),
        format!(
            "its title has {units} characters and may have {most}: write a shorter one for this target beside the video"
        ),
    )
}

pub fn no_title() -> Bilingual {
    Bilingual::new("没有标题也没有文案", "it has neither a title nor a text")
}

pub fn no_tags() -> Bilingual {
    Bilingual::new(
        "一个话题也没有，这个工具读不了：在 jincai.toml 里写 topic",
        "it has no topic, without which this tool fails: write `topic` in jincai.toml",
    )
}

pub fn odd_tag(tag: &str) -> Bilingual {
    let tag = Visible::of(tag);
    Bilingual::new(
        format!("话题“{tag}”里有空格、逗号或 #，会被拆开：改一个话题"),
        format!("the tag \"{tag}\" holds a space, a comma or #, and would be taken apart: change it"),
    )
}

pub fn no_cover() -> Bilingual {
    Bilingual::new("没有封面：用 `jincai run` 重新做一次", "it has no cover: `jincai run` makes it again")
}

pub fn title_from_text() -> Bilingual {
    Bilingual::new(
        "平台没有标题一栏，用文案的第一行作标题",
        "the platform has no title: the first line of the text is taken",
    )
}

pub fn tags_dropped(count: usize, most: usize) -> Bilingual {
    Bilingual::new(
        format!("{count} 个话题，工具只发前 {most} 个"),
        format!("it has {count} tags, of which the tool posts {most}"),
    )
}

pub fn one_cover() -> Bilingual {
    Bilingual::new(
        "只有一个方向的封面，另一个由平台自动选",
        "it has a cover of one shape; the platform chooses the other",
    )
}

pub fn ending_in_path(path: &Path) -> (Bilingual, Bilingual) {
    let path = Visible::of(path.display().to_string()).to_string();
    (
        Bilingual::new(
            format!("{path} 的路径里有“.mp4”，social-auto-upload 会找错文件"),
            format!(
                "the path {path} holds \".mp4\", with which social-auto-upload looks for the wrong files"
            ),
        ),
        Bilingual::new("换一个 --to 文件夹", "name another folder with --to"),
    )
}

pub fn no_schedule(tool: &str) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("{tool} 的文件里写不了定时发布"),
            format!("the files of {tool} cannot say when a work is to appear"),
        ),
        Bilingual::new("不写 --at，在工具里设时间", "leave --at out, and set the time in the tool"),
    )
}

pub fn odd_time(text: &str) -> (Bilingual, Bilingual) {
    let text = Visible::of(text);
    (
        Bilingual::new(format!("看不懂时间“{text}”"), format!("\"{text}\" is no time")),
        Bilingual::new("例如 --at \"2026-12-02 10:00\"", "such as --at \"2026-12-02 10:00\""),
    )
}

pub fn outside_window(tool: &str, least_h: i64, most_d: i64) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("{tool} 只能定时到 {least_h} 小时以后、{most_d} 天以内"),
            format!("{tool} schedules from {least_h} hours to {most_d} days ahead"),
        ),
        Bilingual::new(
            "换一个时间，或不写 --at，立即发布",
            "give another time, or leave --at out to post at once",
        ),
    )
}

pub fn nothing_to_hand_over(tool: &str) -> (Bilingual, Bilingual) {
    (
        Bilingual::new(
            format!("没有一件作品可以交给 {tool}，什么也没做"),
            format!("no work can be handed over to {tool}: nothing was written"),
        ),
        Bilingual::new("--json 说明每件为什么", "--json says why, for each"),
    )
}

pub fn copying(title: &str) -> Bilingual {
    let title = Visible::of(title);
    Bilingual::new(format!("装入 {title}"), format!("packing {title}"))
}

pub fn handed_over(tool: &str, path: &Path, works: usize) -> Bilingual {
    let path = Visible::of(path.display().to_string()).to_string();
    Bilingual::new(
        format!(
            "给 {tool} 的 {works} 条视频准备好了，先看里面的“{README}”。发布后用 jincai posts add 登记链接。\n{path}"
        ),
        format!(
            "{} ready for {tool}; read \"{README}\" in it first. Record the links with jincai posts add once they are posted.\n{path}",
            counted(works as u64, "video is", "videos are"),
        ),
    )
}

pub fn changed_meanwhile(title: &str, file: &str) -> (Bilingual, Bilingual) {
    let (title, file) = (Visible::of(title), Visible::of(file));
    (
        Bilingual::new(
            format!("《{title}》的 {file} 和审核时不一样了，什么也没有导出"),
            format!("{file} of \"{title}\" is not as it was released: nothing was handed over"),
        ),
        Bilingual::new(
            "用 `jincai verify` 检查作品库，再做一次",
            "`jincai verify` checks the library; then try again",
        ),
    )
}

pub fn taken_back(title: &str) -> (Bilingual, Bilingual) {
    let title = Visible::of(title);
    (
        Bilingual::new(
            format!("导出期间《{title}》不再可以发布，什么也没有导出"),
            format!("\"{title}\" was taken back meanwhile: nothing was handed over"),
        ),
        Bilingual::new("再做一次，其余的照常导出", "try again: all others are handed over"),
    )
}

/// A line of the file that says what to do: a work, by the platform.
pub fn readme_item(file: &str, target: &str, title: &str) -> String {
    format!("  {}　{file}　《{title}》", platform(target).0)
}

/// A line about a work that is left to hand.
pub fn readme_left(target: &str, title: &str, why: &Bilingual) -> String {
    format!("  {}　《{title}》：{}", platform(target).0, why.zh)
}

/// What the file says between its head and its works.
pub fn steps_biliup() -> &'static str {
    "怎么用\n\
     1. 打开命令行，进入这个文件夹（config.yaml 里的文件名都从这里算起）。\n\
     2. 第一次先登录：biliup login\n\
     3. 上传：biliup -u cookies.json upload -c config.yaml\n\
     每件作品是一个单独的稿件。版权写的是自制（copyright: 1）。分区号 tid 在导出时可用 --tid 改。\n\
     工具不填哔哩哔哩的创作声明：需要声明的作品没有导出，见下面“人工发布”。"
}

pub fn steps_social_auto_upload() -> &'static str {
    "怎么用\n\
     每个平台一个文件夹，文件成组：名字相同的 .mp4（视频）、.txt（第一行标题，第二行话题）、.png（封面）。\n\
     1. 把一个平台的文件夹交给 social-auto-upload（例如拷进它的 videos 文件夹）。\n\
     2. 运行它的那个平台的上传脚本。\n\
     .png 其实是 JPEG 图片，照这个工具的约定改了后缀。\n\
     这种格式没有正文：文案在“文案”文件夹里，发布后请在平台上补进去，话题和署名都要有。\n\
     这个工具在微博写死“二创”“含AI生成内容”，在视频号默认“含AI生成内容”：不符的作品没有导出，见下面“人工发布”。"
}

pub fn steps_posthub() -> &'static str {
    "怎么用\n\
     每个平台一个文件夹，里面是 manifest.json 和它列出的视频、封面。\n\
     1. 在 PostHub 里选好那个平台的账号，导入这个平台的文件夹。\n\
     2. 在“待确认”里逐条核对标题、时间、账号和声明，再放行。\n\
     manifest.json 里写不了声明：账号的“默认声明”要先设对。视频号会预选“含AI生成内容”，所以视频号的作品都没有导出，见下面“人工发布”。"
}

/// Head and sections of the file that says what to do.
pub fn readme(
    (tool, college, at): (&str, &str, &str),
    steps: &str,
    (works, left): (&[String], &[String]),
) -> String {
    let date: String = at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
    let mut text = format!(
        "{college}　交给 {tool} 发布的作品（{date} 导出）\n\n{steps}\n\n\
         这里只有审核通过的作品，文件和签字时一样。导出以后下架的不要再发：发布前看一眼 jincai review。\n\
         发布以后，用 jincai posts add 登记链接。\n\n视频（{} 条）\n{}\n",
        works.len(),
        works.join("\n")
    );
    if !left.is_empty() {
        text.push_str(&format!("\n人工发布（{} 条）\n{}\n", left.len(), left.join("\n")));
    }
    text
}
