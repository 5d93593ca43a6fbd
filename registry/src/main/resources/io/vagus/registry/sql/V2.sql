-- The certificates that were issued to devices; they outlive them.
create table certificate (
  serial text not null primary key,
  device text not null,
  key_digest text not null,
  key_kind text not null,
  fingerprint text not null,
  not_before_micros bigint not null,
  not_after_micros bigint not null,
  revoked_micros bigint,
  revocation_reason text
);

create index certificate_by_device on certificate (device, not_before_micros);

create index certificate_by_end on certificate (not_after_micros);

create index certificate_by_key on certificate (key_digest);
