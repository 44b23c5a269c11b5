//! Runs work that needs the processor or waits for a disk on threads of its own, off the async runtime's.

use crate::model::cancel::{Cancel, CancelOnDrop};

/// Runs `work` on a thread of its own, where it blocks no other task and no signal. A task that is aborted meanwhile does
/// not wait for it: `work` learns of that from its [`Cancel`]. A panic of `work` continues in the caller.
pub(crate) async fn run_blocking<T, W>(work: W) -> T
where
    T: Send + 'static,
    W: FnOnce(&Cancel) -> T + Send + 'static,
{
    let cancel = Cancel::default();
    let _cancels = CancelOnDrop(cancel.clone());
    match tokio::task::spawn_blocking(move || work(&cancel)).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime shuts down, and with it the task that waits here.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn work_is_told_when_its_task_ends_and_the_task_does_not_wait() {
        let (began, has_begun) = channel();
        let (told, was_told) = channel();
        let task = tokio::spawn(run_blocking(move |cancel| {
            let _ = began.send(());
            while !cancel.is_asked() {
                std::thread::yield_now();
            }
            let _ = told.send(());
        }));
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        tokio::task::spawn_blocking(move || was_told.recv().unwrap()).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_the_tasks_own() {
        let task = tokio::spawn(run_blocking(|_| panic!("a fault of ours")));
        assert!(task.await.unwrap_err().to_string().contains("a fault of ours"));
    }
}
