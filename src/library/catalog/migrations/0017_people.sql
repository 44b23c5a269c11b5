-- Phones, mails and student numbers: personal data, which stands in no other table and in no record. Rows can be erased.
create table people (
    id         integer primary key autoincrement,
    name       text not null check (name <> ''),
    unit       text not null,
    position   text not null,
    contact    integer not null check (contact in (0, 1)),
    phone      text not null,
    email      text not null,
    student_id text not null,
    changed_at text not null
) strict;

create unique index people_by_name on people (name, unit, student_id);
