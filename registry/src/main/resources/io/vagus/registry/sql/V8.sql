-- What the platform wants devices to be; rows outlive their device, so that versions never fall.
create table twin_desired (
  device text not null primary key,
  version bigint not null,
  document text not null,
  changed text not null,
  updated_micros bigint not null
);
