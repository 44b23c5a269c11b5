//! What the command line adds to the configuration.

use crate::policy::planner::Mode;
use crate::policy::rules::CampaignRules;

/// How thoroughly finished files are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerifyDepth {
    /// Every packet, all sound, the first and last pictures.
    #[default]
    Standard,
    /// Every picture too.
    Full,
}

/// What the command line adds to the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub mode: Mode,
    pub campaign_rules: CampaignRules,
    pub depth: VerifyDepth,
    /// Only some targets were asked for: what the library holds for others stays as it is.
    pub is_selection: bool,
    /// What the library holds for targets that are not enabled any more is removed.
    pub prune: bool,
    /// Works at once, and codec threads for each.
    pub jobs: usize,
    pub threads: u32,
    /// Nobody said how many works at once: of short ones there may be more.
    pub may_split: bool,
}
