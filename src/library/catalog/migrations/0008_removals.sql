-- Version 8: no published file is removed without its reason, which is recorded with the decision and outlives the work.
-- What an older program left in `leaving` names none: those files stay where they are.
drop table leaving;

-- One row a file that nothing refers to any more. Rows are never deleted once their file is gone.
create table removals (
    id         integer primary key,
    path       text not null check (length(path) > 0),
    sha256     text not null check (length(sha256) = 64),
    bytes      integer not null check (bytes >= 0),
    -- Of which work it was; no reference, since the work may be gone.
    work_id    text not null,
    reason     text not null check (reason in
                   ('made_anew', 'source_replaced', 'target_refused', 'target_dropped', 'duplicate', 'rejected')),
    -- The codes of the findings, or the id of the work that is repeated.
    detail     text not null,
    decided_at text not null, -- RFC 3339
    -- Both null: still to be removed; a run killed before it could is made good by the next one.
    removed_at text,
    left_at    text, -- somebody had changed the file, so it was left where it is
    check (removed_at is null or left_at is null)
) strict;

create index removals_by_path on removals (path);
create index removals_pending on removals (path) where removed_at is null and left_at is null;
