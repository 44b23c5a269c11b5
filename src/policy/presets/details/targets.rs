//! The targets that a sidecar names, by their ids or their names in either language.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::values::Written;
use crate::model::language::Bilingual;
use crate::model::preset::Preset;
use crate::policy::presets::builtin::builtin;
use crate::policy::presets::explain::nearest;
use crate::policy::presets::fault::Fault;

/// Parsed once: every submission may ask.
static BUILT_IN: LazyLock<Vec<Preset>> = LazyLock::new(builtin);

/// Returns the ids of a list of targets, each once.
pub(super) fn listed(value: Written<'_, '_>, presets: &[Preset]) -> Result<Vec<String>, Fault> {
    let mut ids = Vec::new();
    for name in value.lines()? {
        let id = id_of(&name, presets).ok_or_else(|| unknown(value.span(), &name, presets))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Returns the id of the target of this name, the office's own first; a part of a name, such as that of a platform without its
/// company's, stands for the one target that has it.
pub(super) fn id_of(name: &str, presets: &[Preset]) -> Option<String> {
    let name = name.trim().to_lowercase();
    let all = || presets.iter().chain(BUILT_IN.iter());
    let names =
        |preset: &Preset| [&preset.id, &preset.name.zh, &preset.name.en].map(|known| known.to_lowercase());
    if let Some(preset) = all().find(|preset| names(preset).contains(&name)) {
        return Some(preset.id.clone());
    }
    let holds = |preset: &&Preset| names(preset).iter().any(|known| known.contains(&name));
    let ids: BTreeSet<&str> = all().filter(holds).map(|preset| preset.id.as_str()).collect();
    (name.chars().count() > 1 && ids.len() == 1).then(|| ids.into_iter().next().map(str::to_owned)).flatten()
}

/// Returns the fault of a name that no target has.
pub(super) fn unknown(span: Range<usize>, name: &str, presets: &[Preset]) -> Fault {
    let all = || presets.iter().chain(BUILT_IN.iter());
    let known =
        all().flat_map(|preset| [preset.id.as_str(), preset.name.zh.as_str(), preset.name.en.as_str()]);
    let is_chinese = !name.is_ascii();
    let hint = match nearest(name, known)
        .filter(|known| !is_chinese || known.chars().any(|c| name.contains(c)))
    {
        Some(meant) => Bilingual::new(format!("是不是想写“{meant}”？"), format!("did you mean `{meant}`?")),
        None => {
            let shown: Vec<&Preset> =
                if presets.is_empty() { all().collect() } else { presets.iter().collect() };
            let names = |of: fn(&Preset) -> &str| shown.iter().map(|preset| of(preset)).collect::<Vec<_>>();
            Bilingual::new(
                format!("可以写：{}", names(|preset| &preset.name.zh).join("、")),
                format!("possible targets: {}", names(|preset| &preset.id).join(", ")),
            )
        }
    };
    Fault::spanned(
        span,
        Bilingual::new(format!("没有“{name}”这个发布目标"), format!("there is no target `{name}`")),
        hint,
    )
}
