//! Which works of which profile a package is made of.

use clap::Args;

/// Which works of which profile.
#[derive(Debug, Args)]
pub struct Chosen {
    /// 方案的 id · the profile's id
    pub id: String,
    /// 作品编号、编号开头或作品名，按这个顺序；不写是全部 · works, in this order [default: all]
    pub works: Vec<String>,
    /// 哪个赛季，不写是现在的 · the season that counts as the current one [default: today's]
    #[arg(long, value_name = "SEASON")]
    pub season: Option<String>,
}
