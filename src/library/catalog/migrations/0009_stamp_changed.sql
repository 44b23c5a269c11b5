-- A change of a source that keeps its size, date and inode still moves its change time, which cannot be set.
-- Nanoseconds since 1970; 0 is unknown and equals any.
alter table works add column stamp_changed integer not null default 0;

-- By what the last attempt failed: the finding's code. Unknown in what an earlier version counted.
alter table attempts add column cause text;
