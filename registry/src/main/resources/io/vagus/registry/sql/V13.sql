-- A breach ends the tokens that are for the device alone.

create index enrolment_token_by_device on enrolment_token (device);
