//! The targets that a sidecar names, by their ids or their names in either language.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::builtin::builtin;
use super::super::explain::nearest;
use super::super::fault::Fault;
use super::values::Written;
use crate::model::language::Bilingual;
use crate::model::preset::Preset;

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

/// Returns the id of the target of this name, the office's own first.
pub(super) fn id_of(name: &str, presets: &[Preset]) -> Option<String> {
    let name = name.trim();
    let is_it = |preset: &&Preset| {
        let names = [preset.id.as_str(), &preset.name.zh, &preset.name.en];
        names.into_iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    presets.iter().chain(BUILT_IN.iter()).find(is_it).map(|preset| preset.id.clone())
}

/// Returns the fault of a name that no target has.
pub(super) fn unknown(span: Range<usize>, name: &str, presets: &[Preset]) -> Fault {
    let all = || presets.iter().chain(BUILT_IN.iter());
    let known = all().flat_map(|preset| [preset.id.as_str(), preset.name.zh.as_str(), preset.name.en.as_str()]);
    let is_chinese = !name.is_ascii();
    let hint = match nearest(name, known).filter(|known| !is_chinese || known.chars().any(|c| name.contains(c))) {
        Some(meant) => Bilingual::new(format!("是不是想写“{meant}”？"), format!("did you mean `{meant}`?")),
        None => {
            let shown: Vec<&Preset> = if presets.is_empty() { all().collect() } else { presets.iter().collect() };
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
