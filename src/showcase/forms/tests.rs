use super::*;
use crate::model::details::About;
use crate::model::form::{FormCell, FormKind, Grid};
use crate::model::people::Person;
use crate::model::preset::Edition;
use crate::model::showcase::candidate::{AiSaid, Held, Measured};
use crate::model::showcase::profile::Per;
use crate::model::units::{Rational, Size};

fn candidate() -> Candidate {
    Candidate {
        work: "a".into(),
        title: "晨光".into(),
        department: Some("机械系".into()),
        season: None,
        season_name: None,
        submitted: "2026-11-20".into(),
        captured: None,
        authors: vec!["张三".into(), "李四".into()],
        about: About { advisors: vec!["王芳".into()], ..About::default() },
        ai: AiSaid::None,
        has_captions: false,
        source: None,
        posts: Vec::new(),
        lost: Vec::new(),
        release: Err(Held::NotMade { target: "entry".into() }),
        is_named: true,
    }
}

fn entry() -> Entry {
    Entry {
        no: 1,
        work: "a".into(),
        title: "晨光".into(),
        digest: String::new(),
        measured: Measured {
            duration_ms: 1,
            bytes: 1,
            size: Size::new(2, 2),
            frame_rate: Rational::new(25, 1),
            edition: Edition::Clean,
            has_captions: false,
        },
        folder: None,
        files: Vec::new(),
        cells: vec![
            (Column::Title, "=1+1".into()),
            (Column::Authors, "张三、李四".into()),
            (Column::Teacher, "王芳".into()),
            (Column::Contact, "赵六".into()),
            (Column::Synopsis, String::new()),
        ],
        cover: None,
        open: Vec::new(),
        notes: Vec::new(),
        answers: Vec::new(),
    }
}

fn people() -> People {
    let person = |name: &str, unit: &str, phone: &str| Person {
        name: name.into(),
        unit: unit.into(),
        phone: phone.into(),
        ..Person::default()
    };
    let mut contact = person("赵六", "机械系", "4");
    contact.is_contact = true;
    People(vec![
        person("张三", "机械系", "1"),
        person("张三", "外语系", "2"),
        person("王芳", "机械系", "3"),
        contact,
    ])
}

/// A form of rows; `_` is free.
fn form(rows: &[&str]) -> Form {
    let cells = (0..).zip(rows).flat_map(|(row, line)| {
        (0..).zip(line.split('|')).map(move |(column, text)| FormCell {
            row,
            column,
            width: 1,
            height: 1,
            text: if text == "_" { String::new() } else { text.to_owned() },
            is_free: text == "_",
        })
    });
    let grids = vec![Grid { name: String::new(), cells: cells.collect(), is_open: false }];
    Form { kind: FormKind::Docx, sha256: String::new(), grids }
}

fn part(fill: &[(&str, Column)]) -> Part {
    Part {
        path: ".".into(),
        take: Take::Form,
        per: Per::Work,
        required: true,
        size: None,
        name: None,
        formats: Vec::new(),
        max_bytes: None,
        template: Some("报名表.docx".into()),
        fill: fill.iter().map(|(label, column)| ((*label).to_owned(), *column)).collect(),
        columns: Vec::new(),
    }
}

type Values = Vec<(u32, u32, String)>;

/// Returns what stands where, and labels that stay empty with why.
fn filled(
    rows: &[&str],
    (fill, is_anonymous): (&[(&str, Column)], bool),
) -> (Values, Vec<(String, Unfilled)>) {
    let (candidate, entry, people) = (candidate(), entry(), people());
    let source = Source { candidate: &candidate, entry: &entry, people: &people, is_anonymous };
    let told = source.fill(&form(rows), &part(fill));
    let values = told.values.iter().map(|(at, text)| (at.row, at.column, text.as_str().to_owned()));
    let open = told.open.into_iter().filter_map(|open| match open {
        Open::FormLacks { label, why, .. } => Some((label, why)),
        _ => None,
    });
    let notes = told.notes.into_iter().filter_map(|note| match note {
        Note::FormCell { label, why, .. } => Some((label, why)),
        _ => None,
    });
    (values.collect(), open.chain(notes).collect())
}

#[test]
fn a_number_is_that_of_whom_the_label_before_it_names() {
    let rows = ["作品名称|_|_|_", "作者|_|联系电话|_", "指导教师|_|联系电话|_", "联系人|_|手机|_"];
    let (values, unfilled) = filled(&rows, (&[], false));
    let values: Vec<(u32, u32, &str)> =
        values.iter().map(|(row, column, text)| (*row, *column, text.as_str())).collect();
    let expected = [
        (0, 1, "=1+1"),
        (1, 1, "张三、李四"),
        (1, 3, "1"),
        (2, 1, "王芳"),
        (2, 3, "3"),
        (3, 1, "赵六"),
        (3, 3, "4"),
    ];
    assert_eq!(values, expected);
    assert_eq!(unfilled, []);
}

#[test]
fn what_may_mean_several_people_is_left_to_a_person() {
    let rows = ["作者|_|联系电话|_", "作者|_|联系电话|_", "作品简介|_"];
    let (values, unfilled) = filled(&rows, (&[], false));
    assert_eq!(values, []);
    let why: Vec<Unfilled> = unfilled.into_iter().map(|(_, why)| why).collect();
    let ambiguous = || Unfilled::Ambiguous;
    assert_eq!(why, [ambiguous(), ambiguous(), ambiguous(), ambiguous(), Unfilled::NotSaid]);
}

#[test]
fn labels_of_the_profile_come_first_and_must_be_there() {
    let fill = [("参赛片名", Column::Title), ("没有的", Column::Title), ("作 者", Column::Empty)];
    let (values, unfilled) = filled(&["参赛片名：|_", "作者|_", "电子邮箱|_"], (&fill, false));
    assert_eq!(values, [(0, 1, "=1+1".to_owned())]);
    let none = Unfilled::NotOnRecord { name: "张三".into(), several: false };
    assert_eq!(unfilled, [("电子邮箱".to_owned(), none), ("没有的".to_owned(), Unfilled::NoLabel)]);
}

#[test]
fn an_anonymous_package_tells_nobody_in_its_forms() {
    let rows = ["作品名称|_", "作者|_", "联系电话|_", "院系|_", "学校|_"];
    let (values, unfilled) = filled(&rows, (&[], true));
    assert_eq!(values, [(0, 1, "=1+1".to_owned())]);
    assert_eq!(unfilled.len(), 4);
    assert!(unfilled.iter().all(|(_, why)| *why == Unfilled::Anonymous));
}
