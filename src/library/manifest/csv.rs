//! Writes `manifest.csv`: one row per rendition, and one for each work without renditions.

use std::io::Write;

use super::{
    Result, TargetNames, ai_declared, ai_labels, consent, in_common, kind_word, post_links, released_word,
    review, season_name, submitted, target_name, verdict_word,
};
use crate::model::manifest::{Rendition, Work};
use crate::model::preset::Edition;
use crate::model::units::millisecond_time;

/// Excel reads a file as UTF-8 only with this mark.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The columns that describe the work.
const WORK_HEADS: [&str; 23] = [
    "作品编号 id",
    "作品名 title",
    "系部 department",
    "赛季 season",
    "作者 authors",
    "指导教师 advisors",
    "班级 class",
    "类别 category",
    "简介 synopsis",
    "音乐 music",
    "授权 consent",
    "结论 verdict",
    "相同之处 in common",
    "草稿 draft",
    "版本 revision",
    "源文件 source",
    "赛季编号 season id",
    "投稿日期 submitted",
    "日期依据 dated by",
    "AI 声明 ai declared",
    "AI 标识 ai label",
    "审核状态 review",
    "类型 kind",
];

/// The columns that describe the rendition.
const RENDITION_HEADS: [&str; 21] = [
    "发布目标 target",
    "文件 file",
    "SHA-256",
    "字节 bytes",
    "时长 duration",
    "宽 width",
    "高 height",
    "帧率 frame rate",
    "视频 video",
    "声音 audio",
    "响度 LUFS",
    "真峰值 dBTP",
    "版别 edition",
    "封面 covers",
    "发布标题 post title",
    "发布正文 post text",
    "话题与标签 topics and tags",
    "目标编号 target id",
    "平台声明 declaration",
    "可发布 released",
    "已发布链接 posts",
];

/// The library as a table that opens in any spreadsheet, written work by work. No cell can become a formula.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    writer: ::csv::Writer<W>,
    names: TargetNames,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the byte order mark and the column titles.
    pub fn begin(mut out: W) -> Result<Self> {
        out.write_all(BYTE_ORDER_MARK)?;
        let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
        writer.write_record(WORK_HEADS.iter().chain(&RENDITION_HEADS))?;
        Ok(Self { writer, names: TargetNames::new() })
    }

    /// Sets the names that targets are shown by.
    #[must_use]
    pub fn named(self, names: TargetNames) -> Self {
        Self { names, ..self }
    }

    /// Writes the rows of one work.
    pub fn add(&mut self, work: &Work) -> Result<()> {
        let about = work_cells(work).map(|cell| harmless(&cell));
        if work.renditions.is_empty() {
            self.writer.write_record(about.iter().map(String::as_str).chain([""; RENDITION_HEADS.len()]))?;
        }
        for rendition in &work.renditions {
            let cells = rendition_cells(rendition, &self.names).map(|cell| harmless(&cell));
            self.writer.write_record(about.iter().chain(&cells))?;
        }
        Ok(())
    }

    /// Flushes the rows and returns the writer.
    pub fn finish(self) -> Result<W> {
        Ok(self.writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))?)
    }
}

/// Prefixes a cell with an apostrophe where a spreadsheet would read its beginning as a formula (OWASP, CSV injection).
pub fn harmless(cell: &str) -> String {
    // A loudness of -15.0 stays a number.
    let digits = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_number = cell.strip_prefix('-').is_some_and(digits);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn work_cells(work: &Work) -> [String; WORK_HEADS.len()] {
    let cell = |text: &Option<String>| text.clone().unwrap_or_default();
    let [date, dated_by] = submitted(work);
    [
        work.id.clone(),
        work.title.clone(),
        work.department.clone().unwrap_or_default(),
        season_name(work).to_owned(),
        work.authors.join("、"),
        work.about.advisors.join("、"),
        cell(&work.about.class),
        cell(&work.about.category),
        cell(&work.about.synopsis),
        cell(&work.about.music),
        consent(work),
        verdict_word(work.verdict).to_owned(),
        in_common(work),
        if work.draft { "是 yes" } else { "" }.to_owned(),
        work.revision.to_string(),
        work.source.path.as_path().to_string_lossy().into_owned(),
        work.season.clone().unwrap_or_default(),
        date,
        dated_by,
        ai_declared(work),
        ai_labels(work),
        review(work),
        kind_word(work).to_owned(),
    ]
}

fn rendition_cells(rendition: &Rendition, names: &TargetNames) -> [String; RENDITION_HEADS.len()] {
    let decibels = |value: Option<f64>| value.map(|value| format!("{value:.1}")).unwrap_or_default();
    let covers: Vec<&str> = rendition.covers.iter().map(|cover| cover.file.as_str()).collect();
    let post = rendition.post.clone().unwrap_or_default();
    let words: Vec<String> = post.topics.into_iter().chain(post.tags).collect();
    [
        target_name(names, &rendition.target).to_owned(),
        rendition.file.clone(),
        rendition.sha256.clone(),
        rendition.bytes.to_string(),
        millisecond_time(rendition.duration_ms),
        rendition.width.to_string(),
        rendition.height.to_string(),
        rendition.frame_rate.to_string(),
        format!("{} {}", rendition.video.codec, rendition.video.profile),
        rendition.audio.as_ref().map(|a| format!("{} {}ch", a.codec, a.channels)).unwrap_or_default(),
        decibels(rendition.loudness_lufs),
        decibels(rendition.true_peak_dbtp),
        match rendition.edition {
            Edition::Branded => "带标识 branded",
            Edition::Clean => "无标识 clean",
        }
        .to_owned(),
        covers.join("\n"),
        post.title,
        post.text,
        words.join(" "),
        rendition.target.clone(),
        post.declaration.unwrap_or_default(),
        released_word(rendition).to_owned(),
        post_links(rendition),
    ]
}
