//! `manifest.xlsx`: 作品, 成片 and 问题, one sheet each.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::{Result, clock_time, in_common, severity_word, verdict_word};
use crate::model::manifest::{FindingRecord, Rendition, Work};

/// Most characters Excel takes in one cell.
const CELL_MAX: usize = 32_767;

/// A column: its head and its width in characters.
type Column = (&'static str, f64);

const WORKS: &[Column] = &[
    ("作品编号", 11.0),
    ("作品名", 32.0),
    ("系部", 16.0),
    ("赛季", 10.0),
    ("作者", 18.0),
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
];

/// The library as a workbook, written work by work: rows go to temporary files, so that memory does not grow with
/// the library. Every text is stored as text, so none can become a formula.
pub struct XlsxWriter {
    workbook: Workbook,
    works: Table,
    renditions: Table,
    findings: Table,
}

impl std::fmt::Debug for XlsxWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxWriter").field("works", &self.works.next).finish_non_exhaustive()
    }
}

impl XlsxWriter {
    /// `aside`: where the temporary files go.
    pub fn begin(aside: &Path) -> Result<Self> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(aside)?;
        // A fixed date: the same library gives the same bytes.
        let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_title("津彩").set_creation_datetime(&created));
        let works = Table::start(&mut workbook, "作品", WORKS)?;
        let renditions = Table::start(&mut workbook, "成片", RENDITIONS)?;
        let findings = Table::start(&mut workbook, "问题", FINDINGS)?;
        Ok(Self { workbook, works, renditions, findings })
    }

    pub fn add(&mut self, work: &Work) -> Result<()> {
        self.works.row(&work_cells(work))?;
        for rendition in &work.renditions {
            self.renditions.row(&rendition_cells(work, rendition))?;
        }
        for finding in &work.findings {
            self.findings.row(&finding_cells(work, finding))?;
        }
        Ok(())
    }

    pub fn finish(mut self, out: impl std::io::Write + std::io::Seek + Send) -> Result<()> {
        for table in [self.works, self.renditions, self.findings] {
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
    body: Format,
}

impl Table {
    fn start(workbook: &mut Workbook, name: &str, columns: &'static [Column]) -> Result<Self> {
        let head = Format::new().set_bold();
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for ((title, width), column) in columns.iter().zip(0..) {
            sheet.set_column_width(column, *width)?.write_string_with_format(0, column, *title, &head)?;
        }
        let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Ok(Self { sheet, columns, next: 1, body })
    }

    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        for (cell, column) in cells.iter().zip(0..) {
            match cell {
                Cell::Text(text) => {
                    let text: String = text.chars().filter(|c| is_xml(*c)).take(CELL_MAX).collect();
                    self.sheet.write_string_with_format(self.next, column, text, &self.body)?;
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
        let last = self.columns.len().saturating_sub(1) as u16;
        self.sheet.autofilter(0, 0, self.next - 1, last)?;
        Ok(self.sheet)
    }
}

/// XML 1.0 has no place for other control characters and the two non-characters, even escaped.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n') || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

fn work_cells(work: &Work) -> Vec<Cell> {
    let display = work.source.display.map(|size| size.to_string()).unwrap_or_default();
    vec![
        text(&work.id),
        text(&work.title),
        text(work.department.as_deref().unwrap_or_default()),
        text(work.season.as_deref().unwrap_or_default()),
        Cell::Text(work.authors.join("、")),
        text(verdict_word(work.verdict)),
        text(work.duplicate_of.as_deref().unwrap_or_default()),
        Cell::Text(in_common(work)),
        text(if work.draft { "是" } else { "" }),
        Cell::Number(f64::from(work.revision)),
        Cell::Text(work.source.duration_ms.map(clock_time).unwrap_or_default()),
        Cell::Text(display),
        Cell::Number(work.source.bytes as f64),
        Cell::Number(work.renditions.len() as f64),
        Cell::Text(work.source.path.as_path().to_string_lossy().into_owned()),
        text(&work.made_at),
    ]
}

fn rendition_cells(work: &Work, rendition: &Rendition) -> Vec<Cell> {
    let decibels = |value: Option<f64>| match value {
        Some(value) => Cell::Number((value * 10.0).round() / 10.0),
        None => text(""),
    };
    let post = rendition.post.clone().unwrap_or_default();
    let words: Vec<String> = post.topics.into_iter().chain(post.tags).collect();
    vec![
        text(&work.id),
        text(&work.title),
        text(&rendition.target),
        text(&rendition.file),
        Cell::Text(clock_time(rendition.duration_ms)),
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
    ]
}

fn finding_cells(work: &Work, finding: &FindingRecord) -> Vec<Cell> {
    vec![
        text(&work.id),
        text(&work.title),
        text(severity_word(finding.severity)),
        text(finding.target.as_deref().unwrap_or("全部 all")),
        Cell::Text(finding.code.name()),
        text(finding.measured.as_deref().unwrap_or_default()),
        text(finding.limit.as_deref().unwrap_or_default()),
        text(&finding.message.zh),
        text(&finding.message.en),
    ]
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}
