//! Has a media worker take single pictures of a film.

use std::path::Path;

use image::RgbImage;

use crate::model::config::Limits;
use crate::model::job::{StillTask, StillsJob, StillsOf};
use crate::work::failure::Failure;
use crate::worker::Workers;
use crate::{files, worker};

/// Takes stills, none of them larger than it is shown.
#[derive(Clone, Copy, Debug)]
pub struct StillTaker<'a> {
    pub workers: &'a Workers,
    pub limits: &'a Limits,
    pub threads: u32,
    /// The folder into which the worker writes.
    pub folder: &'a Path,
    /// At most, pixels.
    pub long_side: u32,
}

impl StillTaker<'_> {
    /// Takes stills of a file, a submission if a root is given, at `moments_ms`. Returns each with the moment when it is really
    /// shown, milliseconds since the first picture.
    pub async fn take(
        self,
        file: &Path,
        root: Option<&Path>,
        moments_ms: &[u64],
    ) -> Result<Vec<(u64, RgbImage)>, Failure> {
        let task = |(number, at_ms): (usize, &u64)| StillTask {
            at_us: at_ms * 1000,
            file: self.folder.join(format!("moment-{number}.png")).into(),
            max_long_side: self.long_side,
        };
        let tasks: Vec<StillTask> = moments_ms.iter().enumerate().map(task).collect();
        let place = match root {
            Some(root) => files::real_submission(root, file),
            None => files::real_place(file),
        };
        let request = StillsJob {
            source: place.map_err(Failure::internal)?.into(),
            of: StillsOf::Film,
            folder: self.folder.into(),
            limits: self.limits.clone(),
            threads: self.threads,
            stills: tasks.clone(),
        };
        let shown_us = worker::ask(self.workers, request, &mut |_, _| {}).await?;
        let mut pictures = Vec::new();
        for (task, shown_us) in tasks.iter().zip(shown_us) {
            let picture = image::open(task.file.as_path())
                .map_err(|error| Failure::internal(format!("a still cannot be read: {error}")))?;
            pictures.push((shown_us / 1000, picture.into_rgb8()));
        }
        Ok(pictures)
    }
}
