-- Figures of posts, as platforms counted them at some time. Nothing is overwritten: what holds at a time is the last before it.
create table samples (
    id          integer primary key,
    post        integer not null check (post >= 1),
    metric      text not null,
    value       real not null,
    observed_at text not null,
    file_sha256 text not null check (length(file_sha256) = 64),
    file        text not null,
    sheet       text not null,
    row         integer not null check (row >= 1),
    imported_at text not null
) strict;

create unique index samples_by_place on samples (file_sha256, sheet, row, metric);

create index samples_by_post on samples (post, metric, observed_at);

-- Rows of tables for which no receipt was certain: a person says whose they are.
create table open_rows (
    number      integer primary key,
    target      text not null,
    said        text not null check (json_valid(said)),
    file_sha256 text not null check (length(file_sha256) = 64),
    sheet       text not null,
    row         integer not null check (row >= 1),
    settled_at  text,
    settled_by  text
) strict;

create unique index open_rows_by_place on open_rows (file_sha256, sheet, row);

-- Which columns of a table are what, as somebody chose once, by the fingerprint of its heads.
create table chosen_columns (
    heads     text primary key check (length(heads) = 64),
    said      text not null check (json_valid(said)),
    chosen_at text not null
) strict, without rowid;

create trigger samples_are_not_changed before update on samples
begin
    select raise(abort, 'samples are append-only');
end;

create trigger samples_are_not_removed before delete on samples
begin
    select raise(abort, 'samples are append-only');
end;
