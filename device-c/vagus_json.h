/* Reads members of a JSON object in place (RFC 8259). Pure. */
#ifndef VAGUS_JSON_H
#define VAGUS_JSON_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *at; /* of a string: behind its quote */
  size_t length;
  char kind; /* '{' '[' '"' '0' (number, true, false, null) */
} vagus_value;

/* A member of the object itself, not of one within; 1: found, 0: not there, -1: no such object. */
int vagus_member(const char *json, size_t length, const char *name, vagus_value *value);

/* A whole number of at most 53 bits; -1: it is none. */
int64_t vagus_whole(const vagus_value *value);

#endif
