-- What devices are asked to do. steps: a line for each state: ordinal, time, actor, why.
create table command (
  id text not null primary key,
  device text not null,
  name text not null,
  arguments text not null,
  lane integer not null,
  deadline_micros bigint not null,
  effect_pointer text,
  effect_json text,
  bulk text,
  ordinal bigint not null,
  created_micros bigint not null,
  sequence bigint not null,
  state integer not null,
  is_open integer not null,
  steps text not null,
  delivered_micros bigint not null,
  executed_micros bigint not null,
  verified_micros bigint not null,
  result_status integer,
  result_code text,
  result_detail text,
  result_output text
);

create unique index command_by_device on command (device, ordinal);

create index command_by_sequence on command (device, lane, sequence);

create index command_by_time on command (created_micros, id);

create index command_open on command (device, ordinal) where is_open = 1;

create index command_by_bulk on command (bulk, state) where bulk is not null;
