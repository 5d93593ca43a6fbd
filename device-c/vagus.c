#include "vagus.h"

#include "vagus_inbound.h"
#include "vagus_packet.h"
#include "vagus_ring.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * closed --retry--> greeting --CONNACK--> open
 *    ^------------------+--------- lost ----+
 */
enum { CLOSED, GREETING, OPEN };

#define GREETING_MS 10000
#define WINDOW 4
#define SUBSCRIPTION_ID 65535
#define FIRST_WAIT_MS 5000
#define MOST_WAIT_MS 120000

static uint32_t chance(vagus *v) { /* xorshift32 (Marsaglia 2003) */
  v->chance ^= v->chance << 13;
  v->chance ^= v->chance >> 17;
  v->chance ^= v->chance << 5;
  return v->chance;
}

int vagus_init(vagus *v, const vagus_config *config, uint64_t monotonic_ms) {
  size_t name = config->device ? strlen(config->device) : 0;
  if (name == 0 || name > VAGUS_MAX_DEVICE || config->ring_bytes < 64 ||
      config->packets_bytes < 256 || !config->ring || !config->packets) {
    return -1;
  }
  memset(v, 0, sizeof *v);
  v->config = *config;
  v->chance = config->run ? config->run : 1;
  v->started_ms = v->now_ms = v->session.retry_ms = monotonic_ms;
  if (config->memory.load &&
      config->memory.load(config->memory.context, &v->kept, sizeof v->kept) != 0) {
    memset(&v->kept, 0, sizeof v->kept);
  }
  for (int i = 0; i < VAGUS_LANES; i++) {
    v->kept.lanes[i].id[VAGUS_MAX_COMMAND] = 0;
  }
  v->desired_version = v->kept.desired_version;
  vagus_inbound_restarted(v);
  return 0;
}

/* Waits a tenth of a doubling span and some by chance: a fleet does not come back as one. */
static void lose(vagus *v) {
  uint32_t first = v->config.first_wait_ms ? v->config.first_wait_ms : FIRST_WAIT_MS;
  uint32_t most = v->config.most_wait_ms ? v->config.most_wait_ms : MOST_WAIT_MS;
  uint64_t span = (uint64_t)first << (v->session.failures < 16 ? v->session.failures : 16);
  if (span > most) {
    span = most;
  }
  v->config.link.close(v->config.link.context);
  v->session.state = CLOSED;
  v->session.failures++;
  v->session.retry_ms = v->now_ms + span / 10 + chance(v) % (span - span / 10 + 1);
}

static void violate(vagus *v) {
  v->counters.violations++;
  lose(v);
}

static size_t half(const vagus *v) { return v->config.packets_bytes / 2; }

static void out(vagus *v, size_t length) {
  v->session.out_at = 0;
  v->session.out_length = length;
}

static void greet(vagus *v) {
  if (v->now_ms < v->session.retry_ms) {
    return;
  }
  if (v->config.link.open(v->config.link.context, v->config.host, v->config.port) != 0) {
    lose(v);
    return;
  }
  v->session.state = GREETING;
  v->session.since_ms = v->session.heard_ms = v->session.sent_ms = v->now_ms;
  v->session.in_length = 0;
  v->session.skip = 0;
  v->ring.sent = 0;
  out(v, vagus_write_connect(v->config.packets, half(v), v->config.device, v->config.secret,
                             v->config.keep_alive_seconds, v->config.handlers.command == NULL));
}

/* 1: nothing is left to be sent of a packet begun. */
static int flush(vagus *v) {
  while (v->session.out_at < v->session.out_length) {
    long n = v->config.link.send(v->config.link.context, v->config.packets + v->session.out_at,
                                 v->session.out_length - v->session.out_at);
    if (n < 0) {
      lose(v);
    }
    if (n <= 0) {
      return 0;
    }
    v->session.out_at += (size_t)n;
    v->session.sent_ms = v->now_ms;
  }
  return 1;
}

static void opened(vagus *v) {
  static const char *const TOPICS[] = {"commands/+", "twin/desired"};
  v->session.state = OPEN;
  v->session.failures = 0;
  v->counters.connections++;
  int from = v->config.handlers.command ? 0 : 1, to = v->config.handlers.desired ? 2 : 1;
  if (from < to) {
    out(v, vagus_write_subscribe(v->config.packets, half(v), SUBSCRIPTION_ID, v->config.device,
                                 TOPICS + from, to - from));
  }
}

