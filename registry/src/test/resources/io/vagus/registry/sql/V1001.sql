-- A module's own table, in a test.
create table wish (
  device text not null primary key references device (id) on delete cascade,
  body text not null,
  made_micros bigint not null
);
