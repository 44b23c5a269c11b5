//! Why something is no receipt, in the words of the field.

use super::desk::Desk;
use crate::commands::error::CommandError;
use crate::model::language::Bilingual;
use crate::model::preset::Preset;
use crate::present::messages::posts as words;
use crate::receipts::link::{Link, LinkFault, read};
use crate::receipts::moment::{self, MomentFault};
use crate::receipts::note::Refusal;
use crate::receipts::sheet::CellFault;

/// Reads a link for a target.
pub(super) fn link(desk: &Desk, preset: &Preset, given: &str) -> Result<Link, Bilingual> {
    let rule = desk.link_rule(preset);
    let found = read(given, rule).map_err(|fault| link_fault(desk, preset, fault))?;
    // Where nobody said which site is the target's, it is at least none of another target.
    match desk.owner_of_host(&found.host, &preset.id).filter(|_| found.is_unchecked) {
        Some(fits) => Err(words::other_host(&found.host, preset.name.get(desk.lang), &[], Some(fits))),
        None => Ok(found),
    }
}

fn link_fault(desk: &Desk, preset: &Preset, fault: LinkFault) -> Bilingual {
    match fault {
        LinkFault::NotALink => words::not_a_link(),
        LinkFault::Several => words::several_links(),
        LinkFault::Scheme(scheme) => words::wrong_scheme(&scheme),
        LinkFault::UserInfo { host } => words::user_info(&host),
        LinkFault::Port { host, port } => words::odd_port(&host, port),
        LinkFault::OtherHost { host } => {
            let hosts = desk.link_rule(preset).hosts;
            let fits = desk.owner_of_host(&host, &preset.id);
            words::other_host(&host, preset.name.get(desk.lang), hosts, fits)
        }
        LinkFault::NoPost => words::no_post(),
        LinkFault::TooLong => words::link_too_long(),
    }
}

/// Reads a time.
pub(super) fn time(desk: &Desk, given: &str) -> Result<String, Bilingual> {
    moment::read(given, &desk.now).map_err(|fault| match fault {
        MomentFault::NotATime => words::not_a_time(),
        MomentFault::NoTimeOfDay => words::no_time_of_day(),
        MomentFault::InTheFuture => words::in_the_future(),
    })
}

pub(super) fn cell(fault: CellFault) -> Bilingual {
    match fault {
        CellFault::Formula => words::cell_formula(),
        CellFault::NotText => words::cell_not_text(),
        CellFault::TooLong => words::cell_too_long(),
    }
}

/// Says why a receipt was refused; `Err` for a fault of the catalogue.
pub(super) fn refusal(desk: &Desk, refused: Refusal, target: &str) -> Result<Bilingual, CommandError> {
    Ok(match refused {
        Refusal::Catalog(error) => return Err(error.into()),
        Refusal::NoWork(id) => words::no_work(&id),
        Refusal::OtherWork { id, title } => words::other_work(&id, &title),
        Refusal::OtherUse { seq, target, what } => words::other_use(seq, desk.target_name(&target), what),
        Refusal::NothingToRemove => words::nothing_to_remove(desk.target_name(target)),
        Refusal::SeveralToRemove(posts) => words::several_to_remove(&posts),
        Refusal::NotAReceipt(seq) => words::not_a_receipt(seq),
        Refusal::OwnReceipt(name) => words::own_receipt(&name),
        Refusal::NothingToSee => words::nothing_to_see(),
    })
}
