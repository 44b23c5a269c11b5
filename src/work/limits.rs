//! How many works may be in which stage at once.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::work::options::Options;

/// A work shorter than this, microseconds, is mostly the start and the end of its encoders: while they fill and drain
/// their look-ahead, one core has nothing to do. Of 24 works of 2 s on two cores, two at a time took 0.88 of the time
/// of one after the other.
const SHORT_US: u64 = 8_000_000;

/// How many works may be in which stage at once. The stages after the render keep one core busy at most: while one work is
/// verified and published, the next is rendered.
#[derive(Debug)]
pub struct StageLimits {
    pub inspect: Semaphore,
    /// One permit per codec thread; see [`StageLimits::render`].
    render: Semaphore,
    /// One permit per work that is begun and not finished.
    works: Semaphore,
    capacity: usize,
    threads: u32,
    may_split: bool,
}

impl StageLimits {
    /// Makes the limits for a run with `options`. An inspection uses one thread, so there may be one per core.
    pub fn new(options: &Options) -> Self {
        let (jobs, threads) = (options.jobs.max(1), options.threads.max(1));
        let cores = jobs * threads as usize;
        let capacity = 2 * cores;
        Self {
            inspect: Semaphore::new(cores),
            render: Semaphore::new(cores),
            works: Semaphore::new(capacity),
            capacity,
            threads,
            may_split: options.may_split,
        }
    }

    /// Waits until another work may be begun; dropping the permit lets the next one in.
    pub async fn admit(&self) -> Option<SemaphorePermit<'_>> {
        self.works.acquire().await.ok()
    }

    /// Waits until a work of `duration_us` microseconds may be rendered, and returns with how many codec threads: a short
    /// one among others with half of the usual, so that twice as many are rendered at once.
    pub async fn render(&self, duration_us: u64) -> (u32, Option<SemaphorePermit<'_>>) {
        let is_alone = self.capacity - self.works.available_permits() < 2;
        let splits = self.may_split && duration_us < SHORT_US && !is_alone;
        let threads = if splits { (self.threads / 2).max(1) } else { self.threads };
        (threads, self.render.acquire_many(threads).await.ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::planner::Mode;
    use crate::policy::rules::CampaignRules;
    use crate::work::options::VerifyDepth;

    /// Codec threads that each of two works of `duration_us` begun at once gets.
    fn threads(may_split: bool, duration_us: u64) -> u32 {
        let options = Options {
            mode: Mode::Final,
            campaign_rules: CampaignRules::Apply,
            depth: VerifyDepth::Standard,
            is_selection: false,
            prune: false,
            jobs: 1,
            threads: 4,
            may_split,
        };
        let limits = StageLimits::new(&options);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let _begun = (limits.admit().await, limits.admit().await);
            limits.render(duration_us).await.0
        })
    }

    #[test]
    fn only_short_works_of_an_unsaid_number_share_the_cores() {
        assert_eq!(threads(true, SHORT_US - 1), 2);
        assert_eq!(threads(true, SHORT_US), 4);
        assert_eq!(threads(false, SHORT_US - 1), 4);
    }
}
