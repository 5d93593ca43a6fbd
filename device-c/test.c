/* Tests of the C SDK on the host: make test. A link in memory stands for the network. */
#include "vagus.h"
#include "vagus_json.h"
#include "vagus_packet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what)                                              \
  do {                                                           \
    checks++;                                                    \
    if (!(what)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); \
      exit(1);                                                   \
    }                                                            \
  } while (0)

static int checks;

/* What the device sent, and what it will receive. */
static struct {
  unsigned char sent[65536], coming[4096];
  size_t sent_length, at, length;
  int opens, is_open, broken;
  size_t most; /* bytes that a call takes */
} net;

static int net_open(void *c, const char *host, const char *port) {
  (void)c, (void)host, (void)port;
  net.opens++;
  net.is_open = !net.broken;
  net.sent_length = net.at = net.length = 0;
  return net.broken;
}

static long net_send(void *c, const void *bytes, size_t length) {
  (void)c;
  size_t n = net.most && length > net.most ? net.most : length;
  if (net.sent_length + n > sizeof net.sent) {
    net.sent_length = 0;
  }
  memcpy(net.sent + net.sent_length, bytes, n);
  net.sent_length += n;
  return (long)n;
}

static long net_receive(void *c, void *bytes, size_t length) {
  (void)c;
  size_t n = net.length - net.at < length ? net.length - net.at : length;
  n = net.most && n > net.most ? net.most : n;
  memcpy(bytes, net.coming + net.at, n);
  net.at += n;
  return (long)n;
}

static void net_close(void *c) {
  (void)c;
  net.is_open = 0;
}

static void come(const void *bytes, size_t length) {
  if (net.at == net.length) {
    net.at = net.length = 0;
  }
  CHECK(net.length + length <= sizeof net.coming);
  memcpy(net.coming + net.length, bytes, length);
  net.length += length;
}

static unsigned char saved[sizeof(vagus_kept_state)];
static int is_saved;

static int save(void *c, const void *bytes, size_t length) {
  (void)c;
  CHECK(length == sizeof saved);
  memcpy(saved, bytes, length);
  is_saved = 1;
  return 0;
}

static int load(void *c, void *bytes, size_t length) {
  (void)c;
  if (!is_saved) return -1;
  memcpy(bytes, saved, length);
  return 0;
}

static int commands, documents;
static char last_args[128], last_document[128];

static vagus_status on_command(void *c, const vagus_command *command) {
  (void)c;
  commands++;
  snprintf(last_args, sizeof last_args, "%.*s", (int)command->args_length, command->args);
  return VAGUS_SUCCEEDED;
}

static int document_is_kept;

static int on_desired(void *c, uint32_t version, int delta, const char *json, size_t length) {
  (void)c;
  documents++;
  snprintf(last_document, sizeof last_document, "%u %d %.*s", (unsigned)version, delta, (int)length,
           json);
  return document_is_kept;
}

static unsigned char ring[512], packets[1024];
static int64_t utc;

static int64_t utc_ms(void) { return utc; }

static vagus_config config(void) {
  vagus_config c;
  memset(&c, 0, sizeof c);
  c.device = "pump-7";
  c.secret = "s";
  c.host = "h";
  c.port = "1883";
  c.keep_alive_seconds = 60;
  c.run = 7;
  c.ring = ring;
  c.ring_bytes = sizeof ring;
  c.packets = packets;
  c.packets_bytes = sizeof packets;
  vagus_link link = {NULL, net_open, net_send, net_receive, net_close};
  c.link = link;
  c.memory.save = save;
  c.memory.load = load;
  c.handlers.command = on_command;
  c.handlers.desired = on_desired;
  c.utc_ms = utc_ms;
  return c;
}

static uint64_t now;

static void start(vagus *v) {
  vagus_config c = config();
  memset(&net, 0, sizeof net);
  now = 1000;
  utc = 1795600000000;
  CHECK(vagus_init(v, &c, now) == 0);
}

static void open_session(vagus *v) {
  vagus_poll(v, now);
  come("\x20\x02\x00\x00", 4);
  vagus_poll(v, now);
  CHECK(vagus_is_connected(v));
}

static int has_sent(const char *text) {
  size_t length = strlen(text);
  for (size_t i = 0; i + length <= net.sent_length; i++) {
    if (memcmp(net.sent + i, text, length) == 0) return 1;
  }
  return 0;
}

