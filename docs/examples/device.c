/*
 * A device in C, as one writes it for an ESP32: MQTT 3.1.1 over a socket, no library, fixed memory.
 * lwIP has the same calls, so that it runs there as it does here; on a network that others can
 * reach, put mbedTLS or esp-tls between socket and protocol.
 *
 *   gcc -O2 -Wall -o device device.c && ./device DEVICE SECRET [HOST [PORT]]
 *
 * COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart. A reading is
 * sent again, with the same id, until it is acknowledged: it is then stored, once.
 */
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define KEEP_ALIVE_SECONDS 60
#define ANSWER_SECONDS 10
#define PACKET_BYTES 512

enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH_QOS1 = 0x32, DUP = 0x08, PUBACK = 0x40 };

typedef struct {
  unsigned char bytes[PACKET_BYTES];
  int length;
} Packet;

static void put_byte(Packet *p, int value) {
  if (p->length < PACKET_BYTES) p->bytes[p->length++] = (unsigned char)value;
}

static void put_u16(Packet *p, int value) {
  put_byte(p, value >> 8);
  put_byte(p, value & 0xFF);
}

static void put_text(Packet *p, const char *text) {
  put_u16(p, (int)strlen(text));
  while (*text) put_byte(p, *text++);
}

/* Fixed header, then the body: MQTT 3.1.1 §2.2. */
static int send_packet(int fd, int first, const Packet *body) {
  unsigned char head[3] = {(unsigned char)first};
  int n = 1, left = body->length;
  do {
    head[n++] = (unsigned char)((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
    left >>= 7;
  } while (left > 0);
  return send(fd, head, n, 0) == n && send(fd, body->bytes, body->length, 0) == body->length;
}

static int read_bytes(int fd, unsigned char *to, int length) {
  for (int done = 0; done < length;) {
    int n = (int)recv(fd, to + done, length - done, 0);
    if (n <= 0) return 0;
    done += n;
  }
  return 1;
}

/* Reads until the wanted packet of two bytes comes; others are passed over. */
static int await_packet(int fd, int type, unsigned char answer[2]) {
  for (;;) {
    unsigned char head, size, body[127];
    if (!read_bytes(fd, &head, 1) || !read_bytes(fd, &size, 1) || size > sizeof body ||
        !read_bytes(fd, body, size)) {
      return 0;
    }
    if ((head & 0xF0) == type && size >= 2) {
      memcpy(answer, body, 2);
      return 1;
    }
  }
}

static int open_socket(const char *host, const char *port) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
  int fd = socket(found->ai_family, SOCK_STREAM, 0);
  struct timeval bound = {.tv_sec = ANSWER_SECONDS};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
  if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  return fd;
}

/* A connection that was accepted, or -1; ends the program when the device is not welcome. */
static int connect_device(const char *device, const char *secret, const char *host,
                          const char *port) {
  int fd = open_socket(host, port);
  if (fd < 0) return -1;
  Packet p = {.length = 0};
  put_text(&p, "MQTT");
  put_byte(&p, 4);    /* 3.1.1 */
  put_byte(&p, 0xC2); /* user name, password, clean session: the sender itself remembers */
  put_u16(&p, KEEP_ALIVE_SECONDS);
  put_text(&p, device);
  put_text(&p, device);
  put_text(&p, secret);
  unsigned char answer[2];
  if (!send_packet(fd, CONNECT, &p) || !await_packet(fd, CONNACK, answer)) {
    close(fd);
    return -1;
  }
  if (answer[1] == 4 || answer[1] == 5) { /* MQTT 3.1.1 §3.2.2.3 */
    fprintf(stderr, "refused: wrong secret, or no such device\n");
    exit(1);
  }
  if (answer[1] != 0) { /* 3: unavailable, try later */
    close(fd);
    return -1;
  }
  return fd;
}

static int publish(int fd, const char *topic, const char *payload, int id, int again) {
  Packet p = {.length = 0};
  put_text(&p, topic);
  put_u16(&p, id);
  for (const char *c = payload; *c; c++) put_byte(&p, *c);
  unsigned char answer[2];
  return send_packet(fd, PUBLISH_QOS1 | (again ? DUP : 0), &p) &&
         await_packet(fd, PUBACK, answer) && (answer[0] << 8 | answer[1]) == id;
}

static void pause_seconds(double seconds) { usleep((useconds_t)(seconds * 1e6)); }

static void read_sensor(char *payload, size_t size, long run, int n) {
  struct timeval now;
  gettimeofday(&now, NULL); /* set by SNTP on a device; without a clock, leave "time" out */
  snprintf(payload, size,
           "{\"time\": %lld, \"id\": \"%ld-%d\", \"seq\": %d, \"values\": {\"temperature\": %.1f}}",
           (long long)now.tv_sec * 1000 + now.tv_usec / 1000, run, n, n, 20.5 + n % 5);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: device DEVICE SECRET [HOST [PORT]]\n");
    return 2;
  }
  const char *host = argc > 3 ? argv[3] : "127.0.0.1", *port = argc > 4 ? argv[4] : "1883";
  int count = getenv("COUNT") ? atoi(getenv("COUNT")) : 60;
  double interval = getenv("INTERVAL") ? atof(getenv("INTERVAL")) : 1;
  signal(SIGPIPE, SIG_IGN);

  char topic[160], payload[200];
  snprintf(topic, sizeof topic, "v1/%s/telemetry", argv[1]);
  long run = (long)time(NULL);
  int fd = -1;
  for (int n = 1; n <= count; n++) {
    read_sensor(payload, sizeof payload, run, n);
    double wait = 1;
    for (int tries = 0;; tries++) {
      if (fd < 0) fd = connect_device(argv[1], argv[2], host, port);
      if (fd >= 0 && publish(fd, topic, payload, 1 + n % 65535, tries > 0)) break;
      if (fd >= 0) close(fd);
      fd = -1;
      pause_seconds(wait);
      wait = wait < 32 ? wait * 2 : 60;
    }
    pause_seconds(interval);
  }
  unsigned char disconnect[2] = {0xE0, 0};
  send(fd, disconnect, sizeof disconnect, 0);
  close(fd);
  return 0;
}
