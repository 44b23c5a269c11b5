//! What is in the making at this moment: of two like submissions the second waits for the first, so that it is found to
//! be like it whatever their inspections take – but nobody waits long for a content that is not known yet.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use tokio::sync::Notify;

use crate::duplicates::seniority::{Seniority, seniority};
use crate::matching::align::align;
use crate::model::fingerprint::Fingerprint;
use crate::model::inspection::{Inspection, Source};
use crate::model::scan_number::ScanNumber;

/// So long after it was begun a submission is waited for by later ones while its content is not known. One that takes
/// longer is decided after those that went ahead; that it was seen before them is not held against it.
const PATIENCE: Duration = Duration::from_secs(20);

/// All submissions that were begun and have not ended.
#[derive(Debug, Default)]
pub struct InProgress {
    held: Mutex<Entries>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Entries {
    /// What was looked into, and whether it is being made.
    contents: HashMap<Ticket, (ContentKey, bool)>,
    /// Submissions whose content is not known yet, the earliest first, and until when they are waited for.
    unknown: BTreeMap<Ticket, Instant>,
    next: u64,
}

/// A submission's place among all in hand: which of two like ones is the first does not depend on whose inspection is
/// quicker, nor on whose turn came first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(Seniority, u64);

impl Ticket {
    /// When it was first seen.
    pub(crate) fn first_seen(&self) -> ScanNumber {
        self.0.0
    }
}

/// What decides whether two submissions are alike.
#[derive(Clone, Debug)]
pub(crate) struct ContentKey {
    sums: [String; 2],
    look: Arc<Fingerprint>,
}

impl ContentKey {
    pub fn of(inspection: &Inspection) -> Self {
        let sums = [format!("b{}", inspection.sha256), format!("p{}", inspection.packets_sha256)];
        Self { sums, look: Arc::new(inspection.fingerprint.clone()) }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.sums.iter().any(|sum| other.sums.contains(sum)) || align(&self.look, &other.look).is_some()
    }
}

/// Keeps a place in the order until the content is known, and then the content, until dropped.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    all: &'a InProgress,
    ticket: Ticket,
}

impl InProgress {
    /// Taken for each submission when its turn comes; it was first seen in this glance.
    pub fn ticket(&self, source: &Source, glance: ScanNumber) -> Ticket {
        let mut held = self.held();
        let ticket = Ticket(seniority(source, glance), held.next);
        held.next += 1;
        held.unknown.insert(ticket.clone(), Instant::now() + PATIENCE);
        ticket
    }

