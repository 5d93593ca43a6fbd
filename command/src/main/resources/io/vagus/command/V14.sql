-- Commands for many devices. asked: of how many devices, in their order, the turn was. settled: nothing more becomes of it.
create table bulk_command (
  id text not null primary key,
  name text not null,
  arguments text not null,
  lane integer,
  deadline_micros bigint,
  scope_group text,
  scope_product text,
  scope_query text,
  rate_hz double precision not null,
  stop_share double precision,
  stop_least integer,
  issuer text not null,
  state integer not null,
  why text not null,
  created_micros bigint not null,
  ended_micros bigint not null,
  devices bigint not null,
  asked bigint not null,
  settled integer not null
);

create index bulk_command_by_time on bulk_command (created_micros, id);

create index bulk_command_unsettled on bulk_command (created_micros) where settled = 0;

-- rejected: why no command was made.
create table bulk_device (
  bulk text not null,
  place bigint not null,
  device text not null,
  command text not null,
  rejected text,
  primary key (bulk, place)
);

create index bulk_device_rejected on bulk_device (bulk, place) where rejected is not null;

-- What must outlast the commands that are forgotten: the highest numbers of a device's lanes, and who asked for the command of the highest ordinal.
create table command_mark (
  device text not null,
  lane integer not null,
  ordinal bigint not null,
  issuer text not null,
  sequence bigint not null,
  primary key (device, lane)
);
