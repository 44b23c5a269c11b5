//! A set of tasks with a label each, by which one that panics can be reported.

use std::collections::HashMap;
use std::future::Future;

use tokio::task::{Id, JoinSet};

/// Running tasks with the label of each.
#[derive(Debug)]
pub(crate) struct TaskSet<K, T> {
    running: JoinSet<T>,
    labels: HashMap<Id, K>,
}

impl<K, T> Default for TaskSet<K, T> {
    fn default() -> Self {
        Self { running: JoinSet::new(), labels: HashMap::new() }
    }
}

impl<K, T: Send + 'static> TaskSet<K, T> {
    /// Starts a task with this label.
    pub fn spawn(&mut self, label: K, task: impl Future<Output = T> + Send + 'static) {
        let id = self.running.spawn(task).id();
        self.labels.insert(id, label);
    }

    /// Waits for the next task and returns its result, or the label of a task that panicked, with the cause; `None` when all
    /// have ended.
    pub async fn next(&mut self) -> Option<Result<T, (K, String)>> {
        loop {
            match self.running.join_next_with_id().await? {
                Ok((id, result)) => {
                    self.labels.remove(&id);
                    return Some(Ok(result));
                }
                Err(error) => {
                    if let Some(label) = self.labels.remove(&error.id()) {
                        return Some(Err((label, error.to_string())));
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
            tasks.spawn(number, async move {
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
