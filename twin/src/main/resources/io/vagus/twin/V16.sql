-- How devices and groups stand to each other. source, target: device:ID or group:ID.
create table relation (
  kind text not null,
  source text not null,
  target text not null,
  note text not null,
  primary key (kind, source, target)
);

create index relation_by_target on relation (kind, target);
