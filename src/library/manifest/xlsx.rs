//! Writes `manifest.xlsx` with the sheets 作品 (works), 成片 (renditions) and 问题 (findings).

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};
use unicode_width::UnicodeWidthStr;

use super::{
    Result, TargetNames, ai_declared, ai_labels, consent, in_common, kind_word, post_links, released_word,
    review, season_name, severity_word, submitted, target_name, verdict_word,
};
use crate::model::language::Lang;
use crate::model::manifest::{FindingRecord, Rendition, Work};
use crate::model::units::millisecond_time;

/// Most UTF-16 units in a cell (Excel's limit); a longer text is cut and ends with `CUT`.
const CELL_MAX: usize = 32_767;
const CUT: char = '…';

/// Most rows of a sheet, column titles included (Excel's limit).
const ROWS_MAX: u32 = 1_048_576;

/// Number of rows from which a sheet may exceed 4 GiB in the archive, which then needs ZIP64.
const MANY_ROWS: u32 = 100_000;

/// A column: its title and its width in characters.
type Column = (&'static str, f64);

const WORKS: &[Column] = &[
    ("作品编号", 11.0),
    ("作品名", 32.0),
    ("系部", 16.0),
    ("赛季", 10.0),
    ("作者", 18.0),
    ("指导教师", 14.0),
    ("班级", 14.0),
    ("类别", 12.0),
    ("简介", 40.0),
    ("音乐", 20.0),
    ("授权", 14.0),
    ("结论", 22.0),
    ("重复于", 11.0),
    ("相同之处", 50.0),
    ("草稿", 7.0),
    ("版本", 7.0),
    ("时长", 11.0),
    ("画面", 12.0),
    ("字节", 14.0),
    ("成片数", 8.0),
    ("源文件", 50.0),
    ("完成时间", 22.0),
    ("赛季编号", 11.0),
    ("投稿日期", 12.0),
    ("日期依据", 24.0),
    ("AI 声明", 24.0),
    ("AI 标识", 40.0),
    ("审核状态", 24.0),
    ("类型", 12.0),
];

const RENDITIONS: &[Column] = &[
    ("作品编号", 11.0),
    ("作品名", 32.0),
    ("发布目标", 14.0),
    ("文件", 60.0),
    ("时长", 11.0),
    ("宽", 7.0),
    ("高", 7.0),
    ("帧率", 10.0),
    ("字节", 14.0),
    ("响度 LUFS", 11.0),
    ("真峰值 dBTP", 12.0),
    ("发布标题", 32.0),
    ("发布正文", 50.0),
    ("话题与标签", 40.0),
    ("SHA-256", 68.0),
    ("目标编号", 14.0),
    ("平台声明", 20.0),
    ("可发布", 10.0),
    ("已发布链接", 50.0),
];

const FINDINGS: &[Column] = &[
    ("作品编号", 11.0),
    ("作品名", 32.0),
    ("程度", 14.0),
    ("发布目标", 14.0),
    ("代码", 24.0),
    ("实测", 16.0),
    ("限制", 16.0),
    ("说明", 70.0),
    ("English", 70.0),
    ("目标编号", 14.0),
];

/// The library as a workbook, written work by work: rows go to temporary files, so that memory does not grow with the
/// library. Every text is stored as text, so none becomes a formula, or a link, of which a sheet allows only 65,530. A
/// sheet that is full ends with a row that says so.
pub struct XlsxWriter {
    workbook: Workbook,
    works: Table,
    renditions: Table,
    findings: Table,
    names: TargetNames,
}

impl std::fmt::Debug for XlsxWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxWriter").field("works", &self.works.next).finish_non_exhaustive()
    }
}

impl XlsxWriter {
    /// Starts a workbook; `aside` is the folder for temporary files.
    pub fn begin(aside: &Path) -> Result<Self> {
        Self::with_max_rows(aside, ROWS_MAX)
    }

