//! `jincai people`: phones, mails and student numbers, kept in one table and erased on request.

mod add;
mod desk;
mod forget;
mod import;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::error::CommandError;
use super::session::GlobalOptions;
use super::table::{WIDEST, table};
use crate::model::language::Lang;
use crate::model::people::{Person, Private};
use crate::present::messages::people as words;
use crate::present::terminal::Screen;
pub(super) use desk::{Desk, units_of};

#[derive(Debug, Subcommand)]
pub enum PeopleVerb {
    /// 登记或改动一个人 · records somebody, or changes what is known
    Add(AddArgs),
    /// 从表格导入（XLSX 或 CSV），有一处不对就一个也不记 · imports a table, all of it or nothing
    Import {
        /// 表格文件 · the table
        file: PathBuf,
    },
    /// 写出空白表格模板 · writes a template of that table
    Template {
        /// 写到哪个文件（.xlsx 或 .csv）· the file, .xlsx or .csv
        file: PathBuf,
    },
    /// 彻底删除一个人的电话、邮箱、学号 · erases somebody for real
    Forget {
        /// 姓名或编号 · name or number
        person: String,
    },
}

#[derive(Debug, Args)]
pub struct AddArgs {
    /// 姓名 · the name
    #[arg(long)]
    name: String,
    /// 系部 · the department
    #[arg(long)]
    department: Option<String>,
    /// 职务 · what they are there
    #[arg(long)]
    position: Option<String>,
    /// 电话；写 "" 就清空 · the phone; "" erases it
    #[arg(long)]
    phone: Option<String>,
    /// 邮箱 · the mail address
    #[arg(long)]
    email: Option<String>,
    /// 学号 · the student number
    #[arg(long, value_name = "NUMBER")]
    student_id: Option<String>,
    /// 是这个系部的联络员 · whom the department is reached by
    #[arg(long)]
    contact: bool,
    /// 不再是联络员 · no longer
    #[arg(long, conflicts_with = "contact")]
    no_contact: bool,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum PeopleEvent<'a> {
    Person {
        #[serde(flatten)]
        person: Told<'a>,
    },
    Added {
        id: u64,
        name: &'a str,
    },
    Changed {
        id: u64,
        name: &'a str,
    },
    Forgotten {
        id: u64,
        name: &'a str,
        whole: bool,
        copies: usize,
        packages: Vec<u64>,
    },
}

/// Somebody as lists tell it.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    id: u64,
    name: &'a str,
    department: &'a str,
    position: &'a str,
    contact: bool,
    phone: String,
    email: String,
    student_id: String,
}

/// Returns somebody with covered numbers, or all of them.
pub(super) fn told(person: &Person, is_full: bool) -> Told<'_> {
    let said = |text: &Private| if is_full { text.as_str().to_owned() } else { text.covered() };
    Told {
        id: person.id,
        name: &person.name,
        department: &person.unit,
        position: &person.position,
        contact: person.is_contact,
        phone: said(&person.phone),
        email: said(&person.email),
        student_id: said(&person.student_id),
    }
}

/// Performs a subcommand; without one it lists people.
pub async fn people(
    globals: &GlobalOptions,
    what: Option<PeopleVerb>,
    is_full: bool,
    lang: Lang,
    screen: Arc<Screen>,
) -> Result<u8, CommandError> {
    if let Some(PeopleVerb::Template { file }) = &what {
        return import::template(file, lang, &screen);
    }
    let mut desk = Desk::open(globals, lang, screen)?;
    match what {
        Some(PeopleVerb::Add(args)) => add::add(&mut desk, &args),
        Some(PeopleVerb::Import { file }) => import::import(&mut desk, &file).await,
        Some(PeopleVerb::Forget { person }) => forget::forget(&desk, &person),
        None | Some(PeopleVerb::Template { .. }) => list(&desk, is_full),
    }
}

fn list(desk: &Desk, is_full: bool) -> Result<u8, CommandError> {
    let people = desk.catalog.people()?;
    let mut rows = Vec::new();
    for person in &people.0 {
        let person = told(person, is_full);
        rows.push(vec![
            person.id.to_string(),
            person.name.to_owned(),
            person.department.to_owned(),
            person.position.to_owned(),
            if person.contact { words::yes().to_owned() } else { String::new() },
            person.phone.clone(),
            person.email.clone(),
            person.student_id.clone(),
        ]);
        desk.screen.event(&PeopleEvent::Person { person });
    }
    if rows.is_empty() {
        desk.screen.say(words::nobody_yet().get(desk.lang));
        return Ok(0);
    }
    desk.screen.say(&table(&words::heads(desk.lang), &rows, WIDEST));
    if !is_full {
        desk.screen.say(words::how_to_see_all().get(desk.lang));
    }
    Ok(0)
}
