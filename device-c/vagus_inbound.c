#include "vagus_inbound.h"

#include "vagus_json.h"
#include "vagus_ring.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const STATUS[] = {"succeeded", "failed", "expired", "unknown"};

static void remember(vagus *v) {
  if (v->config.memory.save) {
    v->config.memory.save(v->config.memory.context, &v->kept, sizeof v->kept);
  }
}

static void answer(vagus *v, const vagus_lane *lane, const char *what, const char *status) {
  char topic[VAGUS_MAX_COMMAND + 24], payload[96];
  snprintf(topic, sizeof topic, "commands/%s/%s", lane->id, what);
  int length = *status ? snprintf(payload, sizeof payload, "{\"seq\":%" PRIu64 ",\"status\":\"%s\"}",
                                  lane->seq, status)
                       : snprintf(payload, sizeof payload, "{\"seq\":%" PRIu64 "}", lane->seq);
  vagus_part part = {payload, (size_t)length};
  vagus_ring_add(v, topic, &part, 1);
}

static void answer_result(vagus *v, const vagus_lane *lane) {
  answer(v, lane, "result", STATUS[lane->answered - 1]);
}

void vagus_inbound_restarted(vagus *v) {
  for (int i = 0; i < VAGUS_LANES; i++) {
    vagus_lane *lane = &v->kept.lanes[i];
    if (lane->seq > 0 && lane->answered == 0) {
      lane->answered = VAGUS_UNKNOWN + 1;
      remember(v);
    }
    if (lane->seq > 0) {
      answer_result(v, lane); /* the last one may have been lost with the ring */
    }
  }
}

static int two(const char *at) { return (at[0] - '0') * 10 + at[1] - '0'; }

/* Milliseconds since 1970 of "2026-11-25T10:01:00.000Z" and the like; -1: not read. */
static int64_t instant(const vagus_value *value) {
  const char *t = value->at;
  if (value->kind != '"' || value->length < 20 || t[4] != '-' || t[10] != 'T' ||
      t[value->length - 1] != 'Z') {
    return -1;
  }
  int64_t year = two(t) * 100 + two(t + 2), month = two(t + 5), day = two(t + 8);
  year -= month <= 2;
  int64_t era_day = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + era_day - 719468;
  int64_t seconds = days * 86400 + two(t + 11) * 3600 + two(t + 14) * 60 + two(t + 17);
  return seconds * 1000;
}

static int is_over(const vagus *v, const char *json, size_t length) {
  vagus_value value;
  int64_t now = v->config.utc_ms ? v->config.utc_ms() : -1;
  if (now >= 0 && vagus_member(json, length, "deadline", &value) == 1) {
    int64_t deadline = instant(&value);
    return deadline >= 0 && now > deadline + 999; /* its fraction is not read */
  }
  return vagus_member(json, length, "expiresInMs", &value) == 1 && vagus_whole(&value) == 0;
}

static int read_command(const char *json, size_t length, vagus_command *c, int64_t *seq,
                        int *lane) {
  vagus_value value;
  if (vagus_member(json, length, "seq", &value) != 1 || (*seq = vagus_whole(&value)) < 1) {
    return -1;
  }
  if (vagus_member(json, length, "name", &value) != 1 || value.kind != '"') {
    return -1;
  }
  c->name = value.at;
  c->name_length = value.length;
  c->args = "{}";
  c->args_length = 2;
  if (vagus_member(json, length, "args", &value) == 1 && value.kind == '{') {
    c->args = value.at;
    c->args_length = value.length;
  }
  *lane = vagus_member(json, length, "lane", &value) == 1 && value.length == 8; /* priority */
  return 0;
}

/* The order of steps is the contract's: what is remembered before it begins happens at most once. */
static int take(vagus *v, const char *id, size_t id_length, const char *json, size_t length) {
  vagus_command command;
  int64_t seq;
  int number;
  if (id_length == 0 || id_length > VAGUS_MAX_COMMAND ||
      read_command(json, length, &command, &seq, &number) != 0) {
    return -1;
  }
  vagus_lane *lane = &v->kept.lanes[number];
  if ((uint64_t)seq <= lane->seq) {
    if (strlen(lane->id) == id_length && memcmp(lane->id, id, id_length) == 0) {
      answer(v, lane, "ack", "");
      if (lane->answered) {
        answer_result(v, lane);
      }
    }
    return 0;
  }
  memcpy(lane->id, id, id_length);
  lane->id[id_length] = 0;
  lane->seq = (uint64_t)seq;
  lane->answered = is_over(v, json, length) ? VAGUS_EXPIRED + 1 : 0;
  remember(v);
  if (lane->answered == 0) {
    answer(v, lane, "ack", "");
    command.id = lane->id;
    lane->answered =
        (unsigned char)(v->config.handlers.command(v->config.handlers.context, &command) + 1);
    remember(v);
  }
  answer_result(v, lane);
  return 0;
}

static int desired(vagus *v, const char *json, size_t length) {
  vagus_value version, base, document;
  int64_t number;
  if (vagus_member(json, length, "version", &version) != 1 ||
      (number = vagus_whole(&version)) < 1 || number > UINT32_MAX) {
    return -1;
  }
  if ((uint32_t)number <= v->desired_version) {
    return 0;
  }
  int whole = vagus_member(json, length, "desired", &document) == 1;
  if (!whole && (vagus_member(json, length, "delta", &document) != 1 ||
                 vagus_member(json, length, "base", &base) != 1)) {
    return -1;
  }
  if (document.kind != '{') {
    return -1;
  }
  if (!whole && vagus_whole(&base) != (int64_t)v->desired_version) {
    vagus_part nothing = {"", 0};
    vagus_ring_add(v, "twin/desired/get", &nothing, 1);
    return 0;
  }
  v->desired_version = (uint32_t)number;
  if (v->config.handlers.desired(v->config.handlers.context, v->desired_version, !whole, document.at,
                                 document.length)) {
    v->kept.desired_version = v->desired_version;
    remember(v);
  }
  char report[64];
  int n = snprintf(report, sizeof report, "{\"desiredVersion\":%" PRIu32 ",\"reported\":{}}",
                   v->desired_version);
  vagus_part part = {report, (size_t)n};
  vagus_ring_add(v, "twin/reported", &part, 1);
  return 0;
}

int vagus_inbound_message(vagus *v, const vagus_inbound *m) {
  static const char COMMANDS[] = "commands/", DESIRED[] = "twin/desired";
  size_t prefix = 3 + strlen(v->config.device) + 1; /* v1/DEVICE/ */
  if (m->topic_length <= prefix) {
    return -1;
  }
  const char *topic = m->topic + prefix;
  size_t length = m->topic_length - prefix;
  const char *payload = (const char *)m->payload;
  if (length == strlen(DESIRED) && memcmp(topic, DESIRED, length) == 0) {
    return v->config.handlers.desired ? desired(v, payload, m->payload_length) : 0;
  }
  size_t head = strlen(COMMANDS);
  if (length > head && memcmp(topic, COMMANDS, head) == 0 && v->config.handlers.command) {
    return take(v, topic + head, length - head, payload, m->payload_length);
  }
  return -1;
}
