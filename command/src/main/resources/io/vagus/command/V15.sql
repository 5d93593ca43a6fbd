-- Commands that must come again by a time, or their fallback is done.
create table command_dead_man (
  device text not null,
  name text not null,
  command text not null,
  due_micros bigint not null,
  primary key (device, name)
);

create index command_by_name on command (device, name, created_micros);
