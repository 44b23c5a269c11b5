//! Whether the screens of the configuration are served.

use super::Check;
use crate::commands::playout::desk::SERVE_LOCK;
use crate::library::staging::ServiceLock;
use crate::model::config::Config;
use crate::present::messages::doctor as words;

/// Returns nothing for an office without screens.
pub(super) fn served(config: &Config) -> Option<Check> {
    let count = config.screen.len();
    if count == 0 {
        return None;
    }
    let holder = ServiceLock::holder(config.library.as_path(), SERVE_LOCK);
    let check = Check::new("screens", words::SCREENS, words::screens(count, holder.as_deref()));
    Some(if holder.is_some() { check } else { check.warn(words::SERVE_SCREENS) })
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::model::playout::ScreenConfig;

    #[test]
    fn screens_that_nobody_serves_are_told_and_an_office_without_screens_is_not_bothered() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".jincai")).unwrap();
        let mut config = Config { library: folder.path().to_owned().into(), ..Config::default() };
        assert_eq!(served(&config), None);
        config.screen = vec![ScreenConfig::default()];
        assert_eq!(served(&config).map(|check| check.state), Some(State::Warn));
        let lock = ServiceLock::take(folder.path(), SERVE_LOCK).unwrap();
        let check = served(&config).unwrap();
        assert_eq!(check.state, State::Ok);
        assert!(check.detail.zh.contains(&std::process::id().to_string()), "{check:?}");
        drop(lock);
    }
}
