//! What an edition shows at a moment. Pure.

use crate::model::playout::{Edition, Item, Slot};

/// What is on, and what comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnAir<'a> {
    /// `None`: the card.
    pub now: Option<&'a Item>,
    /// When the next work begins, milliseconds since 1970, and which.
    pub next: Option<(i64, &'a Item)>,
}

/// Returns what an edition shows at `now`, milliseconds since 1970.
pub fn on_air(edition: &Edition, now: i64) -> OnAir<'_> {
    let item = |slot: &Slot| slot.item().and_then(|place| edition.items.get(place));
    let slots = edition.runs.iter().flat_map(|run| {
        run.slots.iter().scan(run.from, |at, slot| {
            let from = *at;
            *at += i64::from(slot.1);
            Some((from, *at, slot))
        })
    });
    let is_lit = |at: i64| edition.lit.iter().any(|[from, to]| (*from..*to).contains(&at));
    let mut on_air = OnAir { now: None, next: None };
    if edition.dark || now >= edition.good_until {
        return on_air;
    }
    for (from, to, slot) in slots.filter(|(_, to, _)| *to > now) {
        if from <= now && now < to && is_lit(now) {
            on_air.now = item(slot);
        } else if from > now
            && let Some(item) = item(slot)
        {
            on_air.next = Some((from, item));
            break;
        }
    }
    on_air
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playout::{Asset, Card, ItemKind, Run};

    #[test]
    fn the_slot_of_the_moment_is_on_and_the_next_work_follows() {
        let item = |title: &str| Item {
            video: Asset { sha256: title.repeat(64), bytes: 1 },
            kind: ItemKind::Video,
            ms: 1_000,
            picture: None,
            work: title.into(),
            title: title.into(),
            department: None,
            not_before: None,
            not_after: None,
        };
        let edition = Edition {
            v: 1,
            screen: "a".into(),
            name: String::new(),
            place: String::new(),
            serial: 0,
            made_at: 0,
            canvas: [1920, 1080],
            good_until: 10_000,
            items: vec![item("a"), item("b")],
            lit: vec![[1_000, 9_000]],
            runs: vec![Run {
                from: 1_000,
                block: None,
                slots: vec![Slot(0, 1_000), Slot(-1, 500), Slot(1, 1_000)],
            }],
            looped: Vec::new(),
            revoked: Vec::new(),
            notices: Vec::new(),
            dark: false,
            card: Card::default(),
        };
        let said = |now: i64| {
            let on_air = on_air(&edition, now);
            (
                on_air.now.map(|item| item.title.as_str()),
                on_air.next.map(|(at, item)| (at, item.title.as_str())),
            )
        };
        assert_eq!(said(0), (None, Some((1_000, "a"))));
        assert_eq!(said(1_000), (Some("a"), Some((2_500, "b"))));
        assert_eq!(said(2_200), (None, Some((2_500, "b"))));
        assert_eq!(said(3_499), (Some("b"), None));
        assert_eq!(said(3_500), (None, None));
        assert_eq!(said(20_000), (None, None));
    }
}
