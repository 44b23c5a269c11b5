-- The catalogue as the newest version has it, to be read. It is not run: `migrations/` makes a catalogue and brings older
-- ones here, and a test holds that every version ends as this file says.
--
-- Every table is STRICT: a value of another type is an error, not a guess. Paths in the library are text with `/`, as in
-- the manifest; paths of sources are bytes, since names are not always UTF-8. SHA-256 sums are lower-case hex, times are
-- RFC 3339 text unless a unit is named. Columns that came later stand last in their table.


-- WORKS AND THEIR FILES

-- One row a submission that was looked at, whatever became of it.
create table works (
    id             text primary key not null check (length(id) between 1 and 64),
    -- Absolute path of the source. A path has one work at a time.
    source         blob not null unique check (length(source) > 0),
    -- The place of the source in the inbox.
    relative       blob not null check (length(relative) > 0),
    title          text not null,
    department     text, -- null: the source is in no department's folder
    season         text, -- null: it was submitted in none
    revision       integer not null check (revision >= 1), -- one more for each time the outputs changed
    verdict        text not null
                   check (verdict in ('accepted', 'accepted_with_warnings', 'duplicate', 'rejected', 'failed')),
    -- The stamp tells a changed file from an unchanged one without reading it.
    stamp_bytes    integer not null,
    stamp_modified integer not null, -- nanoseconds since 1970
    stamp_inode    integer not null,
    sha256         text check (length(sha256) = 64), -- of the source; null: it could not be read
    packets_sha256 text check (length(packets_sha256) = 64), -- of its streams, in whatever container
    -- A digest of everything else that decided the outcome: configuration, presets, overlays, sidecars, engine. Empty: the
    -- next run decides the work again.
    decided_with   text not null,
    -- The work as the manifest has it.
    manifest_json  text not null check (json_valid(manifest_json)),
    updated_at     text not null,
    -- The stamp's change time, which nobody can set; nanoseconds since 1970. 0 is unknown and equals any.
    stamp_changed  integer not null default 0
) strict;

create index works_by_sha256 on works (sha256);
create index works_by_packets on works (packets_sha256);
create index works_by_title on works (title);
-- Duplicates of a work: asked for whenever that work is made again.
create index works_by_original on works (json_extract(manifest_json, '$.duplicate_of')) where verdict = 'duplicate';
-- Works whose renditions are of a file that was replaced by one that could not be used: asked for with every new work.
create index works_by_published on works (json_extract(manifest_json, '$.published_from.sha256'));
create index works_by_published_packets on works (json_extract(manifest_json, '$.published_from.packets_sha256'));

-- Every published file, for `verify`.
create table files (
    path    text primary key not null check (length(path) > 0 and path not glob '/*' and path not glob '../*'),
    sha256  text not null check (length(sha256) = 64),
    bytes   integer not null check (bytes >= 0),
    -- Null: the library's own (its manifest and spreadsheets).
    work_id text references works (id) on delete cascade,
    kind    text not null check (kind in ('video', 'cover', 'post', 'manifest', 'sheet'))
) strict;

create index files_by_work on files (work_id);

-- One row a finished video and target. The keys say which encodes it holds, so that a later run can copy packets out of it
-- instead of encoding again.
create table renditions (
    work_id     text not null references works (id) on delete cascade,
    target      text not null, -- the preset's name
    file        text not null references files (path) on delete cascade deferrable initially deferred,
    sha256      text not null check (length(sha256) = 64),
    bytes       integer not null check (bytes >= 0),
    picture_key text not null, -- a digest of what decided its pictures
    sound_key   text, -- the same for its sound; null: silent by design
    output_key  text not null, -- a digest of everything that decided the file
    -- A draft is for a look only: it gives no packets to anything.
    draft       integer not null check (draft in (0, 1)),
    -- The rendition as the manifest has it.
    json        text not null check (json_valid(json)),
    primary key (work_id, target)
) strict;

create index renditions_by_picture on renditions (picture_key) where draft = 0;
create index renditions_by_sound on renditions (sound_key) where draft = 0;
create index renditions_by_file on renditions (file);

-- One row a file that nothing refers to any more: none is removed without its reason, which is recorded with the decision.
-- Rows stay when their file and their work are gone.
create table removals (
    id         integer primary key,
    path       text not null check (length(path) > 0),
    sha256     text not null check (length(sha256) = 64), -- of what was published under that name
    bytes      integer not null check (bytes >= 0),
    work_id    text not null, -- no reference, since the work may be gone
    reason     text not null check (reason in
                   ('made_anew', 'source_replaced', 'target_refused', 'target_dropped', 'duplicate', 'rejected')),
    -- The codes of the findings, the id of the work that is repeated, or the sum of the new source.
    detail     text not null,
    decided_at text not null,
    -- Both null: still to be removed. What a killed run did not remove is left to the next one.
    removed_at text,
    left_at    text, -- somebody had changed the file, so it stays
    check (removed_at is null or left_at is null)
) strict;

