#define _POSIX_C_SOURCE 200809L

#include "vagus_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif
#define OPEN_MS 10000

static int connected(int fd, const struct addrinfo *address) {
  struct pollfd wait = {fd, POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
    return 1;
  }
  return errno == EINPROGRESS && poll(&wait, 1, OPEN_MS) == 1 &&
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

static int socket_open(void *context, const char *host, const char *port) {
  vagus_socket *s = context;
  struct addrinfo hints = {0}, *found;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, port, &hints, &found) != 0) {
    return -1;
  }
  s->fd = -1;
  for (struct addrinfo *a = found; a && s->fd < 0; a = a->ai_next) {
    s->fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (s->fd >= 0 && !connected(s->fd, a)) {
      close(s->fd);
      s->fd = -1;
    }
  }
  freeaddrinfo(found);
  return s->fd < 0 ? -1 : 0;
}

static long later(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1; }

static long socket_send(void *context, const void *bytes, size_t length) {
  long n = (long)send(((vagus_socket *)context)->fd, bytes, length, MSG_NOSIGNAL);
  return n >= 0 ? n : later();
}

static long socket_receive(void *context, void *bytes, size_t length) {
  long n = (long)recv(((vagus_socket *)context)->fd, bytes, length, 0);
  return n > 0 ? n : n == 0 ? -1 : later();
}

static void socket_close(void *context) {
  vagus_socket *s = context;
  if (s->fd >= 0) {
    close(s->fd);
    s->fd = -1;
  }
}

vagus_link vagus_posix_link(vagus_socket *socket) {
  vagus_link link = {socket, socket_open, socket_send, socket_receive, socket_close};
  socket->fd = -1;
  return link;
}

static int file_save(void *context, const void *bytes, size_t length) {
  char path[512];
  int fits = snprintf(path, sizeof path, "%s.new", (const char *)context) < (int)sizeof path;
  int fd = fits ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  int done = fd >= 0 && write(fd, bytes, length) == (ssize_t)length && fsync(fd) == 0;
  if (fd >= 0) {
    close(fd);
  }
  return done && rename(path, context) == 0 ? 0 : -1;
}

static int file_load(void *context, void *bytes, size_t length) {
  int fd = open(context, O_RDONLY);
  int done = fd >= 0 && read(fd, bytes, length) == (ssize_t)length;
  if (fd >= 0) {
    close(fd);
  }
  return done ? 0 : -1;
}

vagus_memory vagus_posix_memory(const char *path) {
  vagus_memory memory = {(void *)(uintptr_t)path, file_save, file_load};
  return memory;
}

uint64_t vagus_posix_monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int64_t vagus_posix_utc_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void vagus_posix_wait(const vagus_socket *socket, int ms) {
  struct pollfd wait = {socket->fd, POLLIN, 0};
  poll(&wait, 1, ms);
}
