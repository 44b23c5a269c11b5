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

-- Receipts, newest first.
create index records_of_receipts on records (seq) where kind = 'receipt';

-- What is to be posted, removed or looked at, as standings and receipts say: one row for each target of a work that is released
-- or withdrawn or has a receipt, written in the transactions that write those.
create table postings (
    work_id   text not null, -- no reference: receipts outlive works
    target    text not null,
    state     text check (state in ('released', 'withdrawn')), -- null: neither
    since     text, -- since when; UTC, to be compared as text
    posted    integer, -- the receipt of the first proven post that was not removed
    live      integer not null default 0 check (live >= 0), -- posts that nobody proved to be removed
    unproven  integer, -- the last receipt that counts for nothing yet
    topicless integer, -- the last post whose text lacks a topic
    primary key (work_id, target)
) strict, without rowid;

-- All columns that the condition names, so that counting reads the index alone.
create index postings_due on postings (target, since, work_id, state, posted, unproven)
    where state = 'released' and posted is null and unproven is null;
create index postings_to_remove on postings (since, work_id) where state = 'withdrawn' and live > 0;
create index postings_unproven on postings (unproven) where unproven is not null;
create index postings_topicless on postings (topicless) where topicless is not null;

-- A work that is gone is neither released nor withdrawn. One that is recorded again is judged again.
create trigger postings_of_a_removed_work after delete on works
begin
    update postings set state = null, since = null where work_id = old.id and state is not null;
end;

-- One link is one post: which work's it is.
create table posted_links (
    key     text primary key not null check (length(key) > 0),
    work_id text not null,
    seq     integer not null
) strict, without rowid;

-- Screenshots that prove receipts, decoded and encoded again; their records name them.
create table proofs (
    path   text primary key not null check (length(path) > 0 and path not glob '/*' and path not glob '../*'),
    sha256 text not null check (length(sha256) = 64),
    bytes  integer not null check (bytes >= 0)
) strict, without rowid;
