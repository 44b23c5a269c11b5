-- Screens on campus: programmes, editions, what screens said, what they played. Times are milliseconds since 1970, UTC, unless
-- said otherwise. Nothing here refers to `works`: what was shown outlives the work.

-- Raised by whatever may change what screens show, so that nobody has to watch files.
create table playout_changes (
    only   integer primary key check (only = 1),
    number integer not null
) strict;

insert into playout_changes values (1, 1);

create trigger a_recorded_work_changes_playout after insert on works
begin
    update playout_changes set number = number + 1;
end;

create trigger a_changed_work_changes_playout after update of manifest_json, verdict, sha256 on works
begin
    update playout_changes set number = number + 1;
end;

create trigger a_removed_work_changes_playout after delete on works
begin
    update playout_changes set number = number + 1;
end;

-- What screens are to carry out, in this order; a screen says up to where it has.
create table screen_orders (
    serial integer primary key check (serial >= 1), -- without gaps
    kind   text not null check (kind in ('review', 'notice', 'notice_end', 'dark', 'light', 'pair', 'forget', 'selftest', 'revoke')),
    screen text, -- null: all of them
    at     integer not null,
    by     text not null,
    record integer, -- of `records`, for a decision of review
    said   text not null check (json_valid(said))
) strict;

create index screen_orders_by_record on screen_orders (record) where record is not null;

create trigger an_order_changes_playout after insert on screen_orders
begin
    update playout_changes set number = number + 1;
end;

-- A decision of review reaches the screens in the transaction that records it.
create trigger a_decision_is_an_order after insert on records
    when new.kind in ('approve', 'return', 'undo', 'withdraw', 'restore')
begin
    insert into screen_orders (kind, at, by, record, said)
        values ('review', cast(unixepoch('subsec') * 1000 as integer), '', new.seq, json_object('work', new.work_id, 'kind', new.kind));
end;

-- The configuration and the released works from which a part of a day's programme was planned, by content.
create table programme_inputs (
    digest text primary key not null check (length(digest) = 64),
    json   text not null check (json_valid(json))
) strict, without rowid;

-- From when on which inputs govern a date: planning a date again from its parts gives the same bytes.
create table programme_parts (
    grp     text not null, -- id of the screen whose programme it is
    date    text not null, -- ISO, in the zone of the configuration
    from_ms integer not null, -- 0: from the beginning of the date
    inputs  text not null references programme_inputs (digest),
    primary key (grp, date, from_ms)
) strict, without rowid;

create index programme_parts_by_inputs on programme_parts (inputs);

-- What was given to screens.
create table editions (
    id         text primary key not null check (length(id) = 64), -- digest of the body
    screen     text not null,
    number     integer not null, -- ascending by screen
    made_ms    integer not null,
    good_until integer not null,
    body       text not null,
    signature  text not null,
    key        text not null
) strict;

create unique index editions_by_screen on editions (screen, number);

-- Files that were hashed, as they were then: one is hashed again when its stamp changes, and once a day.
create table proven_files (
    path      text primary key not null, -- relative to the library
    sha256    text not null check (length(sha256) = 64),
    bytes     integer not null,
    stamp     text not null, -- size, times, inode
    proven_ms integer not null,
    sums      blob not null -- SHA-256 of each chunk of 4 MiB
) strict, without rowid;

create index proven_files_by_digest on proven_files (sha256);

-- Pages that wait for the office to say which screen they are.
create table pairings (
    ticket  text primary key not null check (length(ticket) = 64), -- SHA-256
    code    text not null unique,
    address text not null,
    made_ms integer not null,
    expires integer not null,
    said    text not null check (json_valid(said)), -- what the page told of itself
    screen  text, -- null: nobody said yet
    by      text,
    tries   integer not null default 0 -- wrong codes that were typed while it waited
) strict, without rowid;

-- Who may fetch what: a token allows one screen's editions, files, beats and plays.
create table screen_tokens (
    sha256     text primary key not null check (length(sha256) = 64),
    screen     text not null,
    kind       text not null check (kind in ('screen', 'stick')),
    made_ms    integer not null,
    by         text not null,
    revoked_ms integer
) strict, without rowid;

create index screen_tokens_by_screen on screen_tokens (screen, made_ms);

-- The last word of each paired screen.
create table screen_beats (
    screen  text primary key not null,
    at      integer not null, -- when it was heard, by the server's clock
    beat    text not null check (json_valid(beat)),
    edition text not null,
    applied integer not null,
    moved   integer not null -- when its picture last moved as it should
) strict, without rowid;

create table screen_faults (
    id     integer primary key,
    screen text not null,
    at     integer not null,
    kind   text not null,
    sha256 text not null,
    detail text not null,
    count  integer not null default 1
) strict;

create index screen_faults_by_time on screen_faults (screen, at);

-- What a file was when it was on a programme.
create table shown (
    sha256     text primary key not null check (length(sha256) = 64),
    work_id    text not null,
    title      text not null,
    department text,
    signed     text not null -- names of who signed it
) strict, without rowid;

create table plays (
    screen     text not null,
    boot       text not null,
    seq        integer not null check (seq >= 1),
    edition    text not null,
    slot_at    integer not null,
    sha256     text not null,
    started_at integer not null,
    shown_ms   integer not null,
    wanted_ms  integer not null,
    frames     integer not null,
    gap_ms     integer not null,
    outcome    text not null check (outcome in ('whole', 'cut', 'failed', 'interrupted', 'unknown')),
    clock      text not null check (clock in ('known', 'unknown')),
    received   integer not null,
    date       text not null, -- in the zone of the configuration
    primary key (screen, boot, seq)
) strict, without rowid;

create index plays_by_date on plays (date, screen, sha256);

-- Plays that cannot be: kept aside, with the reason.
create table refused_plays (
    screen   text not null,
    boot     text not null,
    seq      integer not null,
    said     text not null,
    reason   text not null,
    received integer not null,
    primary key (screen, boot, seq)
) strict, without rowid;

-- Days that are over, folded from `plays`: kept for good.
create table play_days (
    date      text not null,
    screen    text not null,
    sha256    text not null, -- empty: plays of which only the number is known
    planned   integer not null,
    plays     integer not null,
    whole     integer not null,
    shown_ms  integer not null,
    first_ms  integer, -- null: never
    last_ms   integer,
    primary key (date, screen, sha256)
) strict, without rowid;

-- The chain over folded days: each hash covers the day's rows and the hash before it.
create table ledger_days (
    date     text primary key not null,
    said     text not null check (json_valid(said)),
    previous text not null check (length(previous) = 64),
    hash     text not null unique check (length(hash) = 64)
) strict, without rowid;

-- Sticks and folders that left the house.
create table sticks (
    number     integer primary key check (number >= 1),
    screen     text not null,
    made_ms    integer not null,
    by         text not null,
    good_until integer not null,
    edition    text not null,
    files      text not null check (json_valid(files)), -- digests
    returned   integer -- null: still out there
) strict;

create index sticks_out on sticks (screen, number) where returned is null;
