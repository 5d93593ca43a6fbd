-- Who may do what: users, the tokens of programs, and when which right was used.

-- subject: at the OpenID provider: its issuer, a space, its sub.
create table person (
  name text not null primary key,
  display_name text not null,
  disabled integer not null,
  grants text not null,
  subject text,
  hash text,
  password_micros bigint,
  second_factor integer not null,
  totp_secret text,
  totp_step bigint not null,
  created_micros bigint not null
);

create unique index person_by_subject on person (subject) where subject is not null;

alter table api_token add column device_group text not null default 'all';

alter table api_token add column owner text;

-- Scopes were read, write, metrics, backup and admin; they are labels of roles and rights now.
update api_token set scopes =
  replace(replace(replace(replace(scopes,
    '"read"', '"viewer"'),
    '"write"', '"product.write","device.write","device.suspend","credential.issue","credential.revoke","dead-letter.replay"'),
    '"metrics"', '"metrics.read"'),
    '"backup"', '"backup.take"');

create table right_use (
  actor text not null,
  right_label text not null,
  used_micros bigint not null,
  primary key (actor, right_label)
);
