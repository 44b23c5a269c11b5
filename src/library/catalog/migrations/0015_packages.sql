-- Packages that were built, and what people answered of works for them. Both are proof: rows are added and never changed.

create table packages (
    number      integer primary key check (number >= 1),
    profile     text not null,
    contest     text not null, -- what several ways of entry share
    name        text not null, -- of the folder
    built_at    text not null, -- RFC 3339
    by          text not null,
    complete    integer not null check (complete in (0, 1)),
    late        integer not null check (late in (0, 1)),
    sums_sha256 text not null check (length(sums_sha256) = 64), -- of its list of digests
    replaces    integer references packages (number)
) strict;

create index packages_by_contest on packages (contest, number);

create table package_works (
    package integer not null references packages (number),
    no      integer not null check (no >= 1),
    work_id text not null,
    said    text not null check (json_valid(said)), -- digests, and what quotas are counted by
    primary key (package, no)
) strict, without rowid;

create index package_works_by_work on package_works (work_id);

create table package_answers (
    id      integer primary key,
    profile text not null,
    work_id text not null,
    digest  text not null check (length(digest) = 64), -- of the share of the release set that was looked at
    key     text not null,
    yes     integer not null check (yes in (0, 1)),
    by      text not null,
    at      text not null
) strict;

create index package_answers_by_work on package_answers (profile, work_id, id);

create trigger packages_are_not_changed before update on packages
begin
    select raise(abort, 'packages are append-only');
end;

create trigger packages_are_not_removed before delete on packages
begin
    select raise(abort, 'packages are append-only');
end;

create trigger package_works_are_not_changed before update on package_works
begin
    select raise(abort, 'packages are append-only');
end;

create trigger package_works_are_not_removed before delete on package_works
begin
    select raise(abort, 'packages are append-only');
end;

create trigger package_answers_are_not_changed before update on package_answers
begin
    select raise(abort, 'answers are append-only');
end;

create trigger package_answers_are_not_removed before delete on package_answers
begin
    select raise(abort, 'answers are append-only');
end;