create index removals_by_path on removals (path);
create index removals_pending on removals (path) where removed_at is null and left_at is null;

-- How often processing a source failed. A row is for one state of the source: a changed file starts from zero.
create table attempts (
    source         blob primary key not null check (length(source) > 0),
    stamp_bytes    integer not null,
    stamp_modified integer not null, -- nanoseconds since 1970
    stamp_inode    integer not null,
    failed         integer not null check (failed >= 1),
    cause          text -- the code of the last failure's finding; null: unknown
) strict;


-- CONTENTS: these rows outlive works, since the same content may come again

-- What one pass over a content learned, but for its fingerprint.
create table inspections (
    sha256  text not null check (length(sha256) = 64),
    version integer not null check (version >= 1), -- of the program's way to inspect
    json    text not null check (json_valid(json)),
    primary key (sha256, version)
) strict;

-- What a content looks and sounds like, and the terms under which it is found.
create table looks (
    -- What `words` calls it. Never given twice.
    number        integer primary key autoincrement check (number between 1 and 4294967295),
    sha256        text not null unique check (length(sha256) = 64),
    version       integer not null check (version >= 0), -- of the fingerprint: different versions are never compared
    -- Six bytes a term: four of the term, two of its time. By them it can be taken out of `words` again.
    words         blob not null,
    -- Whether `words` holds them: while the library publishes this content.
    listed        integer not null check (listed in (0, 1)),
    fingerprint   blob not null,
    words_version integer not null default 1 -- of its terms: different versions say nothing of each other
) strict;

-- The index of terms: a list of looks and times each, cut into pieces of some hundred bytes, so that a new work changes
-- little. It can be made again from `looks`.
create table words (
    -- The term in the upper 32 bits; in the lower the least number of a look that this piece may hold.
    key   integer primary key,
    posts blob not null -- packed occurrences
) strict;

-- The version of all terms of the index: one row.
create table index_words (
    only    integer primary key check (only = 1),
    version integer not null
) strict;

-- The first time a content was seen in a department's folder, which neither a file's date nor its name says. It is never
-- replaced by a later one.
create table first_seen (
    sha256 text not null check (length(sha256) = 64),
    folder text not null, -- the first under the inbox; empty: in none
    -- One number a run or a scan of the inbox; what was first seen in one of them has no order. 0: before that was counted.
    glance integer not null check (glance between 0 and 4294967294),
    source blob not null check (length(source) > 0),
    at     text not null,
    primary key (sha256, folder)
) strict, without rowid;

create index first_seen_by_glance on first_seen (glance);


-- WHAT PEOPLE SAID

-- Whether two contents are the same work.
create table opinions (
    first  text not null check (length(first) = 64),
    second text not null check (length(second) = 64 and first < second),
    said   text not null check (said in ('same', 'not_same')),
    by     text, -- who said it
    note   text,
    at     text not null,
    primary key (first, second)
) strict, without rowid;

create index opinions_by_second on opinions (second);

-- Which of two contents is the original. Both may be the very same file, in the folders of two departments.
create table originals (
    original        text not null check (length(original) = 64),
    original_folder text not null, -- empty: in none
    copy            text not null check (length(copy) = 64),
    copy_folder     text not null check (copy <> original or copy_folder <> original_folder),
    by              text, -- who said it
    note            text,
    at              text not null,
    primary key (original, original_folder, copy, copy_folder)
) strict, without rowid;

create index originals_by_copy on originals (copy);


-- RELEASE

-- What became of works after they were made: append-only, chained by hash.
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

-- The digest of the rules by which all standings were computed: one row.
create table standing_rules (
    only   integer primary key check (only = 1),
    digest text not null
) strict;

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
    at      text not null,
    about   text not null default '' -- SHA-256 of the question and of the papers that lay there; empty: not known
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

-- Phones, mails and student numbers: personal data, which stands in no other table and in no record. Rows can be erased.
create table people (
    id         integer primary key autoincrement, -- no number is given twice
    name       text not null check (name <> ''),
    unit       text not null, -- as the library shows departments; empty: not known
    position   text not null,
    contact    integer not null check (contact in (0, 1)), -- whom the unit is reached by
    phone      text not null,
    email      text not null,
    student_id text not null,
    changed_at text not null -- RFC 3339
) strict;

create unique index people_by_name on people (name, unit, student_id);

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
