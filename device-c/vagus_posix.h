/* Sockets, clocks and a file for POSIX. */
#ifndef VAGUS_POSIX_H
#define VAGUS_POSIX_H

#include "vagus.h"

typedef struct {
  int fd;
} vagus_socket;

vagus_link vagus_posix_link(vagus_socket *socket);

/* A file that survives a restart; the path must outlive the device. */
vagus_memory vagus_posix_memory(const char *path);

uint64_t vagus_posix_monotonic_ms(void);
int64_t vagus_posix_utc_ms(void);

/* Waits until something comes, or so long. */
void vagus_posix_wait(const vagus_socket *socket, int ms);

#endif
