//! What all verbs of receipts work with: the catalogue without the library's lock, so that they run beside the service.

use std::path::Path;
use std::sync::Arc;

use jiff::ZonedDateTime;

use crate::clock::{Clock, SystemClock};
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::library::catalog::Catalog;
use crate::library::records_file;
use crate::model::config::Config;
use crate::model::language::{Bilingual, Lang};
use crate::model::preset::Preset;
use crate::model::review::Signatory;
use crate::model::review_refusal::Refusal;
use crate::policy::presets;
use crate::present::messages::posts as words;
use crate::present::terminal::Screen;
use crate::receipts::host::is_in;
use crate::receipts::link::LinkRule;
use crate::receipts::note::Terms;
use crate::review::judge::judge_all;
use crate::review::view::{Moment, find_work};

pub(in crate::commands) struct Desk {
    pub config: Config,
    /// All there are: a post may be of a target that is no longer enabled.
    pub presets: Vec<Preset>,
    pub catalog: Catalog,
    pub now: ZonedDateTime,
    pub moment: Moment,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

impl Desk {
    /// Opens the catalogue, and brings the standings of works up to date.
    pub fn open(globals: &GlobalOptions, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let config = session::configuration(globals, lang, &screen)?;
        let presets = presets::load(config.presets.as_ref().map(|folder| folder.as_path()))?;
        let path = Catalog::path_in(config.library.as_path());
        if !path.is_file() {
            return Err(error::no_catalogue(config.library.as_path()));
        }
        let mut catalog = Catalog::open_unchecked(&path)?;
        let (now, moment) = (SystemClock.local(), Moment::of(&SystemClock));
        judge_all(&mut catalog, &config.review, moment.now)?;
        Ok(Self { config, presets, catalog, now, moment, lang, screen })
    }

    /// Writes what was recorded to the copy beside the catalogue.
    pub fn keep_copy(&self) -> Result<(), CommandError> {
        Ok(records_file::bring_up_to_date(self.library(), &self.catalog)?)
    }

    /// Returns the id of the work that a person means; the inner error says which may be meant.
    pub fn work(&self, given: &str) -> Result<Result<String, Bilingual>, CommandError> {
        Ok(find_work(&self.catalog, given)?.map_err(|refusal| match refusal {
            Refusal::WorkAmbiguous { given, works } => words::several_works(&given, &works),
            _ => words::no_work(given),
        }))
    }

    pub fn library(&self) -> &Path {
        self.config.library.as_path()
    }

    pub fn terms(&self) -> Terms<'_> {
        Terms { rules: &self.config.review, moment: &self.moment }
    }

    /// Returns the preset of a target on which something is posted, by its id or its name.
    pub fn target(&self, given: &str) -> Result<&Preset, Bilingual> {
        let given = given.trim();
        let is_meant = |preset: &&Preset| {
            preset.id.eq_ignore_ascii_case(given)
                || preset.name.zh == given
                || preset.name.en.eq_ignore_ascii_case(given)
        };
        let found = self.presets.iter().find(is_meant).ok_or_else(|| {
            let known: Vec<&str> = self.posted_on().map(|preset| preset.id.as_str()).collect();
            words::unknown_target(given, &known)
        })?;
        if found.post.is_none() {
            return Err(words::nothing_is_posted_there(&found.name.zh));
        }
        Ok(found)
    }

    /// Returns the name of a target in the language of the screen; its id where it is not known.
    pub fn target_name<'a>(&'a self, id: &'a str) -> &'a str {
        let preset = self.presets.iter().find(|preset| preset.id == id);
        preset.map_or(id, |preset| preset.name.get(self.lang))
    }

    fn posted_on(&self) -> impl Iterator<Item = &Preset> {
        self.presets.iter().filter(|preset| preset.post.is_some())
    }

    /// Returns the enabled targets on which something is posted, in the configuration's order.
    pub fn enabled(&self) -> impl Iterator<Item = &Preset> {
        let named = |id: &String| self.presets.iter().find(|preset| preset.id == *id);
        self.config.targets.iter().filter_map(named).filter(|preset| preset.post.is_some())
    }

    /// Returns where the posts of a target are: as the configuration says, else as its preset says.
    pub fn link_rule<'a>(&'a self, preset: &'a Preset) -> LinkRule<'a> {
        let post = preset.post.as_ref();
        let own = self.config.post.hosts.get(&preset.id);
        LinkRule {
            hosts: own.or(post.map(|post| &post.hosts)).map_or(&[], Vec::as_slice),
            short_hosts: post.map_or(&[], |post| post.short_hosts.as_slice()),
        }
    }

    /// Returns the name of another target to whose site a host belongs.
    pub fn owner_of_host(&self, host: &str, not: &str) -> Option<&str> {
        let mut others = self.posted_on().filter(|preset| preset.id != not);
        let found = others.find(|preset| {
            let rule = self.link_rule(preset);
            let short = rule.short_hosts.iter().any(|short| !short.contains('/') && short == host);
            short || rule.hosts.iter().any(|domain| is_in(host, domain))
        });
        found.map(|preset| preset.name.get(self.lang))
    }

    /// Returns who acts, with the post that the configuration names.
    pub fn signatory(&self, name: &str) -> Result<Signatory, CommandError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(CommandError::usage(words::no_name()));
        }
        let mut people = self.config.review.level.iter().flat_map(|level| &level.people);
        let post = people.find(|person| person.name == name).map(|person| person.post.clone());
        Ok(Signatory { name: name.to_owned(), post: post.unwrap_or_default(), on_behalf_of: None })
    }
}