static void packet(vagus *v, const vagus_header *h, const unsigned char *body) {
  uint16_t id;
  int code, present;
  vagus_inbound message;
  switch (h->type) {
    case VAGUS_CONNACK:
      if (v->session.state != GREETING ||
          vagus_read_connack(body, h->remaining, &code, &present) != 0) {
        violate(v);
      } else if (code != 0) {
        v->session.refused = code;
        lose(v);
      } else {
        v->session.refused = 0;
        opened(v);
      }
      break;
    case VAGUS_PUBACK:
      if (vagus_read_puback(body, h->remaining, &id) != 0 || !vagus_ring_done(v, id)) {
        v->counters.violations++; /* or one that was dropped meanwhile */
      }
      break;
    case VAGUS_PUBLISH:
      if (v->session.state != OPEN ||
          vagus_read_publish(h->flags, body, h->remaining, &message) != 0) {
        violate(v);
        break;
      }
      if (vagus_inbound_message(v, &message) != 0) {
        v->counters.violations++;
      }
      if (message.packet_id) {
        out(v, vagus_write_puback(v->config.packets, half(v), message.packet_id));
      }
      break;
    case VAGUS_SUBACK:
    case VAGUS_PINGRESP:
      break;
    default:
      violate(v);
  }
}

/* Bytes of a packet beyond the buffer. */
static int skip(vagus *v) {
  unsigned char *in = v->config.packets + half(v);
  size_t most = v->session.skip < half(v) ? v->session.skip : half(v);
  long n = v->config.link.receive(v->config.link.context, in, most);
  if (n < 0) {
    lose(v);
  } else {
    v->session.skip -= (uint32_t)n;
    v->session.heard_ms = n > 0 ? v->now_ms : v->session.heard_ms;
  }
  return n > 0;
}

/* 1: a packet, or a part of one, was read. */
static int receive(vagus *v) {
  if (v->session.skip > 0) {
    return skip(v);
  }
  unsigned char *in = v->config.packets + half(v);
  vagus_header h = {0, 0, 0, 0};
  int read = vagus_read_header(in, v->session.in_length, &h);
  size_t want = read == 1 ? h.header + h.remaining : v->session.in_length + 1;
  if (read < 0) {
    violate(v);
    return 0;
  }
  if (want > half(v)) {
    v->counters.oversized++;
    v->session.skip = (uint32_t)(want - v->session.in_length);
    v->session.in_length = 0;
    return 1;
  }
  if (v->session.in_length < want) {
    long n = v->config.link.receive(v->config.link.context, in + v->session.in_length,
                                    want - v->session.in_length);
    if (n < 0) {
      lose(v);
    }
    if (n <= 0) {
      return 0;
    }
    v->session.in_length += (size_t)n;
    v->session.heard_ms = v->now_ms;
    return 1;
  }
  v->session.in_length = 0;
  packet(v, &h, in + h.header);
  return v->session.state != CLOSED;
}

/* 1: a packet was begun. */
static int publish_next(vagus *v) {
  if (v->ring.sent >= v->ring.count || v->ring.sent >= WINDOW) {
    return 0;
  }
  uint32_t place = v->ring.sent;
  vagus_record r = vagus_ring_at(v, place);
  v->ring.sent++;
  if (r.done) {
    return 1;
  }
  char topic[256];
  size_t at;
  int again = (int32_t)(v->ring.highest - (v->ring.first + place)) > 0;
  vagus_ring_copy(v, r.topic_at, r.topic_length, topic);
  size_t length = vagus_write_publish(v->config.packets, half(v), v->config.device, topic,
                                      r.topic_length, vagus_ring_packet_id(v, place), again,
                                      r.payload_length, &at);
  if (length > 0) {
    vagus_ring_copy(v, r.payload_at, r.payload_length, v->config.packets + at);
  }
  if (again) {
    v->counters.resent++;
  } else {
    v->ring.highest = v->ring.first + place + 1;
  }
  out(v, length);
  return 1;
}

/* 1: a packet was begun. */
static int keep_alive(vagus *v) {
  uint64_t bound = (uint64_t)v->config.keep_alive_seconds * 1000;
  if (v->session.state == GREETING) {
    if (v->now_ms - v->session.since_ms > GREETING_MS) {
      lose(v);
    }
  } else if (bound > 0 && v->now_ms - v->session.heard_ms > bound) {
    lose(v);
  } else if (bound > 0 && v->now_ms - v->session.sent_ms > bound / 2) {
    out(v, vagus_write_empty(v->config.packets, half(v), 12)); /* PINGREQ */
    return 1;
  }
  return 0;
}

