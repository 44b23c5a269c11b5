-- Nothing ever wrote a row of it: the log tells of runs.
drop table if exists runs;
