-- Who came first, by what the program saw itself: neither a file's date nor its name says it.

-- The first sight of a content in a department's folder; it is never replaced by a later one, and it outlives works.
create table first_seen (
    sha256 text not null check (length(sha256) = 64),
    folder text not null, -- the first under the inbox; empty: in none
    -- One number a run or a look at the inbox; what was first seen in one of them has no order. 0: before that was counted.
    glance integer not null check (glance between 0 and 4294967294),
    source blob not null check (length(source) > 0),
    at     text not null, -- RFC 3339
    primary key (sha256, folder)
) strict, without rowid;

create index first_seen_by_glance on first_seen (glance);

-- A person's word on which of two is the original: both may be the very same file, in the folders of two departments.
create table originals (
    original        text not null check (length(original) = 64),
    original_folder text not null,
    copy            text not null check (length(copy) = 64),
    copy_folder     text not null check (copy <> original or copy_folder <> original_folder),
    by              text,
    note            text,
    at              text not null, -- RFC 3339
    primary key (original, original_folder, copy, copy_folder)
) strict, without rowid;

create index originals_by_copy on originals (copy);
