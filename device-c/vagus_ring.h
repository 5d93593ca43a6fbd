/* Messages that wait, in the caller's memory: a ring of records. Internal. */
#ifndef VAGUS_RING_H
#define VAGUS_RING_H

#include "vagus.h"

typedef struct {
  const void *bytes;
  size_t length;
} vagus_part;

typedef struct {
  size_t topic_at, payload_at; /* offsets from the ring's head */
  size_t topic_length, payload_length;
  int done;
} vagus_record;

/* 0: it is kept; -1: it does not fit, or the policy gave it up. */
int vagus_ring_add(vagus *v, const char *topic, const vagus_part *parts, int count);

/* The message of that place, 0 for the oldest. */
vagus_record vagus_ring_at(const vagus *v, uint32_t place);

void vagus_ring_copy(const vagus *v, size_t offset, size_t length, void *to);

/* The packet identifier of a place. */
uint16_t vagus_ring_packet_id(const vagus *v, uint32_t place);

/* The message with that packet identifier need not be kept; 0: none such was sent. */
int vagus_ring_done(vagus *v, uint16_t packet_id);

#endif