    pub(crate) fn claim(&self, ticket: Ticket) -> Claim<'_> {
        Claim { all: self, ticket }
    }

    fn held(&self) -> MutexGuard<'_, Entries> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim<'_> {
    /// Waits until no like submission is being made and none that goes before can be like it, and counts as being made
    /// from then on. For one whose content is still not known after some seconds it does not wait. True when it had to wait
    /// at all. Nobody waits for a later one that has not begun, so no two wait for each other.
    pub async fn keep(&mut self, content: ContentKey) -> bool {
        // Comparing takes milliseconds, so it is done once for each and not while others wait for the list.
        let mut compared: HashMap<Ticket, bool> = HashMap::new();
        let mut waited = false;
        {
            let mut held = self.all.held();
            held.unknown.remove(&self.ticket);
            held.contents.insert(self.ticket.clone(), (content.clone(), false));
        }
        self.all.changed.notify_waiters();
        loop {
            let changed = self.all.changed.notified();
            let mut new = Vec::new();
            let until;
            {
                let mut held = self.all.held();
                let now = Instant::now();
                let earlier = held.unknown.range(..self.ticket.clone());
                until = earlier.map(|(_, until)| *until).filter(|until| *until > now).max();
                let mut blocked = until.is_some();
                for (ticket, (other, is_made)) in &held.contents {
                    match compared.get(ticket) {
                        _ if *ticket == self.ticket => {}
                        Some(is_like) => blocked |= *is_like && (*is_made || *ticket < self.ticket),
                        None => new.push((ticket.clone(), other.clone())),
                    }
                }
                if new.is_empty() && !blocked {
                    if let Some((_, is_made)) = held.contents.get_mut(&self.ticket) {
                        *is_made = true;
                    }
                    return waited;
                }
                waited |= blocked;
            }
            if new.is_empty() {
                let passed = async {
                    match until {
                        Some(until) => tokio::time::sleep_until(until).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = changed => {}
                    () = passed => {}
                }
            }
            for (ticket, other) in new {
                compared.insert(ticket, content.is_like(&other));
            }
        }
    }

    /// There is nothing to be kept.
    pub fn pass(&self) {
        self.all.held().unknown.remove(&self.ticket);
        self.all.changed.notify_waiters();
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut held = self.all.held();
        held.unknown.remove(&self.ticket);
        held.contents.remove(&self.ticket);
        drop(held);
        self.all.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::model::inspection::FileStamp;

    fn source(name: &str, second: i128) -> Source {
        Source {
            path: format!("/in/{name}").into(),
            root: "/in".into(),
            relative: name.into(),
            department: None,
            details: None,
            captions: None,
            stamp: FileStamp { bytes: 1, modified_ns: second * 1_000_000_000, inode: 1, changed_ns: 0 },
        }
    }

    fn content(sum: &str) -> ContentKey {
        ContentKey { sums: [format!("b{sum}"), format!("p{sum}")], look: Arc::default() }
    }

    /// Waiting needs a clock, which runs on none of these moments.
    fn clock() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    const FIRST: ScanNumber = ScanNumber::new(1);

    #[test]
    fn the_earlier_of_two_equal_ones_is_first_whosever_inspection_ends_first() {
        let clock = clock();
        let _runs = clock.enter();
        let in_progress = InProgress::default();
        // Its turn comes first, and yet it was seen later, whatever its date says.
        let later = in_progress.ticket(&source("b.mp4", 1), ScanNumber::new(2));
        let earlier = in_progress.ticket(&source("a.mp4", 2), FIRST);
        let mut context = Context::from_waker(Waker::noop());
        let (mut later, mut earlier) = (in_progress.claim(later), in_progress.claim(earlier));
        let mut second = pin!(later.keep(content("x")));
        assert_eq!(second.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(pin!(earlier.keep(content("x"))).poll(&mut context), Poll::Ready(false));
        assert_eq!(second.as_mut().poll(&mut context), Poll::Pending);
        // Something else begins and ends: nothing to decide yet.
        let other = in_progress.ticket(&source("c.mp4", 0), FIRST);
        drop(in_progress.claim(other));
        assert_eq!(second.as_mut().poll(&mut context), Poll::Pending);
        drop(earlier);
        assert_eq!(second.as_mut().poll(&mut context), Poll::Ready(true));
    }

    #[test]
    fn an_earlier_one_waits_for_a_later_that_is_being_made_and_holds_up_nobody_else() {
        let clock = clock();
        let _runs = clock.enter();
        let in_progress = InProgress::default();
        let mut context = Context::from_waker(Waker::noop());
        let later = in_progress.ticket(&source("b.mp4", 2), FIRST);
        let mut later = in_progress.claim(later);
        assert_eq!(pin!(later.keep(content("x"))).poll(&mut context), Poll::Ready(false));
        let earlier = in_progress.ticket(&source("a.mp4", 1), FIRST);
        let mut earlier = in_progress.claim(earlier);
        let mut waiting = pin!(earlier.keep(content("x")));
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Pending);
        let other = in_progress.ticket(&source("c.mp4", 3), FIRST);
        let mut other = in_progress.claim(other);
        assert_eq!(pin!(other.keep(content("y"))).poll(&mut context), Poll::Ready(false));
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Pending);
        drop(later);
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Ready(true));
    }

    #[test]
    fn different_ones_are_made_at_once_in_their_order() {
        let clock = clock();
        let _runs = clock.enter();
        let in_progress = InProgress::default();
        let mut context = Context::from_waker(Waker::noop());
        let [first, second, third] =
            [1, 2, 3].map(|second| in_progress.ticket(&source(&format!("{second}.mp4"), second), FIRST));
        let (mut first, mut second, third) =
            (in_progress.claim(first), in_progress.claim(second), in_progress.claim(third));
        let mut kept = pin!(second.keep(content("b")));
        assert_eq!(kept.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(pin!(first.keep(content("a"))).poll(&mut context), Poll::Ready(false));
        assert!(kept.as_mut().poll(&mut context).is_ready());
        third.pass();
        assert!(in_progress.held().unknown.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_one_whose_content_is_long_in_coming() {
        let in_progress = InProgress::default();
        let slow = in_progress.ticket(&source("slow.mp4", 1), FIRST);
        let mut slow = in_progress.claim(slow);
        tokio::time::advance(Duration::from_secs(5)).await;
        let later = in_progress.ticket(&source("b.mp4", 2), ScanNumber::new(2));
        let mut later = in_progress.claim(later);
        let began = Instant::now();
        assert!(later.keep(content("x")).await, "it waits at first");
        assert_eq!(began.elapsed(), PATIENCE - Duration::from_secs(5), "from when the slow one began");
        // A third loses no further time.
        let third = in_progress.ticket(&source("c.mp4", 3), ScanNumber::new(2));
        let mut third = in_progress.claim(third);
        assert!(!third.keep(content("y")).await);
        // What the slow one turns out to be is decided after what went ahead.
        let mut context = Context::from_waker(Waker::noop());
        let mut decided = pin!(slow.keep(content("x")));
        assert_eq!(decided.as_mut().poll(&mut context), Poll::Pending);
        drop(later);
        assert_eq!(decided.as_mut().poll(&mut context), Poll::Ready(true));
    }
}