void vagus_poll(vagus *v, uint64_t monotonic_ms) {
  v->now_ms = monotonic_ms;
  if (v->session.state == CLOSED) {
    greet(v);
  }
  int more = 1;
  while (more && v->session.state != CLOSED && flush(v)) {
    more = receive(v);
    if (v->session.state == OPEN && v->session.out_at >= v->session.out_length) {
      more = publish_next(v) || more;
    }
    if (v->session.state != CLOSED && !more) {
      more = keep_alive(v);
    }
  }
}

static int message_id(vagus *v, char *to, size_t room) {
  v->sequence++;
  return snprintf(to, room, "\"id\":\"%" PRIx32 "-%" PRIx32 "\",\"seq\":%" PRIu32, v->config.run,
                  v->sequence, v->sequence);
}

static int time_member(const vagus *v, int64_t utc_ms, char *to, size_t room) {
  int64_t now = utc_ms >= 0 ? utc_ms : v->config.utc_ms ? v->config.utc_ms() : -1;
  return now < 0 ? 0 : snprintf(to, room, "\"time\":%" PRId64 ",", now);
}

static int enveloped(vagus *v, const char *topic, int64_t utc_ms, const char *name,
                     const char *open, const char *text, const char *close) {
  char time[40], id[64];
  int time_length = time_member(v, utc_ms, time, sizeof time);
  int id_length = message_id(v, id, sizeof id);
  vagus_part parts[] = {{"{", 1},
                        {time, (size_t)time_length},
                        {id, (size_t)id_length},
                        {name, strlen(name)},
                        {open, strlen(open)},
                        {text, strlen(text)},
                        {close, strlen(close)},
                        {"}", 1}};
  return vagus_ring_add(v, topic, parts, 8);
}

int vagus_telemetry(vagus *v, const char *members, int64_t utc_ms) {
  return enveloped(v, "telemetry", utc_ms, ",\"values\":", "{", members, "}");
}

int vagus_reported(vagus *v, const char *json) {
  return enveloped(v, "twin/reported", -1, ",\"reported\":", "", json, "");
}

int vagus_publish(vagus *v, const char *topic, const void *payload, size_t length) {
  vagus_part part = {payload, length};
  return vagus_ring_add(v, topic, &part, 1);
}

int vagus_heartbeat(vagus *v, const vagus_health *h) {
  char text[320];
  size_t room = sizeof text;
  int n = snprintf(text, room, "\"health.uptime\":%" PRIu64 ",\"health.kept\":%" PRIu32
                               ",\"health.dropped\":%" PRIu32,
                   (v->now_ms - v->started_ms) / 1000, v->ring.count, v->counters.dropped);
  if (h->battery_percent >= 0) {
    n += snprintf(text + n, room - (size_t)n, ",\"health.battery\":%d", (int)h->battery_percent);
  }
  if (h->signal_dbm < 0) {
    n += snprintf(text + n, room - (size_t)n, ",\"health.signal\":%d", (int)h->signal_dbm);
  }
  if (h->memory_free_bytes >= 0) {
    n += snprintf(text + n, room - (size_t)n, ",\"health.memory\":%" PRId64, h->memory_free_bytes);
  }
  if (h->next_seconds > 0) {
    n += snprintf(text + n, room - (size_t)n, ",\"health.next\":%" PRIu32, h->next_seconds);
  }
  if (h->firmware && strlen(h->firmware) <= 64) {
    n += snprintf(text + n, room - (size_t)n, ",\"health.firmware\":\"%s\"", h->firmware);
  }
  return vagus_telemetry(v, text, -1);
}

int vagus_is_connected(const vagus *v) { return v->session.state == OPEN; }

uint32_t vagus_kept(const vagus *v) { return v->ring.count; }

void vagus_close(vagus *v) {
  if (v->session.state != CLOSED) {
    if (v->session.state == OPEN && flush(v)) {
      out(v, vagus_write_empty(v->config.packets, half(v), 14)); /* DISCONNECT */
      flush(v);
    }
    if (v->session.state != CLOSED) {
      lose(v);
    }
  }
}
