//! The organisers' forms of a profile: read before a package is planned, filled before it is built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::commands::error::CommandError;
use crate::commands::form_work::{self, Copies};
use crate::files;
use crate::library::staging::ScratchFolder;
use crate::model::config::{Config, Limits};
use crate::model::language::{AnyPath, Bilingual};
use crate::model::showcase::plan::{FormPlan, Origin, Plan};
use crate::model::showcase::profile::{Profile, Rule};
use crate::present::messages::showcase as words;
use crate::showcase::forms::{Forms, ReadForm, folder_in};
use crate::showcase::papers;
use crate::text::hex;

/// Has the forms of a profile read.
pub(super) async fn read(config: &Config, profile: &Profile) -> Forms {
    let Some(packages) = &config.packages else { return Forms::default() };
    let folder = folder_in(&papers::folder_of(packages.as_path(), &profile.id));
    let mut forms = Forms { folder: folder.clone(), read: BTreeMap::new() };
    for template in profile.part.iter().filter_map(|part| part.template.as_ref()) {
        let path = folder.join(template);
        if forms.read.contains_key(template) || !files::is_there(&path).unwrap_or(false) {
            continue;
        }
        let read = form_work::read(&path, &config.limits).await.map(|form| {
            let bytes = files::stamp(&path).map_or(0, |stamp| stamp.bytes);
            ReadForm { path: path.clone(), bytes, form }
        });
        forms.read.insert(template.clone(), read);
    }
    forms
}

/// Has all forms of a plan filled into a folder. Returns the plan with the filled files in their place.
pub(super) async fn filled(
    (profile, plan): (&Profile, &Plan),
    limits: &Limits,
) -> Result<(Plan, Option<ScratchFolder>), CommandError> {
    let mut plan = plan.clone();
    let mut by_template: BTreeMap<PathBuf, Vec<&mut Origin>> = BTreeMap::new();
    for file in plan.entries.iter_mut().flat_map(|entry| &mut entry.files) {
        if let Origin::Form(form) = &file.from {
            by_template.entry(form.template.as_path().to_owned()).or_default().push(&mut file.from);
        }
    }
    if by_template.is_empty() {
        return Ok((plan, None));
    }
    let scratch = ScratchFolder::create()?;
    let mut number = 0;
    for (template, origins) in by_template {
        let plans: Vec<FormPlan> = origins.iter().filter_map(|origin| planned(origin)).collect();
        let Some(sha256) = plans.first().map(|plan| plan.sha256.clone()) else { continue };
        let values = plans
            .iter()
            .map(|plan| plan.values.iter().map(|(at, value)| (*at, value.as_str().to_owned())).collect());
        let copies = Copies {
            template: &template,
            sha256: &sha256,
            values: values.collect(),
            without_properties: profile.marks.identity == Rule::Forbidden,
        };
        let filled = form_work::filled(copies, limits).await?.map_err(|why| failed(&template, &why))?;
        for (origin, bytes) in origins.into_iter().zip(filled) {
            number += 1;
            let path = scratch.path().join(number.to_string());
            files::create_new(&path)
                .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes))
                .map_err(CommandError::internal)?;
            let sha256 = hex(&Sha256::digest(&bytes));
            *origin = Origin::Paper { path: AnyPath::from(path), bytes: bytes.len() as u64, sha256 };
        }
    }
    Ok((plan, Some(scratch)))
}

fn planned(origin: &Origin) -> Option<FormPlan> {
    match origin {
        Origin::Form(plan) => Some(plan.clone()),
        _ => None,
    }
}

fn failed(template: &Path, why: &Bilingual) -> CommandError {
    let (text, hint) = words::form_not_filled(&template.display().to_string(), why);
    CommandError::environment(text).with_hint(hint)
}
