//! What the server tells goes to the screen, to whoever reads JSON, and to the chats.

use std::sync::Arc;

use jiff::Timestamp;

use super::settings::Settings;
use crate::model::config::ChatTopic;
use crate::model::language::{Bilingual, Lang};
use crate::model::playout::{ScreenNews, Trouble};
use crate::present::chat::{Chats, Notice};
use crate::present::messages::screens as words;
use crate::present::terminal::Screen;
use crate::web::screens::ServerEvent;

/// Who is told.
#[derive(Debug)]
pub struct Told {
    pub screen: Arc<Screen>,
    pub chats: Arc<Chats>,
    pub lang: Lang,
    pub settings: Arc<Settings>,
}

impl Told {
    /// Passes an event on; never waits for the network.
    pub fn take(&self, event: &ServerEvent) {
        self.screen.event(event);
        let said = match event {
            ServerEvent::Waiting { code, address } => words::waiting(code, address),
            ServerEvent::Paired { screen, by, address } => words::paired_now(screen, by, address),
            ServerEvent::Planned { screens } => words::planned(screens.len()),
            ServerEvent::Revoked { files, screens } => words::revoked(*files, *screens),
            ServerEvent::Screen(news) => self.news(news),
            ServerEvent::Configured { file, screens, restart } => words::configured(file, *screens, restart),
            ServerEvent::Misconfigured { file, at, problem, hint } => {
                words::misconfigured(file, *at, problem, hint)
            }
            ServerEvent::Failed { what, detail } => words::failed(what, detail),
            ServerEvent::Closed { days } => words::closed(*days),
        };
        match event {
            ServerEvent::Failed { .. } | ServerEvent::Misconfigured { .. } => {
                self.screen.warn(said.get(self.lang))
            }
            _ => self.screen.tell(said.get(self.lang)),
        }
        if matches!(event, ServerEvent::Screen(_)) {
            self.chats.tell(&Notice {
                topic: ChatTopic::Screens,
                verdict: None,
                review: None,
                department: None,
                department_name: None,
                title: said.get(self.lang).to_owned(),
                file_name: String::new(),
                detail: String::new(),
                renditions: 0,
            });
        }
    }

    fn news(&self, news: &ScreenNews) -> Bilingual {
        let since = match news.trouble {
            Trouble::Silent { since } => since,
            _ => news.at,
        };
        let since = Timestamp::from_millisecond(since).unwrap_or(Timestamp::UNIX_EPOCH);
        let zone = self.settings.in_force().config.playout.time_zone();
        let since = since.to_zoned_datetime(zone).strftime("%H:%M:%S").to_string();
        words::news(news, &since)
    }
}
