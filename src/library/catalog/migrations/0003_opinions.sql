-- Version 3: what people said of pairs of contents. It outlives works: the same content may come again.
create table opinions (
    first  text not null check (length(first) = 64),
    second text not null check (length(second) = 64 and first < second),
    said   text not null check (said in ('same', 'not_same')),
    by     text,
    note   text,
    at     text not null, -- RFC 3339
    primary key (first, second)
) strict, without rowid;

create index opinions_by_second on opinions (second);
