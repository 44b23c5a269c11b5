-- Version 2: how often the making of a source broke off. Rows are for one state of the source: a changed file starts anew.
create table attempts (
    source         blob primary key not null check (length(source) > 0),
    stamp_bytes    integer not null,
    stamp_modified integer not null,
    stamp_inode    integer not null,
    failed         integer not null check (failed >= 1)
) strict;
