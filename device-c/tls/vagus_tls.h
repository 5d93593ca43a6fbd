/*
 * TLS by OpenSSL (libssl, 1.1.1 or newer), around any other link. The core knows nothing of it: a
 * shim for another library gives a vagus_link the same way.
 */
#ifndef VAGUS_TLS_H
#define VAGUS_TLS_H

#include "vagus.h"

typedef struct {
  vagus_link below;
  void *settings; /* SSL_CTX */
  void *session;  /* SSL */
  int handshaken;
  char error[256]; /* why the last connection was not made, for people; empty: none was refused */
} vagus_tls;

/*
 * Trusts what the authorities in the file signed for the host that is connected to, and nothing
 * else; shows the certificate with its key when there is one (PEM files; NULL: none).
 * 0, or -1: error says which file cannot be used.
 */
int vagus_tls_init(vagus_tls *tls, vagus_link below, const char *authorities,
                   const char *certificate, const char *key);

/* TLS 1.2 or newer. The handshake goes on within vagus_poll, as all else does. */
vagus_link vagus_tls_link(vagus_tls *tls);

/* When the device is closed. */
void vagus_tls_free(vagus_tls *tls);

#endif
