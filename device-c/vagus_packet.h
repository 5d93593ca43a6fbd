/* MQTT 3.1.1 packets as bytes. Pure: no state, no allocation. */
#ifndef VAGUS_PACKET_H
#define VAGUS_PACKET_H

#include <stddef.h>
#include <stdint.h>

enum {
  VAGUS_CONNACK = 2,
  VAGUS_PUBLISH = 3,
  VAGUS_PUBACK = 4,
  VAGUS_SUBACK = 9,
  VAGUS_PINGRESP = 13
};

typedef struct {
  int type, flags;
  uint32_t remaining; /* bytes behind the header */
  size_t header;      /* bytes of the header */
} vagus_header;

typedef struct {
  const char *topic;
  size_t topic_length;
  uint16_t packet_id; /* 0: QoS 0 */
  const unsigned char *payload;
  size_t payload_length;
} vagus_inbound;

/* Each writes a whole packet and gives its length; 0: it does not fit. */
size_t vagus_write_connect(unsigned char *to, size_t room, const char *device, const char *secret,
                           uint16_t keep_alive, int clean);
size_t vagus_write_publish(unsigned char *to, size_t room, const char *device, const char *topic,
                           size_t topic_length, uint16_t packet_id, int dup,
                           size_t payload_length, size_t *payload_at);
size_t vagus_write_subscribe(unsigned char *to, size_t room, uint16_t packet_id,
                             const char *device, const char *const *topics, int count);
size_t vagus_write_puback(unsigned char *to, size_t room, uint16_t packet_id);
size_t vagus_write_empty(unsigned char *to, size_t room, int type);

/* 1: read; 0: more bytes are needed; -1: malformed. */
int vagus_read_header(const unsigned char *from, size_t length, vagus_header *header);

/* The bodies: 0, or -1 when malformed. */
int vagus_read_connack(const unsigned char *body, size_t length, int *code, int *present);
int vagus_read_puback(const unsigned char *body, size_t length, uint16_t *packet_id);
int vagus_read_publish(int flags, const unsigned char *body, size_t length, vagus_inbound *message);

#endif
