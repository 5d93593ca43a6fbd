/*
 * A device in C on the SDK for small devices (device-c): readings that wait in a ring while the
 * network is away, commands, desired state, a heartbeat. It allocates no memory.
 *
 *   gcc -O2 -I../../device-c -o sdk-device sdk-device.c ../../device-c/vagus*.c
 *   ./sdk-device DEVICE SECRET [HOST [PORT]]
 *
 * With TLS (libssl), and SECRET - when a certificate says who it is:
 *
 *   gcc -O2 -DWITH_TLS -I../../device-c -o sdk-device sdk-device.c ../../device-c/vagus*.c \
 *     ../../device-c/tls/vagus_tls.c -lssl -lcrypto
 *   CA=server.crt CERT=pump-7.crt KEY=pump-7.key ./sdk-device pump-7 - localhost 8883
 *
 * COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart. HEARTBEAT:
 * seconds between its words on its own health (none without). MEMORY: a file that remembers commands over a restart.
 */
#include "vagus.h"
#include "vagus_posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef WITH_TLS
#include "tls/vagus_tls.h"
static vagus_tls tls;
#endif

static unsigned char ring[16 * 1024], packets[4 * 1024];
static vagus device;

static vagus_status on_command(void *context, const vagus_command *c) {
  (void)context;
  printf("command %.*s %.*s\n", (int)c->name_length, c->name, (int)c->args_length, c->args);
  fflush(stdout);
  return VAGUS_SUCCEEDED;
}

/* It keeps no document over a restart: the whole one comes again. */
static int on_desired(void *context, uint32_t version, int delta, const char *json, size_t length) {
  (void)context;
  printf("desired %u %s %.*s\n", (unsigned)version, delta ? "delta" : "whole", (int)length, json);
  fflush(stdout);
  return 0;
}

static void report_health(uint32_t next_seconds) {
  vagus_health health = {87, -71, 40 * 1024, "1.0", next_seconds};
  vagus_heartbeat(&device, &health);
}

/* Why it cannot go on; NULL: it can. */
static const char *refusal(void) {
#ifdef WITH_TLS
  if (tls.error[0]) return tls.error;
#endif
  int code = device.session.refused;
  return code == 4 || code == 5 ? "wrong secret, or no such device" : NULL;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: sdk-device DEVICE SECRET [HOST [PORT]]\n");
    return 2;
  }
  static vagus_socket socket;
  vagus_config config = {0};
  config.device = argv[1];
  config.secret = strcmp(argv[2], "-") ? argv[2] : NULL;
  config.host = argc > 3 ? argv[3] : "127.0.0.1";
  config.port = argc > 4 ? argv[4] : "1883";
  config.keep_alive_seconds = 60;
  config.run = (uint32_t)time(NULL) ^ (uint32_t)(vagus_posix_monotonic_ms() << 16);
  config.first_wait_ms = 1000;
  config.ring = ring;
  config.ring_bytes = sizeof ring;
  config.packets = packets;
  config.packets_bytes = sizeof packets;
  config.link = vagus_posix_link(&socket);
#ifdef WITH_TLS
  if (getenv("CA")) {
    if (vagus_tls_init(&tls, config.link, getenv("CA"), getenv("CERT"), getenv("KEY")) != 0) {
      fprintf(stderr, "%s\n", tls.error);
      return 2;
    }
    config.link = vagus_tls_link(&tls);
  }
#endif
  if (getenv("MEMORY")) config.memory = vagus_posix_memory(getenv("MEMORY"));
  config.handlers.command = on_command;
  config.handlers.desired = on_desired;
  config.utc_ms = vagus_posix_utc_ms;
  if (vagus_init(&device, &config, vagus_posix_monotonic_ms()) != 0) return 2;

  int count = getenv("COUNT") ? atoi(getenv("COUNT")) : 60;
  uint64_t interval = (uint64_t)((getenv("INTERVAL") ? atof(getenv("INTERVAL")) : 1) * 1000);
  uint32_t heartbeat = getenv("HEARTBEAT") ? (uint32_t)atoi(getenv("HEARTBEAT")) : 0;
  uint64_t due = vagus_posix_monotonic_ms(), beat = due;
  int sent = 0;
  while (sent < count || vagus_kept(&device) > 0) {
    uint64_t now = vagus_posix_monotonic_ms();
    if (sent < count && now >= due) {
      char members[40];
      int tenths = 205 + 10 * (sent++ % 5);
      snprintf(members, sizeof members, "\"temperature\":%d.%d", tenths / 10, tenths % 10);
      vagus_telemetry(&device, members, -1);
      due += interval;
    }
    if (heartbeat && now >= beat) {
      report_health(heartbeat);
      beat += heartbeat * 1000;
    }
    vagus_poll(&device, now);
    if (refusal()) {
      fprintf(stderr, "refused: %s\n", refusal());
      return 1;
    }
    vagus_posix_wait(&socket, 5);
  }
  vagus_close(&device);
  return 0;
}
