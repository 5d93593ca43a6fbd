#include "vagus_json.h"

#include <string.h>

#define MAX_DEPTH 16

typedef struct {
  const char *at, *end;
} scan;

static void space(scan *s) {
  while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')) {
    s->at++;
  }
}

static int take(scan *s, char c) {
  space(s);
  if (s->at < s->end && *s->at == c) {
    s->at++;
    return 1;
  }
  return 0;
}

/* Behind its opening quote; ends behind the closing one. */
static int text(scan *s, vagus_value *value) {
  value->at = s->at;
  value->kind = '"';
  while (s->at < s->end && *s->at != '"') {
    if ((unsigned char)*s->at < 0x20 || (*s->at == '\\' && ++s->at == s->end)) {
      return -1;
    }
    s->at++;
  }
  if (s->at == s->end) {
    return -1;
  }
  value->length = (size_t)(s->at++ - value->at);
  return 0;
}

/* Brackets are matched by kind and number, which is all that finding a value's end needs. */
static int nested(scan *s, vagus_value *value) {
  char open[MAX_DEPTH];
  int depth = 0;
  value->at = s->at;
  value->kind = *s->at;
  do {
    vagus_value inner;
    char c = *s->at++;
    if (c == '{' || c == '[') {
      if (depth == MAX_DEPTH) {
        return -1;
      }
      open[depth++] = c;
    } else if (c == '}' || c == ']') {
      if (open[--depth] != (c == '}' ? '{' : '[')) {
        return -1;
      }
    } else if (c == '"' && text(s, &inner) != 0) {
      return -1;
    }
  } while (depth > 0 && s->at < s->end);
  value->length = (size_t)(s->at - value->at);
  return depth == 0 ? 0 : -1;
}

static int plain(scan *s, vagus_value *value) {
  value->at = s->at;
  value->kind = '0';
  while (s->at < s->end && !strchr(",}] \n\t\r", *s->at)) {
    s->at++;
  }
  value->length = (size_t)(s->at - value->at);
  return value->length > 0 ? 0 : -1;
}

static int any(scan *s, vagus_value *value) {
  space(s);
  if (s->at == s->end) {
    return -1;
  }
  if (*s->at == '"') {
    s->at++;
    return text(s, value);
  }
  return *s->at == '{' || *s->at == '[' ? nested(s, value) : plain(s, value);
}

int vagus_member(const char *json, size_t length, const char *name, vagus_value *value) {
  scan s = {json, json + length};
  int found = 0;
  if (!take(&s, '{')) {
    return -1;
  }
  if (take(&s, '}')) {
    return 0;
  }
  do {
    vagus_value key, here;
    if (!take(&s, '"') || text(&s, &key) != 0 || !take(&s, ':') || any(&s, &here) != 0) {
      return -1;
    }
    if (key.length == strlen(name) && memcmp(key.at, name, key.length) == 0) {
      *value = here;
      found = 1;
    }
  } while (take(&s, ','));
  return take(&s, '}') ? found : -1;
}

int64_t vagus_whole(const vagus_value *value) {
  int64_t number = 0;
  if (value->kind != '0' || value->length == 0 || value->length > 16) {
    return -1;
  }
  for (size_t i = 0; i < value->length; i++) {
    if (value->at[i] < '0' || value->at[i] > '9') {
      return -1;
    }
    number = number * 10 + (value->at[i] - '0');
  }
  return number <= ((int64_t)1 << 53) - 1 ? number : -1;
}
