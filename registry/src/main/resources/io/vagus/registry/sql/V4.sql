-- Every change of the tables, in order, each chained to the one before by its hash. Rows are only
-- ever added.
create table event (
  sequence bigint not null primary key,
  time_micros bigint not null,
  actor text not null,
  subject text not null,
  type text not null,
  body text not null,
  previous_hash text not null,
  hash text not null
);

create index event_by_subject on event (subject, sequence);

create index event_by_actor on event (actor, sequence);

create index event_by_type on event (type, sequence);

create index event_by_time on event (time_micros, sequence);
