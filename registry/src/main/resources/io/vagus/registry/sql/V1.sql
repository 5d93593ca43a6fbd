-- SQLite and PostgreSQL both take this. Times are microseconds since the epoch, UTC.

create table product (
  id text not null primary key,
  version integer not null
);

-- Versions outlive their product: stored messages name them.
create table product_version (
  product text not null,
  version integer not null,
  model text not null,
  created_micros bigint not null,
  primary key (product, version)
);

-- search_text: lower case of id, line break, name.
create table device (
  id text not null primary key,
  product text not null references product (id),
  name text not null,
  status text not null,
  tags text not null,
  search_text text not null,
  created_micros bigint not null,
  updated_micros bigint not null,
  version bigint not null
);

create index device_by_product on device (product, id);

create index device_by_status on device (status, id);

-- Holds all that a search by text reads, so that it does not touch the table.
create index device_search on device (id, search_text);

create table device_secret (
  device text not null primary key references device (id) on delete cascade,
  hash text not null
);

create table device_tag (
  device text not null references device (id) on delete cascade,
  name text not null,
  value text not null,
  primary key (device, name)
);

create index device_tag_by_value on device_tag (name, value, device);

create table application (
  name text not null primary key,
  grants text not null,
  hash text
);

create table api_token (
  digest text not null primary key,
  name text not null,
  scopes text not null,
  created_micros bigint not null,
  expires_micros bigint
);

create table idempotent_answer (
  holder text not null,
  idempotency_key text not null,
  digest text not null,
  status integer not null,
  body text not null,
  stored_micros bigint not null,
  primary key (holder, idempotency_key)
);

create index idempotent_answer_by_age on idempotent_answer (stored_micros);
