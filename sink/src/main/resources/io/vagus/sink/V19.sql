-- Where rules send what they find.
create table sink (
  name text not null primary key,
  kind text not null,
  description text not null,
  created_micros bigint not null,
  changed_micros bigint not null
);

create table sink_setting (
  sink text not null,
  name text not null,
  value text not null,
  primary key (sink, name)
);

-- value: as it is used; the event log has the names and times only.
create table sink_secret (
  sink text not null,
  name text not null,
  set_micros bigint not null,
  value text not null,
  primary key (sink, name)
);

-- Up to which offset of the outbox all is settled.
create table sink_cursor (
  consumer text not null primary key,
  position bigint not null
);

-- The last change of desired state that rules made: it moves in one transaction with the change.
create table sink_applied (
  consumer text not null primary key,
  position bigint not null,
  ordinal integer not null
);

create table sink_dead_letter (
  sink text not null,
  id text not null,
  rule text not null,
  device text not null,
  product text not null,
  received_micros bigint not null,
  body text not null,
  attempts integer not null,
  why text not null,
  at_micros bigint not null,
  primary key (sink, id)
);

create index sink_dead_letter_by_time on sink_dead_letter (sink, at_micros, id);
