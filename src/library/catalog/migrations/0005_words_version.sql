-- Version 5: of which version words are. Words of different versions say nothing of each other.

-- Of `words` of this look.
alter table looks add column words_version integer not null default 1;

-- Of all words of the index: one row.
create table index_words (
    only    integer primary key check (only = 1),
    version integer not null
) strict;
insert into index_words values (1, 1);
