-- Groups as a tree, and what else is known of a device.

-- query: of a dynamic group, the conditions its devices meet, as JSON.
create table device_group (
  id text not null primary key,
  parent text references device_group (id),
  name text not null,
  query text
);

create index device_group_by_parent on device_group (parent);

alter table device add column device_group text references device_group (id);

create index device_by_group on device (device_group, id) where device_group is not null;

-- As JSON, and a row of each for filters.
alter table device add column details text not null default '{}';

create table device_detail (
  device text not null references device (id) on delete cascade,
  name text not null,
  value text not null,
  primary key (device, name)
);

create index device_detail_by_value on device_detail (name, value, device);
