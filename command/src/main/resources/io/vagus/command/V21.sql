-- The newest commands of a device, and those of a few devices merged.
create index command_by_device_time on command (device, created_micros);