    /// Starts a workbook whose sheets have at most `most` rows, column titles included.
    pub(super) fn with_max_rows(aside: &Path, most: u32) -> Result<Self> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(aside)?;
        // A fixed date: the same library gives the same bytes.
        let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_title("津彩").set_creation_datetime(&created));
        let works = Table::start(&mut workbook, "作品", WORKS, most)?;
        let renditions = Table::start(&mut workbook, "成片", RENDITIONS, most)?;
        let findings = Table::start(&mut workbook, "问题", FINDINGS, most)?;
        Ok(Self { workbook, works, renditions, findings, names: TargetNames::new() })
    }

    /// Sets the names that targets are shown by.
    #[must_use]
    pub fn named(self, names: TargetNames) -> Self {
        Self { names, ..self }
    }

    /// Writes the rows of one work.
    pub fn add(&mut self, work: &Work) -> Result<()> {
        self.works.row(work_cells(work))?;
        for rendition in &work.renditions {
            self.renditions.row(rendition_cells(work, rendition, &self.names))?;
        }
        for finding in &work.findings {
            self.findings.row(finding_cells(work, finding, &self.names))?;
        }
        Ok(())
    }

    /// Writes the workbook to `out`.
    pub fn finish(mut self, out: impl std::io::Write + std::io::Seek + Send) -> Result<()> {
        let tables = [self.works, self.renditions, self.findings];
        self.workbook.use_zip_large_file(tables.iter().any(|table| table.next > MANY_ROWS));
        for table in tables {
            self.workbook.push_worksheet(table.finish()?);
        }
        Ok(self.workbook.save_to_writer(out)?)
    }
}

enum Cell {
    Text(String),
    Number(f64),
}

/// A sheet being filled from the top.
struct Table {
    sheet: Worksheet,
    columns: &'static [Column],
    next: u32,
    most: u32,
    /// The cells of the last row unless more follow, and how many rows after it did.
    last: Option<Vec<Cell>>,
    left_out: u64,
    body: Format,
}

impl Table {
    fn start(workbook: &mut Workbook, name: &str, columns: &'static [Column], most: u32) -> Result<Self> {
        let head = Format::new().set_bold();
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for ((title, width), column) in columns.iter().zip(0..) {
            sheet.set_column_width(column, *width)?.write_string_with_format(0, column, *title, &head)?;
        }
        let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Ok(Self { sheet, columns, next: 1, most, last: None, left_out: 0, body })
    }

    /// Adds a row. Written rows cannot be changed, so the last one is held back until it is known whether more follow.
    fn row(&mut self, cells: Vec<Cell>) -> Result<()> {
        if self.next + 1 < self.most {
            return self.write(&cells);
        }
        match self.last {
            None => self.last = Some(cells),
            Some(_) => self.left_out += 1,
        }
        Ok(())
    }

    fn write(&mut self, cells: &[Cell]) -> Result<()> {
        for (cell, column) in cells.iter().zip(0..) {
            match cell {
                Cell::Text(text) => {
                    self.sheet.write_string_with_format(self.next, column, fitted_text(text), &self.body)?;
                }
                Cell::Number(number) => {
                    self.sheet.write_number_with_format(self.next, column, *number, &self.body)?;
                }
            }
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<Worksheet> {
        match self.last.take() {
            Some(_) if self.left_out > 0 => {
                let more = self.left_out + 1;
                let said = format!(
                    "表格已满，还有 {more} 行没有列出：完整的清单见 manifest.json 和 manifest.csv。\
                     This sheet is full; {more} more rows are left out: manifest.json and manifest.csv hold them all."
                );
                self.write(&[Cell::Text(said)])?;
            }
            Some(last) => self.write(&last)?,
            None => {}
        }
        let last = self.columns.len().saturating_sub(1) as u16;
        self.sheet.autofilter(0, 0, self.next - 1, last)?;
        Ok(self.sheet)
    }
}

/// Returns the height of a row in points, at which its wrapped texts are whole: not every program that shows a workbook computes
/// it. Each text comes with the width of its column, in digits of the usual font.
pub fn row_height<'a>(cells: impl Iterator<Item = (&'a str, f64)>) -> f64 {
    // Of 11-point type; and the most that Excel takes.
    const LINE: f64 = 15.0;
    const MOST: f64 = 409.0;
    let lines_of = |(text, width): (&str, f64)| {
        // What is left of a column beside an indent and its edges.
        let room = (width - 2.5).max(1.0);
        text.lines().map(|line| (line.width() as f64 / room).ceil().max(1.0)).sum::<f64>()
    };
    let lines = cells.map(lines_of).fold(1.0, f64::max);
    (lines * LINE + 3.0).min(MOST)
}

