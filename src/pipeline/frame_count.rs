//! Demands that every picture of a source is accounted for once it is rendered.

use crate::model::finding::{Code, Finding};
use crate::model::job::Rendered;
use crate::model::value::Arg;
use crate::work::failure::Failure;

/// Compares what a render made of the frames with what its decoder gave out, and that with the number of pictures that the
/// inspection counted, `inspected`. Returns a finding if pictures are missing that no finding about damage tells; a sum that
/// does not add up is a failure.
pub(crate) fn check(inspected: u64, rendered: &Rendered) -> Result<Option<Finding>, Failure> {
    let counts = &rendered.counts;
    if let Some(uses) = counts.uses.iter().find(|uses| uses.total() != counts.decoded) {
        let (used, decoded) = (uses.total(), counts.decoded);
        let detail = format!("pictures: {used} of {decoded} decoded ones are accounted for");
        let finding = Finding::error(Code::VerificationFailed)
            .measured(format!("pictures {used}"))
            .limit(decoded)
            .detail(&detail);
        return Err(Failure::Verification { finding: Box::new(finding), detail });
    }
    let is_told = rendered.findings.iter().any(|finding| finding.code == Code::Damaged);
    if counts.decoded == 0 || is_told {
        return Ok(None);
    }
    let lost = inspected.saturating_sub(counts.decoded) + counts.out_of_order;
    Ok((lost > 0).then(|| Finding::warning(Code::PicturesLost).arg(Arg::Count, lost).measured(inspected)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::job::{FrameCounts, FrameUses};

    fn rendered(decoded: u64, out_of_order: u64, uses: FrameUses) -> Rendered {
        let counts = FrameCounts { decoded, out_of_order, uses: vec![uses] };
        Rendered { frames: vec![30], gains_db: Vec::new(), findings: Vec::new(), cpu_s: 0.0, counts }
    }

    #[test]
    fn pictures_that_nobody_accounts_for_are_a_failure() {
        let all = FrameUses { shown: 30, outside: 0, thinned: 30 };
        assert!(matches!(check(60, &rendered(60, 0, all)), Ok(None)));
        let fewer = FrameUses { shown: 29, ..all };
        assert!(matches!(check(60, &rendered(60, 0, fewer)), Err(Failure::Verification { .. })));
    }

    #[test]
    fn pictures_that_did_not_come_out_are_told() {
        let all = FrameUses { shown: 57, outside: 0, thinned: 0 };
        let found = check(60, &rendered(57, 2, all)).unwrap().unwrap();
        assert_eq!((found.code, &found.args[&Arg::Count]), (Code::PicturesLost, &5_u64.into()));
        let damaged = Rendered { findings: vec![Finding::warning(Code::Damaged)], ..rendered(57, 0, all) };
        assert!(matches!(check(60, &damaged), Ok(None)));
    }
}
