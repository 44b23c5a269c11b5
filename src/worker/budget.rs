//! The resources that one job may use.

use std::time::Duration;

use crate::model::config::Limits;
use crate::model::job::Job;

/// Ratio of the wall-clock limit to the CPU limit: a worker on a busy machine gets a quarter of a core at worst.
const WALL_PER_CPU: u32 = 4;

const GIB: f64 = (1u64 << 30) as f64;

/// The limits of one worker process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub memory_bytes: u64,
    /// CPU time of all threads together.
    pub cpu: Duration,
    pub wall: Duration,
    /// Longest time between two progress events.
    pub stall: Duration,
    /// Largest file that may be written.
    pub file_bytes: u64,
}

impl Budget {
    /// Computes the limits of a job; both sides of the pipe get the same. `source_bytes` is the size of the file that the
    /// job reads.
    pub fn of(job: &Job, source_bytes: u64) -> Self {
        let limits = limits_of(job);
        let cpu = match job {
            // The duration of the source is not known yet, so its size is used instead: one gibibyte of phone
            // footage lasts minutes, of which an inspection decodes the sound and the key frames, and stills less.
            Job::Inspect(_) | Job::Stills(_) => limits.worker_cpu_per_second * source_bytes as f64 / GIB,
            Job::Render(render) => {
                let pictures: u64 = render.pictures.iter().map(|picture| picture.recipe.duration_us).sum();
                let sounds: u64 = render.sounds.iter().map(|sound| sound.recipe.duration_us).sum();
                limits.worker_cpu_per_second * seconds(pictures.max(sounds))
            }
            Job::Verify(verify) => {
                let files: u64 = verify.files.iter().map(|file| file.expect.duration_us).sum();
                limits.worker_cpu_per_second * seconds(files)
            }
            Job::Reel(reel) => {
                let parts: u64 = reel.parts.iter().map(|part| part.duration_us).sum();
                limits.worker_cpu_per_second * seconds(parts)
            }
            // Hashing a gibibyte takes seconds, far less than what is allowed for inspecting it.
            Job::Package(package) => limits.worker_cpu_per_second * package.bytes as f64 / GIB,
            Job::Table(_) | Job::Form(_) | Job::Paper(_) | Job::Diagnose => 0.0,
        };
        // Caps absurd limits or recipes at a day; no real job comes near it.
        let day = 86_400.0;
        let cpu = Duration::from_secs(cpu.clamp(0.0, day) as u64 + limits.worker_cpu_at_least_s.max(1));
        Self {
            memory_bytes: limits.worker_memory_mb.saturating_mul(1 << 20),
            cpu,
            wall: cpu.saturating_mul(WALL_PER_CPU),
            stall: Duration::from_secs(limits.stall_s.max(1)),
            file_bytes: limits.output_max_bytes,
        }
    }
}

/// Returns the configured limits that a job carries; the defaults for a diagnosis, which carries none.
pub(super) fn limits_of(job: &Job) -> Limits {
    match job {
        Job::Inspect(job) => job.limits.clone(),
        Job::Render(job) => job.limits.clone(),
        Job::Verify(job) => job.limits.clone(),
        Job::Stills(job) => job.limits.clone(),
        Job::Table(job) => job.limits.clone(),
        Job::Form(job) => job.limits.clone(),
        Job::Reel(job) => job.limits.clone(),
        Job::Package(job) => job.limits.clone(),
        Job::Paper(job) => job.limits.clone(),
        Job::Diagnose => Limits::default(),
    }
}

fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}

/// Returns the budget of a job. A source whose size cannot be read counts as 0 bytes.
pub(super) fn budget_of(job: &Job) -> Budget {
    let source = match job {
        Job::Inspect(job) => Some(&job.source),
        Job::Render(job) => Some(&job.source),
        Job::Stills(job) => Some(&job.source),
        Job::Table(job) => Some(&job.source),
        Job::Form(job) => Some(&job.source),
        Job::Paper(job) => Some(&job.source),
        Job::Verify(_) | Job::Reel(_) | Job::Package(_) | Job::Diagnose => None,
    };
    let bytes =
        source.and_then(|source| std::fs::metadata(source.as_path()).ok()).map_or(0, |file| file.len());
    Budget::of(job, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::job::InspectJob;

    #[test]
    fn a_larger_source_may_take_longer_and_an_absurd_limit_stays_finite() {
        let job = |limits| Job::Inspect(InspectJob { source: "/in/a.mp4".into(), limits, threads: 1 });
        let usual = |bytes| Budget::of(&job(Limits::default()), bytes).cpu.as_secs();
        assert_eq!(usual(0), 600);
        assert_eq!(usual(2 << 30), 600 + 240);
        let absurd =
            Limits { worker_cpu_per_second: f64::INFINITY, worker_memory_mb: u64::MAX, ..Limits::default() };
        let budget = Budget::of(&job(absurd), 1 << 30);
        assert_eq!(budget.cpu.as_secs(), 86_400 + 600);
        assert_eq!(budget.memory_bytes, u64::MAX);
    }
}