/// Returns as much of a text as a cell can hold, without characters that XML forbids.
pub fn fitted_text(text: &str) -> String {
    let mut units = 0;
    let mut kept = String::new();
    for c in text.chars().filter(|c| is_xml(*c)) {
        units += c.len_utf16();
        if units > CELL_MAX {
            while kept.encode_utf16().count() + CUT.len_utf16() > CELL_MAX {
                kept.pop();
            }
            kept.push(CUT);
            break;
        }
        kept.push(c);
    }
    kept
}

/// Returns true for characters that XML 1.0 allows; control characters and the two non-characters cannot even be
/// escaped.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n') || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

fn work_cells(work: &Work) -> Vec<Cell> {
    let [date, dated_by] = submitted(work);
    let display = work.source.display.map(|size| size.to_string()).unwrap_or_default();
    vec![
        text(&work.id),
        text(&work.title),
        text(work.department.as_deref().unwrap_or_default()),
        text(season_name(work)),
        Cell::Text(work.authors.join("、")),
        Cell::Text(work.about.advisors.join("、")),
        optional(&work.about.class),
        optional(&work.about.category),
        optional(&work.about.synopsis),
        optional(&work.about.music),
        Cell::Text(consent(work)),
        text(verdict_word(work.verdict)),
        text(work.duplicate_of.as_deref().unwrap_or_default()),
        Cell::Text(in_common(work)),
        text(if work.draft { "是" } else { "" }),
        Cell::Number(f64::from(work.revision)),
        Cell::Text(work.source.duration_ms.map(millisecond_time).unwrap_or_default()),
        Cell::Text(display),
        Cell::Number(work.source.bytes as f64),
        Cell::Number(work.renditions.len() as f64),
        Cell::Text(work.source.path.as_path().to_string_lossy().into_owned()),
        text(&work.made_at),
        text(work.season.as_deref().unwrap_or_default()),
        Cell::Text(date),
        Cell::Text(dated_by),
        Cell::Text(ai_declared(work)),
        Cell::Text(ai_labels(work)),
        Cell::Text(review(work)),
        text(kind_word(work)),
    ]
}

fn rendition_cells(work: &Work, rendition: &Rendition, names: &TargetNames) -> Vec<Cell> {
    let decibels = |value: Option<f64>| match value {
        Some(value) => Cell::Number((value * 10.0).round() / 10.0),
        None => text(""),
    };
    let post = rendition.post.clone().unwrap_or_default();
    let words: Vec<String> = post.topics.into_iter().chain(post.tags).collect();
    vec![
        text(&work.id),
        text(&work.title),
        text(target_name(names, &rendition.target)),
        text(&rendition.file),
        Cell::Text(millisecond_time(rendition.duration_ms)),
        Cell::Number(f64::from(rendition.width)),
        Cell::Number(f64::from(rendition.height)),
        Cell::Text(rendition.frame_rate.to_string()),
        Cell::Number(rendition.bytes as f64),
        decibels(rendition.loudness_lufs),
        decibels(rendition.true_peak_dbtp),
        Cell::Text(post.title),
        Cell::Text(post.text),
        Cell::Text(words.join(" ")),
        text(&rendition.sha256),
        text(&rendition.target),
        optional(&post.declaration),
        text(released_word(rendition)),
        Cell::Text(post_links(rendition)),
    ]
}

fn finding_cells(work: &Work, finding: &FindingRecord, names: &TargetNames) -> Vec<Cell> {
    vec![
        text(&work.id),
        text(&work.title),
        text(severity_word(finding.severity)),
        text(finding.target.as_deref().map_or("全部 all", |id| target_name(names, id))),
        Cell::Text(finding.code.name()),
        text(finding.measured.as_deref().unwrap_or_default()),
        text(finding.limit.as_deref().unwrap_or_default()),
        text(finding.sentence(Lang::Zh)),
        text(finding.sentence(Lang::En)),
        text(finding.target.as_deref().unwrap_or_default()),
    ]
}

fn optional(value: &Option<String>) -> Cell {
    text(value.as_deref().unwrap_or_default())
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}
