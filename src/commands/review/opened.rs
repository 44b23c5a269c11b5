//! What every command of review works with, opened once.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::SystemClock;
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::library::catalog::Catalog;
use crate::library::records_file;
use crate::model::config::Config;
use crate::model::language::Lang;
use crate::model::preset::Preset;
use crate::model::review::Signatory;
use crate::model::review_refusal::Refusal;
use crate::policy::presets;
use crate::present::messages::{failures, review_refusals, shown};
use crate::present::terminal::Screen;
use crate::review::act::{ActError, Desk};
use crate::review::credit;
use crate::review::view::{Moment, View, find_work};

/// Who acts.
#[derive(Clone, Debug, clap::Args)]
pub struct By {
    /// 谁 · who
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 职务 · the post
    #[arg(long, value_name = "TEXT")]
    pub post: Option<String>,
}

/// What every command of review works with.
pub struct ReviewSession {
    pub config: Config,
    pub presets: Vec<Preset>,
    pub catalog: Catalog,
    pub lang: Lang,
    pub screen: Arc<Screen>,
    pub moment: Moment,
}

impl ReviewSession {
    /// Opens the catalogue for a question or a record, with what only the copy of its records has.
    pub fn open(globals: &GlobalOptions, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let config = session::configuration(globals, lang, &screen)?;
        let library = config.library.as_path();
        let path = Catalog::path_in(library);
        if !path.exists() {
            return Err(error::no_catalogue(library));
        }
        // All of them: `--target` names what is acted on, and posts of other targets keep their form.
        let presets = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
        let catalog = Catalog::open_unchecked(&path)?;
        records_file::take_over(library, &catalog)?;
        // What a killed command left out. A library that cannot be written to is no reason not to answer.
        if let Err(error) = records_file::append_missing(library, &catalog) {
            tracing::warn!(%error, "the copy of the records was not completed");
        }
        Ok(Self { presets, catalog, lang, screen, moment: Moment::of(&SystemClock), config })
    }

    /// Returns the id of the work that is meant.
    pub fn find(&self, given: &str) -> Result<String, CommandError> {
        find_work(&self.catalog, given)?.map_err(|refusal| refused(&refusal))
    }

    pub fn view(&self, id: &str) -> Result<View, CommandError> {
        let view = View::read(&self.catalog, &self.config.review, id, self.moment.now)?;
        view.ok_or_else(|| refused(&Refusal::NoSuchWork { given: id.to_owned() }))
    }

    pub fn desk<'a>(&'a self, by: &'a Signatory) -> Desk<'a> {
        Desk {
            catalog: &self.catalog,
            rules: &self.config.review,
            library: self.config.library.as_path(),
            by,
            moment: &self.moment,
        }
    }

    /// Brings the texts to post of a work into line with its signatures, and says what was not done. What was recorded holds all
    /// the same.
    pub fn write_posts(&self, id: &str) {
        let (rules, library) =
            ((&self.config.review, self.presets.as_slice()), self.config.library.as_path());
        match credit::write_posts(&self.catalog, library, rules, id, self.moment.now) {
            Ok(notes) => {
                for note in notes {
                    self.screen.event(&note);
                    self.screen.warn(shown::credit_note(&note).get(self.lang));
                }
            }
            Err(error) => self.screen.warn(shown::credit_not_written(&error.to_string()).get(self.lang)),
        }
    }

    /// Returns who acts, with the post that the configuration gives the person.
    pub fn signatory(&self, by: &By, on_behalf_of: Option<&String>) -> Signatory {
        let name = by.by.trim().to_owned();
        let people = self.config.review.level.iter().flat_map(|level| &level.people);
        let known = people.into_iter().find(|person| crate::review::sign::same_name(&person.name, &name));
        let post = by.post.clone().or_else(|| known.map(|person| person.post.clone()));
        Signatory {
            post: post.unwrap_or_default().trim().to_owned(),
            on_behalf_of: on_behalf_of.map(|name| name.trim().to_owned()),
            name,
        }
    }

    /// Returns the name of a target as people read it.
    pub fn target_name(&self, id: &str) -> String {
        let preset = self.presets.iter().find(|preset| preset.id == id);
        preset.map_or_else(|| id.to_owned(), |preset| preset.name.get(self.lang).to_owned())
    }

    pub fn library(&self) -> PathBuf {
        self.config.library.as_path().to_owned()
    }
}

/// Makes an error of what was not done.
pub fn refused(refusal: &Refusal) -> CommandError {
    let (text, hint) = review_refusals::refusal(refusal);
    let error = CommandError::usage(text);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

impl From<ActError> for CommandError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => refused(&refusal),
            ActError::Catalog(error) => error.into(),
            ActError::Copy(error) => {
                let detail = error.to_string();
                CommandError::environment(failures::records_not_copied(&detail)).because(error)
            }
        }
    }
}
