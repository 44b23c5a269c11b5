//! What the verbs that plan and build work with: the catalogue without the library's lock, so that they run beside the service.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::Chosen;
use super::forms;
use super::profiles;
use crate::clock::SystemClock;
use crate::commands::error::{self, CommandError};
use crate::commands::session::{self, GlobalOptions};
use crate::files;
use crate::library::catalog::Catalog;
use crate::library::staging::ScratchFolder;
use crate::library::{packages_file, records_file};
use crate::model::config::{Config, Season, season_named};
use crate::model::language::Lang;
use crate::model::preset::Preset;
use crate::model::review_refusal::Refusal;
use crate::model::showcase::candidate::Candidate;
use crate::model::showcase::contents::{CLEAN_PAPER, PaperJob};
use crate::model::showcase::plan::Plan;
use crate::model::showcase::profile::{Profile, Rule};
use crate::present::messages::posts as post_words;
use crate::present::messages::showcase as words;
use crate::present::terminal::Screen;
use crate::review::judge::judge_all;
use crate::review::proven::Shelf;
use crate::review::view::{Moment, find_work};
use crate::showcase::candidates::{Asked, candidates};
use crate::showcase::forms::Forms;
use crate::showcase::papers::{self, Papers};
use crate::showcase::plan::{Inputs, plan};
use crate::showcase::rules;
use crate::worker::{self, Workers};

/// What the progress bar is known by.
pub(in crate::commands) const CHECKING: &str = "checking";

pub(in crate::commands) struct Desk {
    pub config: Config,
    pub presets: Vec<Preset>,
    pub profiles: Vec<Profile>,
    pub catalog: Catalog,
    pub moment: Moment,
    pub lang: Lang,
    pub screen: Arc<Screen>,
}

/// What a plan was made of, to make it again.
pub(super) struct Ground {
    /// Id and name.
    season: Option<(String, String)>,
    papers: Papers,
    forms: Forms,
    replaces: Option<u64>,
    /// Where the copies of papers for an anonymous package lie.
    _copies: Vec<ScratchFolder>,
}

impl Desk {
    /// Opens the catalogue, with what only the copy of its records has, and brings the standings of works up to date.
    pub fn open(globals: &GlobalOptions, lang: Lang, screen: Arc<Screen>) -> Result<Self, CommandError> {
        let config = session::configuration(globals, lang, &screen)?;
        let (presets, profiles) = profiles::known(&config)?;
        let path = Catalog::path_in(config.library.as_path());
        if !path.is_file() {
            return Err(error::no_catalogue(config.library.as_path()));
        }
        let mut catalog = Catalog::open_unchecked(&path)?;
        records_file::take_over(config.library.as_path(), &catalog)?;
        packages_file::take_over(config.library.as_path(), &catalog)?;
        let moment = Moment::of(&SystemClock);
        judge_all(&mut catalog, &config.review, moment.now)?;
        Ok(Self { config, presets, profiles, catalog, moment, lang, screen })
    }

    pub fn library(&self) -> &Path {
        self.config.library.as_path()
    }

    pub fn profile(&self, id: &str) -> Result<Profile, CommandError> {
        profiles::find((&self.presets, self.profiles.clone()), id)
    }

