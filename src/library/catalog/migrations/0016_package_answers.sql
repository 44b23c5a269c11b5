-- What an answer was about beside the work's own files. Answers of before say nothing of it, so they hold for nothing and are asked
-- again.

alter table package_answers add column about text not null default '';
