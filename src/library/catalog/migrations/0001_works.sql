-- The catalogue, version 1. Every table is STRICT: a value of another type is an error, not a guess.
-- Paths in the library are text with `/`, as in the manifest; paths of sources are bytes, since names are not always
-- UTF-8. SHA-256 sums are lower-case hex. A change of this file is a new migration, never an edit.

-- One row a submission that was looked at, whatever became of it.
create table works (
    id             text primary key not null check (length(id) between 1 and 64),
    -- Absolute path of the source and its place in the inbox. A path has one work at a time.
    source         blob not null unique check (length(source) > 0),
    relative       blob not null check (length(relative) > 0),
    title          text not null,
    department     text,
    season         text,
    revision       integer not null check (revision >= 1),
    verdict        text not null
                   check (verdict in ('accepted', 'accepted_with_warnings', 'duplicate', 'rejected', 'failed')),
    -- What tells a changed file from an unchanged one without reading it.
    stamp_bytes    integer not null,
    stamp_modified integer not null, -- nanoseconds since 1970
    stamp_inode    integer not null,
    sha256         text check (length(sha256) = 64),
    packets_sha256 text check (length(packets_sha256) = 64),
    -- A digest of everything else that decided the outcome: configuration, presets, overlays, sidecars, engine.
    decided_with   text not null,
    -- The work as it stands in the manifest.
    manifest_json  text not null check (json_valid(manifest_json)),
    updated_at     text not null -- RFC 3339
) strict;

create index works_by_sha256 on works (sha256);
create index works_by_packets on works (packets_sha256);

-- What one pass over a content learned; it outlives works, since the same content may come again.
create table inspections (
    sha256  text not null check (length(sha256) = 64),
    version integer not null check (version >= 1),
    json    text not null check (json_valid(json)),
    primary key (sha256, version)
) strict;

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

-- Files that no work has any more and that are still to be removed: a run killed before it could is made good by the
-- next one.
create table leaving (
    path text primary key not null check (length(path) > 0)
) strict;

-- One row a finished video and target. The keys say which encodes it holds, so that a later run can copy packets
-- out of it instead of encoding again.
create table renditions (
    work_id     text not null references works (id) on delete cascade,
    target      text not null,
    file        text not null references files (path) on delete cascade deferrable initially deferred,
    sha256      text not null check (length(sha256) = 64),
    bytes       integer not null check (bytes >= 0),
    picture_key text not null,
    sound_key   text, -- null: silent by design
    output_key  text not null,
    -- A draft is for a look only: it gives no packets to anything.
    draft       integer not null check (draft in (0, 1)),
    json        text not null check (json_valid(json)),
    primary key (work_id, target)
) strict;

create index renditions_by_picture on renditions (picture_key) where draft = 0;
create index renditions_by_sound on renditions (sound_key) where draft = 0;
create index renditions_by_file on renditions (file);

-- One row a run; one without an end was killed.
create table runs (
    id          integer primary key,
    started_at  text not null, -- RFC 3339
    finished_at text,
    program     text not null,
    ffmpeg      text not null,
    outcome     text,
    check ((finished_at is null) = (outcome is null))
) strict;
