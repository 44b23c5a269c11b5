//! How often an address may ask what everybody may ask.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);

/// Pages that say hello, a minute and address: a page does so once in ten minutes.
const MOST_HELLOS: usize = 6;

/// Tickets that nobody was given, a minute and address.
const MOST_WRONG_TICKETS: usize = 30;

/// Most addresses that are remembered; further ones are asked to wait.
const MOST_ADDRESSES: usize = 4_096;

/// What addresses asked lately.
#[derive(Debug, Default)]
pub(super) struct Rates {
    hellos: Rate,
    tickets: Rate,
}

#[derive(Debug, Default)]
struct Rate(Mutex<HashMap<IpAddr, VecDeque<Instant>>>);

impl Rates {
    /// Returns true if this address may say hello now.
    pub fn hello(&self, address: IpAddr) -> bool {
        self.hellos.take(address, MOST_HELLOS, Instant::now())
    }

    /// Returns true if a wrong ticket of this address is answered at all.
    pub fn wrong_ticket(&self, address: IpAddr) -> bool {
        self.tickets.take(address, MOST_WRONG_TICKETS, Instant::now())
    }
}

impl Rate {
    fn take(&self, address: IpAddr, most: usize, now: Instant) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_ADDRESSES {
            all.retain(|_, times| times.back().is_some_and(|last| now.duration_since(*last) < WINDOW));
        }
        if all.len() >= MOST_ADDRESSES && !all.contains_key(&address) {
            return false;
        }
        let times = all.entry(address).or_default();
        while times.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            times.pop_front();
        }
        let may = times.len() < most;
        if may {
            times.push_back(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_and_others_do_not() {
        let (rate, now) = (Rate::default(), Instant::now());
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let taken = (0..10).filter(|_| rate.take(one, 6, now)).count();
        assert_eq!(taken, 6);
        assert!(rate.take(other, 6, now));
        assert!(!rate.take(one, 6, now + Duration::from_secs(59)));
        assert!(rate.take(one, 6, now + Duration::from_secs(60)));
    }
}