static void down(const char *topic, const char *payload) {
  unsigned char packet[600];
  size_t at;
  size_t head = vagus_write_publish(packet, sizeof packet, "pump-7", topic, strlen(topic), 9, 0,
                                    strlen(payload), &at);
  CHECK(head > 0);
  memcpy(packet + at, payload, strlen(payload));
  come(packet, head);
}

static void codec_writes_what_it_reads(void) {
  unsigned char to[400];
  for (size_t payload = 0; payload < 300; payload += 7) {
    size_t at;
    size_t n = vagus_write_publish(to, sizeof to, "d", "telemetry", 9, 77, 1, payload, &at);
    memset(to + at, 'x', payload);
    vagus_header h;
    vagus_inbound m;
    CHECK(n > 0 && vagus_read_header(to, n, &h) == 1);
    CHECK(h.type == VAGUS_PUBLISH && h.header + h.remaining == n);
    CHECK(vagus_read_publish(h.flags, to + h.header, h.remaining, &m) == 0);
    CHECK(m.packet_id == 77 && m.payload_length == payload && m.topic_length == 14);
    CHECK(memcmp(m.topic, "v1/d/telemetry", 14) == 0);
    for (size_t room = 0; room < n; room++) {
      CHECK(vagus_write_publish(to, room, "d", "telemetry", 9, 77, 1, payload, &at) == 0);
    }
  }
  CHECK(vagus_write_connect(to, 30, "pump-7", "secret", 60, 1) == 0);
  CHECK(vagus_write_connect(to, 36, "pump-7", "secret", 60, 1) == 36);
  CHECK(vagus_write_connect(to, 36, "pump-7", NULL, 60, 1) == 28 && to[9] == 0x82);
}

static void codec_refuses_what_is_malformed(void) {
  vagus_header h;
  vagus_inbound m;
  uint16_t id;
  int code, present;
  CHECK(vagus_read_header((const unsigned char *)"\x30\xff\xff\xff\xff\x01", 6, &h) == -1);
  CHECK(vagus_read_header((const unsigned char *)"\x30\xff\xff\xff\x7f", 5, &h) == 1);
  CHECK(h.remaining == 268435455);
  CHECK(vagus_read_header((const unsigned char *)"\x30\xff", 2, &h) == 0);
  CHECK(vagus_read_header((const unsigned char *)"\x30", 1, &h) == 0);
  CHECK(vagus_read_connack((const unsigned char *)"\x00", 1, &code, &present) == -1);
  CHECK(vagus_read_connack((const unsigned char *)"\x02\x00", 2, &code, &present) == -1);
  CHECK(vagus_read_puback((const unsigned char *)"\x00\x00", 2, &id) == -1);
  CHECK(vagus_read_puback((const unsigned char *)"\x00\x01\x00", 3, &id) == -1);
  const struct {
    int flags;
    const char *body;
    size_t length;
  } wrong[] = {{0, "", 0},         {0, "\x00", 1},           {0, "\x00\x00", 2},
               {0, "\x00\x05" "ab", 4}, {2, "\x00\x01" "a", 3},   {2, "\x00\x01" "a\x00\x00", 5},
               {4, "\x00\x01" "a\x00\x01", 5}, {6, "\x00\x01" "a\x00\x01", 5},
               {0, "\x00\x02" "a\x00", 4},  {0, "\xff\xff" "a", 3}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(vagus_read_publish(wrong[i].flags, (const unsigned char *)wrong[i].body, wrong[i].length,
                             &m) == -1);
  }
}

