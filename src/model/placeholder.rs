//! The examples of a new configuration, which must not show in finished works.

use serde::{Deserialize, Serialize};

use super::config::Config;

/// What `jincai init` calls every example: the college, its topic, the departments.
const EXAMPLE: &str = "示例";

/// A setting that is only an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    Watermark,
    College,
    SubTopic,
    Departments,
}

impl Config {
    /// Returns the settings that still are those of a new configuration, by their values; a watermark is told by its bytes,
    /// which are not here.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let is_example = |text: &str| text.contains(EXAMPLE);
        let departments =
            || self.departments.iter().any(|(folder, name)| is_example(folder) || is_example(name));
        [
            (Placeholder::College, is_example(&self.college)),
            (Placeholder::SubTopic, self.campaign.sub_topic.as_deref().is_some_and(is_example)),
            (Placeholder::Departments, departments()),
        ]
        .into_iter()
        .filter_map(|(which, holds)| holds.then_some(which))
        .collect()
    }
}
