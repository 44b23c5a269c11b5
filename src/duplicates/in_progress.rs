//! The submissions in progress: of two similar ones the second waits for the first, so that the match is found whichever
//! inspection is quicker. None waits long for a submission whose content is not known yet.

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

/// How long, from its beginning, later submissions wait for one whose content is not known. One that takes longer is decided
/// after those that went ahead; it still counts as seen before them.
const PATIENCE: Duration = Duration::from_secs(20);

/// All submissions that were begun and have not ended.
#[derive(Debug, Default)]
pub struct InProgress {
    entries: Mutex<Entries>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Entries {
    /// The inspected contents, and whether each is being made.
    contents: HashMap<Ticket, (ContentKey, bool)>,
    /// Submissions whose content is not known yet, the earliest first, and until when they are waited for.
    unknown: BTreeMap<Ticket, Instant>,
    next: u64,
}

/// A submission's place among all in progress: which of two similar ones is first does not depend on whose inspection is
/// quicker, nor on whose turn came first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(Seniority, u64);

impl Ticket {
    /// Returns the scan in which it was first seen.
    pub(crate) fn first_seen(&self) -> ScanNumber {
        self.0.0
    }
}

/// Everything that decides whether two submissions are similar.
#[derive(Clone, Debug)]
pub(crate) struct ContentKey {
    /// Digests of the file and of its packets, with a prefix each.
    digests: [String; 2],
    fingerprint: Arc<Fingerprint>,
}

impl ContentKey {
    /// Returns the key of an inspected content.
    pub fn of(inspection: &Inspection) -> Self {
        let digests = [format!("b{}", inspection.sha256), format!("p{}", inspection.packets_sha256)];
        Self { digests, fingerprint: Arc::new(inspection.fingerprint.clone()) }
    }

    fn is_similar(&self, other: &Self) -> bool {
        self.digests.iter().any(|digest| other.digests.contains(digest))
            || align(&self.fingerprint, &other.fingerprint).is_some()
    }
}

/// A submission's entry among those in progress: its place in the order until the content is known, then the content. It is
/// removed on drop.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    all: &'a InProgress,
    ticket: Ticket,
}

impl InProgress {
    /// Issues the ticket of a submission whose turn has come and which was first seen in `scan`.
    pub fn ticket(&self, source: &Source, scan: ScanNumber) -> Ticket {
        let mut entries = self.entries();
        let ticket = Ticket(seniority(source, scan), entries.next);
        entries.next += 1;
        entries.unknown.insert(ticket.clone(), Instant::now() + PATIENCE);
        ticket
    }

    /// Returns the claim of a ticket, which removes its entry on drop.
    pub(crate) fn claim(&self, ticket: Ticket) -> Claim<'_> {
        Claim { all: self, ticket }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim<'_> {
    /// Waits until no similar submission is being made and no earlier one can turn out to be similar; from then on this one
    /// counts as being made. Earlier ones whose content is still unknown after [`PATIENCE`] are not waited for. Returns true
    /// if it had to wait at all. None waits for a later one that is not being made, so no two wait for each other.
    pub async fn wait_for_similar(&mut self, content: ContentKey) -> bool {
        // A comparison takes milliseconds, so it is done once for each other submission, without the lock.
        let mut compared: HashMap<Ticket, bool> = HashMap::new();
        let mut waited = false;
        {
            let mut entries = self.all.entries();
            entries.unknown.remove(&self.ticket);
            entries.contents.insert(self.ticket.clone(), (content.clone(), false));
        }
        self.all.changed.notify_waiters();
        loop {
            let changed = self.all.changed.notified();
            let mut new = Vec::new();
            let until;
            {
                let mut entries = self.all.entries();
                let now = Instant::now();
                let earlier = entries.unknown.range(..self.ticket.clone());
                until = earlier.map(|(_, until)| *until).filter(|until| *until > now).max();
                let mut blocked = until.is_some();
                for (ticket, (other, is_made)) in &entries.contents {
                    match compared.get(ticket) {
                        _ if *ticket == self.ticket => {}
                        Some(is_similar) => blocked |= *is_similar && (*is_made || *ticket < self.ticket),
                        None => new.push((ticket.clone(), other.clone())),
                    }
                }
                if new.is_empty() && !blocked {
                    if let Some((_, is_made)) = entries.contents.get_mut(&self.ticket) {
                        *is_made = true;
                    }
                    return waited;
                }
                waited |= blocked;
            }
            if new.is_empty() {
                let timeout = async {
                    match until {
                        Some(until) => tokio::time::sleep_until(until).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = changed => {}
                    () = timeout => {}
                }
            }
            for (ticket, other) in new {
                compared.insert(ticket, content.is_similar(&other));
            }
        }
    }

    /// Gives up the place in the order, of a submission without a content.
    pub fn release(&self) {
        self.all.entries().unknown.remove(&self.ticket);
        self.all.changed.notify_waiters();
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut entries = self.all.entries();
        entries.unknown.remove(&self.ticket);
        entries.contents.remove(&self.ticket);
        drop(entries);
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
            cover: None,
            notes: Vec::new(),
            stamp: FileStamp { bytes: 1, modified_ns: second * 1_000_000_000, inode: 1, changed_ns: 0 },
        }
    }

    fn content(digest: &str) -> ContentKey {
        ContentKey { digests: [format!("b{digest}"), format!("p{digest}")], fingerprint: Arc::default() }
    }

    /// Waiting needs a clock, though no test here waits for it.
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
        let mut second = pin!(later.wait_for_similar(content("x")));
        assert_eq!(second.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(pin!(earlier.wait_for_similar(content("x"))).poll(&mut context), Poll::Ready(false));
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
        assert_eq!(pin!(later.wait_for_similar(content("x"))).poll(&mut context), Poll::Ready(false));
        let earlier = in_progress.ticket(&source("a.mp4", 1), FIRST);
        let mut earlier = in_progress.claim(earlier);
        let mut waiting = pin!(earlier.wait_for_similar(content("x")));
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Pending);
        let other = in_progress.ticket(&source("c.mp4", 3), FIRST);
        let mut other = in_progress.claim(other);
        assert_eq!(pin!(other.wait_for_similar(content("y"))).poll(&mut context), Poll::Ready(false));
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
        let mut waiting = pin!(second.wait_for_similar(content("b")));
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Pending);
        assert_eq!(pin!(first.wait_for_similar(content("a"))).poll(&mut context), Poll::Ready(false));
        assert!(waiting.as_mut().poll(&mut context).is_ready());
        third.release();
        assert!(in_progress.entries().unknown.is_empty());
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
        assert!(later.wait_for_similar(content("x")).await, "it waits at first");
        assert_eq!(began.elapsed(), PATIENCE - Duration::from_secs(5), "from when the slow one began");
        // A third loses no further time.
        let third = in_progress.ticket(&source("c.mp4", 3), ScanNumber::new(2));
        let mut third = in_progress.claim(third);
        assert!(!third.wait_for_similar(content("y")).await);
        // The slow one is decided after those that went ahead.
        let mut context = Context::from_waker(Waker::noop());
        let mut decided = pin!(slow.wait_for_similar(content("x")));
        assert_eq!(decided.as_mut().poll(&mut context), Poll::Pending);
        drop(later);
        assert_eq!(decided.as_mut().poll(&mut context), Poll::Ready(true));
    }
}
