//! What orders come to: how a screen is now, by all that was ordered so far. Pure.

use std::collections::HashMap;

use crate::model::playout::{Notice, NoticeEnd, NoticeOrder, Order, OrderKind, ScreenConfig};

/// Orders that hold, taken in their order.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    last: u64,
    /// The last of each screen, and of all screens under `None`.
    serials: HashMap<Option<String>, u64>,
    /// Those that say how screens are, oldest first.
    orders: Vec<Order>,
}

impl Standing {
    /// Takes the next order.
    pub fn take(&mut self, order: Order) {
        self.last = order.serial;
        self.serials.insert(order.screen.clone(), order.serial);
        let says_how = matches!(
            order.kind,
            OrderKind::Dark
                | OrderKind::Light
                | OrderKind::Notice
                | OrderKind::NoticeEnd
                | OrderKind::Selftest
        );
        if says_how {
            self.orders.push(order);
        }
    }

    /// Returns the number of the last order that was taken.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Returns the last order that a screen is to carry out.
    pub fn serial(&self, screen: &str) -> u64 {
        let of = |screen: Option<String>| self.serials.get(&screen).copied().unwrap_or(0);
        of(None).max(of(Some(screen.to_owned())))
    }

    pub fn is_dark(&self, screen: &str) -> bool {
        let switch = |order: &&Order| matches!(order.kind, OrderKind::Dark | OrderKind::Light);
        self.newest(screen, switch).is_some_and(|order| order.kind == OrderKind::Dark)
    }

    /// Returns the number of the self-test that a screen is to run last; 0: none.
    pub fn selftest(&self, screen: &str) -> u64 {
        self.newest(screen, |order| order.kind == OrderKind::Selftest).map_or(0, |order| order.serial)
    }

    /// Returns the notices of a screen that are not over, oldest first, each with the id of the work whose poster it shows:
    /// whether that may be shown is still to be asked.
    pub fn notices(&self, screen: &ScreenConfig, now: i64) -> Vec<(Notice, Option<String>)> {
        let ends = self.orders.iter().filter(|order| order.kind == OrderKind::NoticeEnd);
        let ended: Vec<u64> = ends
            .filter_map(|order| serde_json::from_value::<NoticeEnd>(order.said.clone()).ok())
            .map(|end| end.notice)
            .collect();
        let read = |order: &Order| {
            let said: NoticeOrder = serde_json::from_value(order.said.clone()).ok()?;
            let notice = said.notice(order.serial, (&screen.id, &screen.target))?;
            (notice.to > now && !ended.contains(&notice.id)).then_some((notice, said.work))
        };
        self.orders.iter().filter(|order| order.kind == OrderKind::Notice).filter_map(read).collect()
    }

    fn newest(&self, screen: &str, is_of: impl Fn(&&Order) -> bool) -> Option<&Order> {
        let is_meant = |order: &&Order| order.screen.as_deref().is_none_or(|meant| meant == screen);
        self.orders.iter().rev().filter(is_meant).find(is_of)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(orders: &[(OrderKind, Option<&str>, serde_json::Value)]) -> Standing {
        let mut standing = Standing::default();
        for ((kind, screen, said), serial) in orders.iter().zip(1..) {
            let screen = screen.map(str::to_owned);
            standing.take(Order { serial, kind: *kind, screen, at: 0, by: "a".into(), said: said.clone() });
        }
        standing
    }

    #[test]
    fn the_last_word_about_a_screen_counts() {
        let dark = |screen| (OrderKind::Dark, screen, json!({}));
        let light = |screen| (OrderKind::Light, screen, json!({}));
        let standing = given(&[dark(None), light(Some("a")), dark(Some("b"))]);
        assert_eq!(["a", "b", "c"].map(|screen| standing.is_dark(screen)), [false, true, true]);
        assert_eq!(["a", "b", "c"].map(|screen| standing.serial(screen)), [2, 3, 1]);
        let standing = given(&[dark(Some("a")), light(None)]);
        assert!(!standing.is_dark("a"));
    }

    #[test]
    fn a_notice_is_for_its_screens_until_it_is_over_or_ended() {
        let canteen =
            ScreenConfig { id: "canteen".into(), target: "screen".into(), ..ScreenConfig::default() };
        let said = |screens: &[&str]| json!({ "from": 100, "to": 200, "text": "x", "screens": screens });
        let orders = [
            (OrderKind::Notice, None, said(&[])),
            (OrderKind::Notice, None, said(&["gate"])),
            (OrderKind::Notice, None, said(&["canteen", "gate"])),
            (OrderKind::NoticeEnd, None, json!({ "notice": 1 })),
        ];
        let ids = |count: usize, now: i64| -> Vec<u64> {
            given(&orders[..count]).notices(&canteen, now).into_iter().map(|(notice, _)| notice.id).collect()
        };
        assert_eq!(ids(3, 150), [1, 3]);
        assert_eq!(ids(4, 150), [3]);
        assert!(ids(4, 200).is_empty());
    }

    #[test]
    fn a_poster_is_shown_where_the_screens_target_has_its_picture() {
        let screen =
            |target: &str| ScreenConfig { id: "a".into(), target: target.into(), ..ScreenConfig::default() };
        let picture = json!({ "sha256": "f".repeat(64), "bytes": 9 });
        let said = json!({ "from": 0, "to": 200, "work": "w", "pictures": { "screen": picture } });
        let standing = given(&[(OrderKind::Notice, None, said)]);
        let found = standing.notices(&screen("screen"), 100);
        assert_eq!(found[0].1.as_deref(), Some("w"));
        assert_eq!(found[0].0.picture.as_ref().map(|picture| picture.bytes), Some(9));
        assert!(standing.notices(&screen("led-wall"), 100).is_empty());
    }
}
