-- Version 6: which works were refused as a repetition of one; asked for whenever a work is made anew.
create index works_by_original on works (json_extract(manifest_json, '$.duplicate_of')) where verdict = 'duplicate';
