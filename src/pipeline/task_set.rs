//! Tasks of which each is accounted for: one that breaks off is told of by what was kept for it.

use std::collections::HashMap;
use std::future::Future;

use tokio::task::{Id, JoinSet};

/// Running tasks and, for each, what is known of it from outside.
#[derive(Debug)]
pub(crate) struct TaskSet<K, T> {
    running: JoinSet<T>,
    kept: HashMap<Id, K>,
}

impl<K, T> Default for TaskSet<K, T> {
    fn default() -> Self {
        Self { running: JoinSet::new(), kept: HashMap::new() }
    }
}

impl<K, T: Send + 'static> TaskSet<K, T> {
    pub fn put(&mut self, kept: K, task: impl Future<Output = T> + Send + 'static) {
        let id = self.running.spawn(task).id();
        self.kept.insert(id, kept);
    }

    /// The next result, or what was kept for a task that broke off, with its cause; `None` when all have ended.
    pub async fn next(&mut self) -> Option<Result<T, (K, String)>> {
        loop {
            match self.running.join_next_with_id().await? {
                Ok((id, result)) => {
                    self.kept.remove(&id);
                    return Some(Ok(result));
                }
                Err(error) => {
                    if let Some(kept) = self.kept.remove(&error.id()) {
                        return Some(Err((kept, error.to_string())));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_told_of_and_the_others_go_on() {
        let mut tasks = TaskSet::default();
        for number in 0..4_u32 {
            tasks.put(number, async move {
                assert_ne!(number, 2, "a fault of ours");
                number * 10
            });
        }
        let (mut results, mut broken) = (Vec::new(), Vec::new());
        while let Some(ended) = tasks.next().await {
            match ended {
                Ok(result) => results.push(result),
                Err(one) => broken.push(one),
            }
        }
        results.sort_unstable();
        assert_eq!(results, [0, 10, 30]);
        let [(number, why)] = broken.as_slice() else { panic!("{broken:?}") };
        assert_eq!(*number, 2);
        assert!(why.contains("a fault of ours"), "{why}");
    }
}
