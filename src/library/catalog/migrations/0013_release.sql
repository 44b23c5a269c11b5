-- What became of works after they were made: append-only records, chained by hash, and what follows from them.

create table records (
    seq      integer primary key check (seq >= 1), -- without gaps
    work_id  text not null check (length(work_id) > 0), -- no reference: a record outlives its work
    kind     text not null check (kind in
                 ('approve', 'return', 'undo', 'comment', 'resolve', 'withdraw', 'restore', 'receipt')),
    at       text not null,
    said     text not null check (json_valid(said)), -- byte for byte what is hashed
    previous text not null check (length(previous) = 64),
    hash     text not null unique check (length(hash) = 64)
) strict;

create index records_by_work on records (work_id, seq);
create index records_by_time on records (at);

create trigger records_are_not_changed before update on records
begin
    select raise(abort, 'records are append-only');
end;

create trigger records_are_not_removed before delete on records
begin
    select raise(abort, 'records are append-only');
end;

-- Where a work stands by its records, its release set and the office's rules: computed, and computed again when one of them
-- changes.
create table standings (
    work_id text primary key not null references works (id) on delete cascade,
    state   text check (state in ('none', 'waiting', 'returned', 'released', 'posted', 'withdrawn')), -- null: to be computed
    level   text, -- the one that it waits for
    due     text, -- UTC, to be compared as text
    expires text, -- when it has to be computed again; UTC
    json    text check (json is null or json_valid(json))
) strict, without rowid;

create index standings_to_compute on standings (work_id) where state is null;
create index standings_by_state on standings (state, due);
create index standings_by_end on standings (expires) where expires is not null;

insert into standings (work_id) select id from works;

-- The digest of the rules by which all standings were computed: one row.
create table standing_rules (
    only   integer primary key check (only = 1),
    digest text not null
) strict;

-- Works by title: people name them so.
create index works_by_title on works (title);
