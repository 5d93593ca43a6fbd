-- Where a device stands, and the device over whose connection it may send.

alter table device add column gateway text references device (id);

alter table device add column latitude double precision;

alter table device add column longitude double precision;

create index device_by_gateway on device (gateway, id) where gateway is not null;
