//! Sources and programs that a worker cannot use, or may not.

use super::*;

pub fn a_source_that_is_no_regular_file_is_refused() -> Outcome {
    let folder = TempDir::new()?;
    let pipe = folder.path().join("管道.mp4");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::from_raw_mode(0o600))?;
    let missing = folder.path().join("missing.mp4");
    for (path, code, kind) in [
        (pipe, Code::SourceUnreadable, FailureKind::Refused),
        (folder.path().to_owned(), Code::SourceUnreadable, FailureKind::Refused),
        ("/dev/zero".into(), Code::SourceUnreadable, FailureKind::Refused),
        (missing, Code::SourceMissing, FailureKind::Broken),
    ] {
        let job =
            Job::Inspect(InspectJob { source: path.clone().into(), limits: Limits::default(), threads: 1 });
        let error = failure("refuse", &job, |_| {})?;
        assert_eq!((error.finding.code, error.kind), (code, kind), "{}", path.display());
    }
    Ok(())
}

pub fn a_program_that_does_not_exist_is_an_error() -> Outcome {
    let program = WorkerProgram { path: "/nonexistent/jincai".into(), ..WorkerProgram::this() };
    let ended = runtime()?.block_on(run(&Workers::of(program), &Job::Diagnose, &mut |_, _| {}));
    let error = ended.err().ok_or("it ran")?;
    assert!(error.detail.contains("did not start"), "{}", error.detail);
    assert!(error.finding.code.is_passing(), "no file is to blame: {error}");
    Ok(())
}

/// A main process that may open no further file starts no worker: that is no matter of the source.
pub fn too_many_open_files_are_named_and_pass() -> Outcome {
    let case = Case::new(Limits::default())?;
    let (runtime, limit) = (runtime()?, getrlimit(Resource::Nofile));
    let workers = workers("refuse")?;
    setrlimit(Resource::Nofile, Rlimit { current: Some(4), ..limit })?;
    let ended = runtime.block_on(run(&workers, &case.render, &mut |_, _| {}));
    setrlimit(Resource::Nofile, limit)?;
    let error = ended.err().ok_or("it ran")?;
    assert_eq!(error.finding.code, Code::TooManyOpenFiles, "{error}");
    let error =
        runtime.block_on(run(&workers, &case.render, &mut |_, _| {})).err().ok_or("it was not refused")?;
    assert_eq!(error.finding.code, Code::NotMedia, "{error}");
    Ok(())
}

/// Nothing is made of a content that was not inspected.
pub fn a_source_of_another_content_is_not_rendered() -> Outcome {
    let case = Case::new(Limits::default())?;
    let Job::Render(job) = &case.render else { return Err("another job".into()) };
    let other = Job::Render(RenderJob { sha256: Some("0".repeat(64)), ..job.clone() });
    let (runtime, workers) = (runtime()?, workers("walls")?);
    let error = runtime.block_on(run(&workers, &other, &mut |_, _| {})).err().ok_or("it was rendered")?;
    assert_eq!((error.finding.code, error.kind), (Code::SourceChanged, FailureKind::Broken), "{error}");
    let digest = hex(&Sha256::digest(std::fs::read(job.source.as_path())?));
    let same = Job::Render(RenderJob { sha256: Some(digest), ..job.clone() });
    runtime.block_on(run(&workers, &same, &mut |_, _| {}))?;
    Ok(())
}
