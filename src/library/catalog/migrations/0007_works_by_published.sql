-- Version 7: whose renditions are of a file that was replaced by one that could not be used; asked for with every new work.
create index works_by_published on works (json_extract(manifest_json, '$.published_from.sha256'));
create index works_by_published_packets on works (json_extract(manifest_json, '$.published_from.packets_sha256'));
