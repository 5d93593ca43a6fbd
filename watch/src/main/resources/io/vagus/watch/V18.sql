-- What somebody is to know of. device: empty for what is of none. sequence: of the last change that
-- was taken in; one that is not beyond it came before. commands: ids, by spaces.
create table alert (
  id text not null primary key,
  ordinal bigint not null,
  source text not null,
  device text not null,
  class text not null,
  text text not null,
  count bigint not null,
  raised_micros bigint not null,
  last_micros bigint not null,
  cleared_micros bigint,
  acknowledged_micros bigint,
  acknowledged_by text,
  note text,
  firing text,
  message text,
  commands text not null,
  sequence bigint not null
);

create unique index alert_by_ordinal on alert (ordinal);

create unique index alert_open on alert (source, device) where cleared_micros is null;

create index alert_by_source on alert (source, device, ordinal);

create index alert_by_device on alert (device, ordinal);

create index alert_by_end on alert (cleared_micros);
