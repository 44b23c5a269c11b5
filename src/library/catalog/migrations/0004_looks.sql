-- Version 4: what contents look and sound like, and under which words an accepted one is found among all others.

-- One row a content that was inspected; it outlives works, as inspections do.
create table looks (
    -- What `words` calls it. Never given twice.
    number      integer primary key autoincrement check (number between 1 and 4294967295),
    sha256      text not null unique check (length(sha256) = 64),
    -- Of the fingerprint: ones of different versions are never compared.
    version     integer not null check (version >= 0),
    -- Four bytes of word and two of time each, so that they can be taken out of `words` again.
    words       blob not null,
    -- Whether `words` holds them: while an accepted work has this content.
    listed      integer not null check (listed in (0, 1)),
    fingerprint blob not null
) strict;

-- A list of looks and moments a word, cut into pieces of some hundred bytes, so that a new work changes little. It can be
-- made anew from `looks`.
create table words (
    -- The word in the upper 32 bits; in the lower the least number that this piece may hold.
    key   integer primary key,
    posts blob not null
) strict;
