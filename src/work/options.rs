//! The options that the command line adds to the configuration.

use crate::policy::planner::Mode;
use crate::policy::rules::CampaignRules;

/// How thoroughly finished files are verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerifyDepth {
    /// Every packet, all sound, the first and last frames.
    #[default]
    Standard,
    /// Every frame too.
    Full,
}

/// The options that the command line adds to the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub mode: Mode,
    pub campaign_rules: CampaignRules,
    pub depth: VerifyDepth,
    /// True if only some targets were asked for: the library's renditions for others stay as they are.
    pub is_selection: bool,
    /// True if the library's renditions for targets that are no longer enabled are removed.
    pub prune: bool,
    /// Works rendered at once.
    pub jobs: usize,
    /// Codec threads per work.
    pub threads: u32,
    /// True if `jobs` was not given by the user: of short works more may be rendered at once.
    pub may_split: bool,
}
