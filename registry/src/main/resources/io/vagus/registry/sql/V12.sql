-- In which order certificates were issued: the place in the log of the event that told of each
-- first. Times of a second tie.

alter table certificate add column sequence bigint not null default 0;

update certificate set sequence = coalesce((
  select min(event.sequence) from event
  where event.subject = 'device:' || certificate.device
  and event.type in ('certificate.issued', 'certificate.revoked')
  and event.body like '%"serial":"' || certificate.serial || '"%'
), 0);