    pub fn shelf(&self) -> Shelf<'_> {
        Shelf {
            catalog: &self.catalog,
            library: self.library(),
            rules: &self.config.review,
            now: self.moment.now,
        }
    }

    /// Returns the id of the work that a person means.
    pub fn work(&self, given: &str) -> Result<String, CommandError> {
        find_work(&self.catalog, given)?.map_err(|refusal| {
            CommandError::usage(match refusal {
                Refusal::WorkAmbiguous { given, works } => post_words::several_works(&given, &works),
                _ => post_words::no_work(given),
            })
        })
    }

    /// Plans a package of the works that were chosen. `replaces`: the package in whose place it would be.
    pub(super) async fn plan(
        &self,
        profile: &Profile,
        chosen: &Chosen,
        replaces: Option<u64>,
    ) -> Result<(Plan, Ground), CommandError> {
        let mut named = Vec::new();
        for given in &chosen.works {
            let id = self.work(given)?;
            if !named.contains(&id) {
                named.push(id);
            }
        }
        let season = self.season(profile, chosen.season.as_deref())?;
        let asked = match named.is_empty() {
            true => Asked::All { season: season.map(|season| season.id.as_str()) },
            false => Asked::Named(&named),
        };
        let found = candidates(self.shelf(), profile, asked, &mut |title, done| self.checking(title, done));
        self.screen.rest(CHECKING);
        let candidates = found?;
        let mut papers = self.papers(profile, &candidates)?;
        let copies = match profile.marks.identity {
            Rule::Forbidden => self.clean(profile, &candidates, &mut papers).await?,
            _ => Vec::new(),
        };
        let season = season.map(|season| (season.id.clone(), season.name.clone()));
        let forms = forms::read(&self.config, profile).await;
        let ground = Ground { season, papers, forms, replaces, _copies: copies };
        let plan = self.plan_of(profile, (&candidates, &ground), self.moment.now)?;
        Ok((plan, ground))
    }

    /// Plans the same package again as it would be now: the same works in the same order, whatever else is released by now.
    pub(super) fn plan_again(
        &self,
        profile: &Profile,
        (plan, ground): (&Plan, &Ground),
    ) -> Result<Plan, CommandError> {
        let ids: Vec<String> = plan.entries.iter().map(|entry| entry.work.clone()).collect();
        let moment = Moment::of(&SystemClock);
        let shelf = Shelf { now: moment.now, ..self.shelf() };
        let candidates = candidates(shelf, profile, Asked::Named(&ids), &mut |_, _| {})?;
        let mut papers = self.papers(profile, &candidates)?;
        papers.keep_copies(&ground.papers);
        let ground = Ground {
            papers,
            season: ground.season.clone(),
            // Those that were filled.
            forms: ground.forms.clone(),
            replaces: ground.replaces,
            _copies: Vec::new(),
        };
        self.plan_of(profile, (&candidates, &ground), moment.now)
    }

    fn plan_of(
        &self,
        profile: &Profile,
        (candidates, ground): (&[Candidate], &Ground),
        now: Timestamp,
    ) -> Result<Plan, CommandError> {
        let answers = self.catalog.package_answers(&profile.id)?;
        let mut handed_in = self.catalog.packages_handed_in(profile.contest())?;
        handed_in.retain(|package| Some(package.number) != ground.replaces);
        Ok(plan(Inputs {
            profile,
            college: &self.config.college,
            season: ground.season.as_ref().map(|(id, name)| (id.as_str(), name.as_str())),
            candidates,
            answers: &answers,
            handed_in: &handed_in,
            papers: &ground.papers,
            forms: &ground.forms,
            people: &self.catalog.people()?,
            now,
        }))
    }

    /// Has a worker copy the papers that the profile asks for, without what tells whoever made them.
    pub async fn clean(
        &self,
        profile: &Profile,
        candidates: &[Candidate],
        papers: &mut Papers,
    ) -> Result<Vec<ScratchFolder>, CommandError> {
        let (workers, mut copies) = (Workers::this(), Vec::new());
        for (work, paper) in papers.all_mut() {
            if !papers::is_asked_for(profile, &paper.name) || paper.bytes == 0 {
                continue;
            }
            let of_it = candidates.iter().filter(|one| work.is_none_or(|work| one.work == work));
            let names = of_it.flat_map(|one| rules::names(one, &self.config.college));
            let folder = ScratchFolder::create()?;
            let job = PaperJob {
                source: files::real_place(&paper.path).map_err(CommandError::internal)?.into(),
                folder: folder.path().into(),
                names: names.map(str::to_owned).collect(),
                limits: self.config.limits.clone(),
            };
            match worker::ask(&workers, job, &mut |_, _| {}).await {
                Ok(clean) => paper.clean = Some((folder.path().join(CLEAN_PAPER), clean)),
                // What nobody can look into goes nowhere.
                Err(error) => {
                    tracing::warn!(detail = error.detail, paper = paper.name, "a paper cannot be read")
                }
            }
            copies.push(folder);
        }
        Ok(copies)
    }

    /// Shows which work's files are being hashed.
    pub fn checking(&self, title: &str, (done, of): (usize, usize)) {
        let label = words::checking(title);
        self.screen.update(CHECKING, label.get(self.lang), (done as u64, of as u64), "");
    }

    /// Returns the season that is meant by its id or name; else that of the day, in the profile's zone.
    fn season(&self, profile: &Profile, given: Option<&str>) -> Result<Option<&Season>, CommandError> {
        let seasons = &self.config.seasons;
        if let Some(given) = given {
            let found = season_named(seasons, given);
            let known: Vec<&str> = seasons.iter().map(|season| season.id.as_str()).collect();
            return found.map(Some).ok_or_else(|| CommandError::usage(words::no_season(given, &known)));
        }
        let zone = TimeZone::get(&profile.when.zone).unwrap_or(TimeZone::UTC);
        let today = zone.to_datetime(self.moment.now).date().to_string();
        let is_now = |season: &&Season| (season.from.as_str()..=season.to.as_str()).contains(&today.as_str());
        Ok(seasons.iter().find(is_now))
    }

    /// Returns the papers of a profile and of works.
    pub fn papers(&self, profile: &Profile, candidates: &[Candidate]) -> Result<Papers, CommandError> {
        let Some(packages) = &self.config.packages else { return Ok(Papers::default()) };
        let folder = papers::folder_of(packages.as_path(), &profile.id);
        let is_wanted = |work: &str| candidates.iter().any(|one| one.work == work);
        Papers::read(&folder, &is_wanted).map_err(|error| {
            let said = words::packages_unreadable(&folder.display().to_string(), &error.to_string());
            CommandError::environment(said).because(error)
        })
    }

    /// Brings the copy of packages and answers up to date. A copy that cannot be written keeps nobody from his work.
    pub fn keep_copy(&self) {
        if let Err(error) = packages_file::bring_up_to_date(self.library(), &self.catalog) {
            tracing::warn!(%error, "the copy of packages cannot be written");
        }
    }
}
