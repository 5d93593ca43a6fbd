-- Which authority's key signed a certificate, by the serial number of that authority's own.
alter table certificate add column issuer text not null default '';

-- Devices that are made together and enrol by themselves.
create table enrolment_batch (
  id text not null primary key,
  product text not null,
  prefix text,
  max_devices bigint not null,
  vendor_root text,
  created_micros bigint not null,
  closes_micros bigint
);

create table enrolment_member (
  device text not null primary key,
  batch text not null references enrolment_batch (id),
  serial_number text,
  enrolled_micros bigint,
  enrolled_by text
);

create index enrolment_member_by_batch on enrolment_member (batch, device);

create unique index enrolment_member_by_serial on enrolment_member (batch, serial_number)
  where serial_number is not null;

-- With what one device enrols, once; the secret part is kept as its SHA-256.
create table enrolment_token (
  id text not null primary key,
  digest text not null,
  batch text references enrolment_batch (id),
  device text,
  product text,
  key_digest text,
  created_micros bigint not null,
  expires_micros bigint not null,
  used_micros bigint,
  used_by text,
  revoked_micros bigint
);

create index enrolment_token_by_age on enrolment_token (created_micros);

-- What all devices of a batch share until each has a certificate of its own.
create table claim_certificate (
  serial text not null primary key,
  batch text not null references enrolment_batch (id),
  fingerprint text not null,
  issuer text not null,
  not_before_micros bigint not null,
  not_after_micros bigint not null,
  revoked_micros bigint,
  revocation_reason text
);

create index claim_certificate_by_batch on claim_certificate (batch, not_before_micros);