static void json_finds_members_of_the_object_itself(void) {
  const char *j = " {\"a\": {\"seq\": 1, \"x\": [\"}\", {}]}, \"b\" : \"q\\\"}\", \"seq\":9007199254740991 }";
  vagus_value v;
  CHECK(vagus_member(j, strlen(j), "seq", &v) == 1 && vagus_whole(&v) == 9007199254740991);
  CHECK(vagus_member(j, strlen(j), "b", &v) == 1 && v.kind == '"' && v.length == 4);
  CHECK(vagus_member(j, strlen(j), "a", &v) == 1 && v.kind == '{' && v.at[v.length - 1] == '}');
  CHECK(vagus_member(j, strlen(j), "x", &v) == 0);
  CHECK(vagus_member("{}", 2, "x", &v) == 0);
  const char *wrong[] = {"", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{\"a\":[}",
                         "{\"a\":\"x}", "{\"a\" 1}", "{a:1}", "{\"a\":[[[[[[[[[[[[[[[[[[1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(vagus_member(wrong[i], strlen(wrong[i]), "x", &v) == -1);
  }
}

static void a_full_ring_gives_up_the_oldest_and_counts(void) {
  vagus v;
  start(&v);
  for (int i = 0; i < 100; i++) {
    char text[24];
    snprintf(text, sizeof text, "\"n\":%d", i);
    CHECK(vagus_telemetry(&v, text, -1) == 0);
  }
  CHECK(v.counters.dropped > 80 && v.counters.dropped + vagus_kept(&v) == 100);
  open_session(&v);
  vagus_poll(&v, now);
  CHECK(has_sent("\"n\":99") || vagus_kept(&v) > 4);
  CHECK(!has_sent("\"n\":0}"));
  char big[600];
  memset(big, 'x', sizeof big - 1);
  big[sizeof big - 1] = 0;
  uint32_t kept = vagus_kept(&v);
  CHECK(vagus_telemetry(&v, big, -1) == -1 && vagus_kept(&v) == kept);
}

static void what_was_not_acknowledged_goes_out_again_marked(void) {
  vagus v;
  start(&v);
  open_session(&v);
  vagus_telemetry(&v, "\"n\":1", 1795600000123);
  net.most = 3; /* the network takes little at a time */
  vagus_poll(&v, now);
  CHECK(has_sent("{\"time\":1795600000123,\"id\":\"7-1\",\"seq\":1,\"values\":{\"n\":1}}"));
  come("\xe0\x00", 2); /* none of a server's */
  vagus_poll(&v, now);
  CHECK(!vagus_is_connected(&v) && v.counters.violations == 1);
  now = v.session.retry_ms;
  open_session(&v);
  vagus_poll(&v, now);
  CHECK(v.counters.resent == 1 && has_sent("\"id\":\"7-1\"") && has_sent("\x3a"));
  come("\x40\x02\x00\x01", 4);
  vagus_poll(&v, now);
  CHECK(vagus_kept(&v) == 0 && v.counters.acknowledged == 1);
}

static void it_waits_longer_each_time_and_by_chance(void) {
  vagus v;
  start(&v);
  net.broken = 1;
  uint64_t most = 5000;
  for (int i = 0; i < 12; i++) {
    now = v.session.retry_ms;
    vagus_poll(&v, now);
    CHECK(net.opens == i + 1);
    CHECK(v.session.retry_ms - now >= most / 10 && v.session.retry_ms - now <= most);
    vagus_poll(&v, v.session.retry_ms - 1);
    CHECK(net.opens == i + 1);
    most = most * 2 > 120000 ? 120000 : most * 2;
  }
}

static void silence_ends_a_connection(void) {
  vagus v;
  start(&v);
  open_session(&v);
  now += 31000;
  vagus_poll(&v, now);
  CHECK(net.sent[net.sent_length - 2] == 0xC0);
  come("\xd0\x00", 2);
  vagus_poll(&v, now);
  now += 61000;
  vagus_poll(&v, now);
  vagus_poll(&v, now);
  CHECK(!vagus_is_connected(&v));
}

static void a_command_is_carried_out_once_over_a_restart(void) {
  vagus v;
  const char *text =
      "{\"id\":\"c1\",\"seq\":5,\"lane\":\"normal\",\"name\":\"set\",\"args\":{\"p\":40},"
      "\"deadline\":\"2026-11-25T10:01:00.000Z\",\"expiresInMs\":30000}";
  is_saved = commands = 0;
  start(&v);
  utc = 1795600800000;
  open_session(&v);
  down("commands/c1", text);
  vagus_poll(&v, now);
  CHECK(commands == 1 && strcmp(last_args, "{\"p\":40}") == 0);
  CHECK(has_sent("v1/pump-7/commands/c1/ack") && has_sent("\"status\":\"succeeded\""));
  CHECK(has_sent("\x40\x02")); /* PUBACK */
  start(&v);
  open_session(&v);
  down("commands/c1", text);
  down("commands/c0", "{\"id\":\"c0\",\"seq\":4,\"lane\":\"normal\",\"name\":\"set\",\"args\":{}}");
  vagus_poll(&v, now);
  CHECK(commands == 1 && has_sent("\"status\":\"succeeded\"") && !has_sent("commands/c0/"));
  utc = 1795601000000;
  down("commands/c2",
       "{\"id\":\"c2\",\"seq\":6,\"name\":\"set\",\"args\":{},\"deadline\":\"2026-11-25T10:01:00Z\"}");
  vagus_poll(&v, now);
  CHECK(commands == 1);
  down("commands/c3", "{\"id\":\"c3\",\"seq\":1,\"lane\":\"priority\",\"name\":\"stop\"}");
  vagus_poll(&v, now);
  CHECK(commands == 2);
}

static void a_command_begun_before_a_restart_is_answered_with_unknown(void) {
  vagus v;
  vagus_kept_state kept;
  memset(&kept, 0, sizeof kept);
  kept.lanes[0].seq = 9;
  strcpy(kept.lanes[0].id, "c9");
  save(NULL, &kept, sizeof kept);
  start(&v);
  open_session(&v);
  vagus_poll(&v, now);
  CHECK(has_sent("commands/c9/result") && has_sent("\"status\":\"unknown\""));
  start(&v); /* its answer may have been lost with the ring */
  open_session(&v);
  vagus_poll(&v, now);
  CHECK(has_sent("commands/c9/result") && has_sent("\"status\":\"unknown\""));
}

static void desired_state_is_followed_and_gaps_are_asked_for(void) {
  vagus v;
  is_saved = documents = 0;
  start(&v);
  open_session(&v);
  down("twin/desired", "{\"version\":7,\"desired\":{\"mode\":\"eco\"}}");
  down("twin/desired", "{\"version\":8,\"base\":7,\"delta\":{\"mode\":null}}");
  vagus_poll(&v, now);
  CHECK(documents == 2 && strcmp(last_document, "8 1 {\"mode\":null}") == 0);
  CHECK(has_sent("{\"desiredVersion\":8,\"reported\":{}}"));
  down("twin/desired", "{\"version\":7,\"desired\":{}}");
  down("twin/desired", "{\"version\":12,\"base\":11,\"delta\":{}}");
  vagus_poll(&v, now);
  CHECK(documents == 2);
  come("\x40\x02\x00\x01\x40\x02\x00\x02", 8);
  vagus_poll(&v, now);
  CHECK(has_sent("twin/desired/get"));
}

static void the_version_of_a_kept_document_survives_a_restart(void) {
  vagus v;
  is_saved = documents = 0;
  document_is_kept = 1;
  start(&v);
  open_session(&v);
  down("twin/desired", "{\"version\":7,\"desired\":{\"mode\":\"eco\"}}");
  vagus_poll(&v, now);
  start(&v);
  open_session(&v);
  down("twin/desired", "{\"version\":7,\"desired\":{\"mode\":\"eco\"}}");
  down("twin/desired", "{\"version\":8,\"base\":7,\"delta\":{\"mode\":\"off\"}}");
  vagus_poll(&v, now);
  CHECK(documents == 2 && strcmp(last_document, "8 1 {\"mode\":\"off\"}") == 0);
  document_is_kept = 0;
  down("twin/desired", "{\"version\":9,\"desired\":{}}");
  vagus_poll(&v, now);
  start(&v);
  open_session(&v);
  down("twin/desired", "{\"version\":9,\"desired\":{}}");
  vagus_poll(&v, now);
  CHECK(documents == 4 && strcmp(last_document, "9 0 {}") == 0);
}

/* Whatever a server says: no crash, no endless loop (the sanitizers watch). */
static void survives_any_bytes(void) {
  uint32_t x = 12345;
  vagus v;
  for (int round = 0; round < 3000; round++) {
    start(&v);
    vagus_telemetry(&v, "\"n\":1", -1);
    vagus_poll(&v, now);
    if (round % 2) {
      come("\x20\x02\x00\x00", 4);
      down(round % 3 ? "commands/c1" : "twin/desired",
           "{\"id\":\"c1\",\"seq\":5,\"version\":3,\"name\":\"set\",\"desired\":{}}");
      net.coming[x % net.length] ^= (unsigned char)(x >> 8);
    }
    for (int i = 0; i < 200; i++) {
      x = x * 1664525u + 1013904223u;
      unsigned char byte = (unsigned char)(x >> 24);
      come(&byte, 1);
    }
    vagus_poll(&v, now);
    vagus_poll(&v, now + 100000);
    vagus_close(&v);
  }
}

int main(void) {
  codec_writes_what_it_reads();
  codec_refuses_what_is_malformed();
  json_finds_members_of_the_object_itself();
  a_full_ring_gives_up_the_oldest_and_counts();
  what_was_not_acknowledged_goes_out_again_marked();
  it_waits_longer_each_time_and_by_chance();
  silence_ends_a_connection();
  a_command_is_carried_out_once_over_a_restart();
  a_command_begun_before_a_restart_is_answered_with_unknown();
  desired_state_is_followed_and_gaps_are_asked_for();
  the_version_of_a_kept_document_survives_a_restart();
  survives_any_bytes();
  printf("%d checks\n", checks);
  return 0;
}
