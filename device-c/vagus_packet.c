#include "vagus_packet.h"

#include <string.h>

#define PREFIX "v1/"

typedef struct {
  unsigned char *bytes;
  size_t room, at;
  int over;
} writer;

static void put(writer *w, int value) {
  if (w->at < w->room) {
    w->bytes[w->at++] = (unsigned char)value;
  } else {
    w->over = 1;
  }
}

static void put16(writer *w, size_t value) {
  put(w, (int)(value >> 8 & 0xFF));
  put(w, (int)(value & 0xFF));
}

static void put_bytes(writer *w, const void *bytes, size_t length) {
  if (length <= w->room - w->at) {
    memcpy(w->bytes + w->at, bytes, length);
    w->at += length;
  } else {
    w->over = 1;
  }
}

static void put_text(writer *w, const char *text) {
  put16(w, strlen(text));
  put_bytes(w, text, strlen(text));
}

/* Fixed header (MQTT 3.1.1 §2.2). */
static writer begin(unsigned char *to, size_t room, int first, size_t remaining) {
  writer w = {to, room, 0, 0};
  put(&w, first);
  do {
    put(&w, (int)((remaining & 0x7F) | (remaining > 0x7F ? 0x80 : 0)));
    remaining >>= 7;
  } while (remaining > 0);
  return w;
}

static size_t end(const writer *w) { return w->over ? 0 : w->at; }

/* v1/DEVICE/topic, with its length before. */
static void put_topic(writer *w, const char *device, const char *topic, size_t topic_length) {
  put16(w, strlen(PREFIX) + strlen(device) + 1 + topic_length);
  put_bytes(w, PREFIX, strlen(PREFIX));
  put_bytes(w, device, strlen(device));
  put(w, '/');
  put_bytes(w, topic, topic_length);
}

static size_t topic_bytes(const char *device, size_t topic_length) {
  return 2 + strlen(PREFIX) + strlen(device) + 1 + topic_length;
}

size_t vagus_write_connect(unsigned char *to, size_t room, const char *device, const char *secret,
                           uint16_t keep_alive, int clean) {
  /* The name is said without a secret too: one that is not the certificate's is refused at once. */
  size_t name = 2 + strlen(device);
  size_t remaining = 10 + 2 * name + (secret ? 2 + strlen(secret) : 0);
  writer w = begin(to, room, 0x10, remaining);
  put_text(&w, "MQTT");
  put(&w, 4);
  put(&w, (clean ? 0x02 : 0) | (secret ? 0xC0 : 0x80));
  put16(&w, keep_alive);
  put_text(&w, device);
  put_text(&w, device);
  if (secret) {
    put_text(&w, secret);
  }
  return end(&w);
}

size_t vagus_write_publish(unsigned char *to, size_t room, const char *device, const char *topic,
                           size_t topic_length, uint16_t packet_id, int dup,
                           size_t payload_length, size_t *payload_at) {
  size_t remaining = topic_bytes(device, topic_length) + 2 + payload_length;
  writer w = begin(to, room, 0x32 | (dup ? 0x08 : 0), remaining);
  put_topic(&w, device, topic, topic_length);
  put16(&w, packet_id);
  *payload_at = w.at;
  return w.over || payload_length > room - w.at ? 0 : w.at + payload_length;
}

size_t vagus_write_subscribe(unsigned char *to, size_t room, uint16_t packet_id,
                             const char *device, const char *const *topics, int count) {
  size_t remaining = 2;
  for (int i = 0; i < count; i++) {
    remaining += topic_bytes(device, strlen(topics[i])) + 1;
  }
  writer w = begin(to, room, 0x82, remaining);
  put16(&w, packet_id);
  for (int i = 0; i < count; i++) {
    put_topic(&w, device, topics[i], strlen(topics[i]));
    put(&w, 1);
  }
  return end(&w);
}

size_t vagus_write_puback(unsigned char *to, size_t room, uint16_t packet_id) {
  writer w = begin(to, room, 0x40, 2);
  put16(&w, packet_id);
  return end(&w);
}

size_t vagus_write_empty(unsigned char *to, size_t room, int type) {
  writer w = begin(to, room, type << 4, 0);
  return end(&w);
}

int vagus_read_header(const unsigned char *from, size_t length, vagus_header *header) {
  uint32_t value = 0;
  for (size_t i = 1; i < length; i++) {
    value |= (uint32_t)(from[i] & 0x7F) << (7 * (i - 1));
    if (from[i] < 0x80) {
      header->type = from[0] >> 4;
      header->flags = from[0] & 0x0F;
      header->remaining = value;
      header->header = i + 1;
      return 1;
    }
    if (i == 4) {
      return -1; /* a length has at most four bytes */
    }
  }
  return 0;
}

int vagus_read_connack(const unsigned char *body, size_t length, int *code, int *present) {
  if (length != 2 || body[0] > 1) {
    return -1;
  }
  *present = body[0];
  *code = body[1];
  return 0;
}

int vagus_read_puback(const unsigned char *body, size_t length, uint16_t *packet_id) {
  if (length != 2) {
    return -1;
  }
  *packet_id = (uint16_t)(body[0] << 8 | body[1]);
  return *packet_id == 0 ? -1 : 0;
}

int vagus_read_publish(int flags, const unsigned char *body, size_t length,
                       vagus_inbound *message) {
  int qos = flags >> 1 & 3;
  if (qos > 1 || length < 2) {
    return -1; /* 2 was not subscribed, 3 does not exist */
  }
  size_t topic = (size_t)body[0] << 8 | body[1];
  size_t head = 2 + topic + (qos ? 2 : 0);
  if (topic == 0 || head > length || memchr(body + 2, 0, topic)) {
    return -1;
  }
  message->topic = (const char *)body + 2;
  message->topic_length = topic;
  message->packet_id = qos ? (uint16_t)(body[2 + topic] << 8 | body[3 + topic]) : 0;
  message->payload = body + head;
  message->payload_length = length - head;
  return qos && message->packet_id == 0 ? -1 : 0;
}
