-- How far the members of a batch have come, and since when devices have their secrets. Rows of
-- before have no times: nobody noted them.

alter table enrolment_member add column listed_micros bigint;

alter table enrolment_member add column connected_micros bigint;

alter table enrolment_member add column accepted_micros bigint;

alter table device_secret add column set_micros bigint;
