/*
 * The device SDK in C99, for devices with little memory: MQTT 3.1.1, messages with ids kept in a
 * ring until the server has them, commands carried out at most once, desired state, a heartbeat.
 *
 * It allocates nothing: the caller gives all memory. It has no threads and waits nowhere but in the
 * link's open: call vagus_poll often, from one thread, and everything happens there. The network,
 * the memory that survives a restart, and the clock are the caller's; vagus_posix.c has them for
 * POSIX. Contract: docs/device-contract.md.
 */
#ifndef VAGUS_H
#define VAGUS_H

#include <stddef.h>
#include <stdint.h>

/* Identifiers of devices have up to 128 characters, those of commands up to 64. */
#define VAGUS_MAX_DEVICE 128
#define VAGUS_MAX_COMMAND 64
#define VAGUS_LANES 2

/* A stream to the server: plain or TLS. */
typedef struct {
  void *context;
  int (*open)(void *context, const char *host, const char *port); /* 0: open; it may take a while */
  long (*send)(void *context, const void *bytes, size_t length);  /* sent; 0: not now; < 0: lost */
  long (*receive)(void *context, void *bytes, size_t length);     /* came; 0: none now; < 0: lost */
  void (*close)(void *context);
} vagus_link;

/* A few bytes (sizeof(vagus_kept_state)) that survive a restart: 0 when it was done. Without it a
 * command may be carried out a second time when it comes again after a restart. */
typedef struct {
  void *context;
  int (*save)(void *context, const void *bytes, size_t length);
  int (*load)(void *context, void *bytes, size_t length);
} vagus_memory;

typedef enum { VAGUS_SUCCEEDED, VAGUS_FAILED, VAGUS_EXPIRED, VAGUS_UNKNOWN } vagus_status;

/* Pointers into the message, valid during the call. */
typedef struct {
  const char *id;
  const char *name;
  size_t name_length;
  const char *args; /* a JSON object */
  size_t args_length;
} vagus_command;

typedef struct {
  void *context;
  /* Carries a command out; it is not called again for the same. */
  vagus_status (*command)(void *context, const vagus_command *command);
  /* Desired state: the whole document when delta is 0, else a merge patch on the version before.
   * 1: the program keeps it over a restart, so that it need not come again then; 0: it does not. */
  int (*desired)(void *context, uint32_t version, int delta, const char *json, size_t length);
} vagus_handlers;

typedef enum { VAGUS_DROP_OLDEST, VAGUS_DROP_NEWEST } vagus_drop;

typedef struct {
  const char *device;
  const char *secret; /* NULL: none is shown */
  const char *host;
  const char *port;
  uint16_t keep_alive_seconds;
  uint32_t run;  /* another at each start: part of message ids, and the seed of chance */
  uint32_t first_wait_ms, most_wait_ms; /* 0: 5 s and 2 min */
  vagus_drop drop;
  unsigned char *ring; /* messages that wait */
  size_t ring_bytes;
  unsigned char *packets; /* one half for the packet on its way out, one for the one coming in */
  size_t packets_bytes;
  vagus_link link;
  vagus_memory memory;     /* functions may be NULL */
  vagus_handlers handlers; /* functions may be NULL: then nothing is subscribed */
  int64_t (*utc_ms)(void); /* milliseconds since 1970; NULL or < 0: the device has no clock */
} vagus_config;

typedef struct {
  uint32_t taken, acknowledged, dropped, resent, connections;
  uint32_t oversized;  /* packets of the server beyond the buffer */
  uint32_t violations; /* packets that none should send */
} vagus_counters;

/* What every device says of itself; < 0, NaN or NULL: not known. */
typedef struct {
  double battery_percent;
  double signal_dbm;
  int64_t memory_free_bytes;
  const char *firmware;
  uint32_t next_seconds; /* when the next report comes; 0: not said */
} vagus_health;

typedef struct {
  uint64_t seq;
  char id[VAGUS_MAX_COMMAND + 1];
  unsigned char answered; /* 0: taken and no result yet; else status + 1 */
} vagus_lane;

/* What survives a restart. */
typedef struct {
  vagus_lane lanes[VAGUS_LANES];
  uint32_t desired_version; /* the last that the program keeps */
} vagus_kept_state;

/* Internals are in the open so that the caller can place them; touch none. */
typedef struct {
  vagus_config config;
  vagus_counters counters;
  struct {
    size_t head, used;
    uint32_t first;   /* number of the oldest message */
    uint32_t count;   /* messages in it */
    uint32_t sent;    /* of those, sent on this connection */
    uint32_t highest; /* number behind the highest ever sent */
  } ring;
  struct {
    int state;
    int refused; /* return code of the last CONNACK */
    uint32_t failures;
    uint64_t since_ms, retry_ms, sent_ms, heard_ms;
    size_t out_at, out_length, in_length;
    uint32_t skip;
  } session;
  vagus_kept_state kept;
  uint32_t desired_version;
  uint32_t sequence;
  uint32_t chance;
  uint64_t started_ms;
  uint64_t now_ms;
} vagus;

/* 0, or -1 when memory or a name is not as it must be. */
int vagus_init(vagus *v, const vagus_config *config, uint64_t monotonic_ms);

/* Sends, receives, connects: all that is due. */
void vagus_poll(vagus *v, uint64_t monotonic_ms);

/* Readings as members of a JSON object without its braces: "\"temperature\": 21.5". They get
 * message id, sequence number and time. 0: kept until the server has it; -1: dropped and counted. */
int vagus_telemetry(vagus *v, const char *members, int64_t utc_ms);

/* Any payload, below the device's own topics. */
int vagus_publish(vagus *v, const char *topic, const void *payload, size_t length);

int vagus_heartbeat(vagus *v, const vagus_health *health);

/* A merge patch of reported state: "{\"valve\": {\"position\": 60}}". */
int vagus_reported(vagus *v, const char *json);

int vagus_is_connected(const vagus *v);

/* Messages that wait. */
uint32_t vagus_kept(const vagus *v);

/* Says good-bye. */
void vagus_close(vagus *v);

#endif
