-- Where devices that enrol by themselves are made: a group, or none.
alter table enrolment_batch add column device_group text;
alter table enrolment_token add column device_group text;

-- Which tags devices may have: one row, or none while any may be.
create table tag_vocabulary (
  id integer not null primary key,
  body text not null
);
