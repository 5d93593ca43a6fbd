-- Where devices that enrol by themselves are made: a group, or none.
alter table enrolment_batch add column device_group text;
alter table enrolment_token add column device_group text;
