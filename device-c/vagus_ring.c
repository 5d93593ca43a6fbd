#include "vagus_ring.h"

#include <string.h>

/* payload length (2) | topic length (1) | done (1) | topic | payload */
#define HEAD 4
#define IDS 65534u /* 0 is none, 65535 is the subscription's */
#define OVERHEAD 16 /* of a packet beside device, topic and payload */

static unsigned char *byte_at(const vagus *v, size_t offset) {
  return v->config.ring + (v->ring.head + offset) % v->config.ring_bytes;
}

void vagus_ring_copy(const vagus *v, size_t offset, size_t length, void *to) {
  for (size_t i = 0; i < length; i++) {
    ((unsigned char *)to)[i] = *byte_at(v, offset + i);
  }
}

static void append(vagus *v, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    *byte_at(v, v->ring.used + i) = ((const unsigned char *)bytes)[i];
  }
  v->ring.used += length;
}

static vagus_record record_at(const vagus *v, size_t offset) {
  unsigned char head[HEAD];
  vagus_record r;
  vagus_ring_copy(v, offset, HEAD, head);
  r.payload_length = (size_t)head[0] << 8 | head[1];
  r.topic_length = head[2];
  r.done = head[3];
  r.topic_at = offset + HEAD;
  r.payload_at = r.topic_at + r.topic_length;
  return r;
}

vagus_record vagus_ring_at(const vagus *v, uint32_t place) {
  vagus_record r = record_at(v, 0);
  while (place-- > 0) {
    r = record_at(v, r.payload_at + r.payload_length);
  }
  return r;
}

static void drop_oldest(vagus *v) {
  vagus_record r = record_at(v, 0);
  size_t length = r.payload_at + r.payload_length;
  v->ring.head = (v->ring.head + length) % v->config.ring_bytes;
  v->ring.used -= length;
  v->ring.first++;
  v->ring.count--;
  v->ring.sent -= v->ring.sent > 0 ? 1 : 0;
}

int vagus_ring_add(vagus *v, const char *topic, const vagus_part *parts, int count) {
  size_t topic_length = strlen(topic), payload = 0;
  for (int i = 0; i < count; i++) {
    payload += parts[i].length;
  }
  size_t length = HEAD + topic_length + payload;
  size_t packet = OVERHEAD + strlen(v->config.device) + topic_length + payload;
  v->counters.taken++;
  int fits = topic_length <= 0xFF && payload <= 0xFFFF && length <= v->config.ring_bytes &&
             packet <= v->config.packets_bytes / 2;
  while (fits && v->ring.used + length > v->config.ring_bytes &&
         v->config.drop == VAGUS_DROP_OLDEST) {
    v->counters.dropped += vagus_ring_at(v, 0).done ? 0 : 1;
    drop_oldest(v);
  }
  if (!fits || v->ring.used + length > v->config.ring_bytes) {
    v->counters.dropped++;
    return -1;
  }
  unsigned char head[HEAD] = {(unsigned char)(payload >> 8), (unsigned char)payload,
                              (unsigned char)topic_length, 0};
  append(v, head, HEAD);
  append(v, topic, topic_length);
  for (int i = 0; i < count; i++) {
    append(v, parts[i].bytes, parts[i].length);
  }
  v->ring.count++;
  return 0;
}

uint16_t vagus_ring_packet_id(const vagus *v, uint32_t place) {
  return (uint16_t)((v->ring.first + place) % IDS + 1);
}

int vagus_ring_done(vagus *v, uint16_t packet_id) {
  for (uint32_t place = 0; place < v->ring.sent; place++) {
    if (vagus_ring_packet_id(v, place) == packet_id) {
      vagus_record r = vagus_ring_at(v, place);
      if (r.done) {
        return 0;
      }
      *byte_at(v, r.topic_at - 1) = 1;
      v->counters.acknowledged++;
      while (v->ring.count > 0 && vagus_ring_at(v, 0).done) {
        drop_oldest(v);
      }
      return 1;
    }
  }
  return 0;
}
