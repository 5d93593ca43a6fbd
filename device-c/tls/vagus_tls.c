#include "vagus_tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>

static void say(vagus_tls *t, const char *what, const char *why) {
  unsigned long code = ERR_peek_last_error();
  const char *reason = why ? why : code ? ERR_reason_error_string(code) : NULL;
  snprintf(t->error, sizeof t->error, "%s: %s", what, reason ? reason : "not said");
  ERR_clear_error();
}

/* The link below as OpenSSL sees it. */
static int below_write(BIO *bio, const char *bytes, int length) {
  vagus_tls *t = BIO_get_data(bio);
  long n = t->below.send(t->below.context, bytes, (size_t)length);
  BIO_clear_retry_flags(bio);
  if (n == 0) {
    BIO_set_retry_write(bio);
  }
  return n > 0 ? (int)n : -1;
}

static int below_read(BIO *bio, char *bytes, int length) {
  vagus_tls *t = BIO_get_data(bio);
  long n = t->below.receive(t->below.context, bytes, (size_t)length);
  BIO_clear_retry_flags(bio);
  if (n == 0) {
    BIO_set_retry_read(bio);
  }
  return n > 0 ? (int)n : -1;
}

static long below_control(BIO *bio, int command, long number, void *pointer) {
  (void)bio, (void)number, (void)pointer;
  return command == BIO_CTRL_FLUSH;
}

static BIO *below(vagus_tls *t) {
  static BIO_METHOD *method; /* of the process, like OpenSSL's own tables */
  if (!method && (method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "vagus_link"))) {
    BIO_meth_set_write(method, below_write);
    BIO_meth_set_read(method, below_read);
    BIO_meth_set_ctrl(method, below_control);
  }
  BIO *bio = method ? BIO_new(method) : NULL;
  if (bio) {
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
  }
  return bio;
}

int vagus_tls_init(vagus_tls *t, vagus_link link, const char *authorities, const char *certificate,
                   const char *key) {
  memset(t, 0, sizeof *t);
  t->below = link;
  SSL_CTX *c = SSL_CTX_new(TLS_client_method());
  t->settings = c;
  if (!c) {
    say(t, "TLS", NULL);
    return -1;
  }
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_load_verify_locations(c, authorities, NULL) != 1) {
    say(t, authorities, NULL);
    return -1;
  }
  if (certificate && SSL_CTX_use_certificate_chain_file(c, certificate) != 1) {
    say(t, certificate, NULL);
    return -1;
  }
  if (key && SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1) {
    say(t, key, NULL);
    return -1;
  }
  return 0;
}

/* The address, or the name, that the server's certificate must have. */
static int expect(SSL *s, const char *host) {
  X509_VERIFY_PARAM *wanted = SSL_get0_param(s);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host) == 1) {
    return 1;
  }
  return X509_VERIFY_PARAM_set1_host(wanted, host, 0) == 1 &&
         SSL_set_tlsext_host_name(s, host) == 1;
}

static void tls_close(void *context) {
  vagus_tls *t = context;
  if (t->session) {
    if (t->handshaken) {
      SSL_shutdown(t->session);
    }
    SSL_free(t->session);
    t->session = NULL;
    ERR_clear_error();
  }
  t->below.close(t->below.context);
}

static int tls_open(void *context, const char *host, const char *port) {
  vagus_tls *t = context;
  if (t->below.open(t->below.context, host, port) != 0) {
    return -1;
  }
  SSL *s = SSL_new(t->settings);
  BIO *bio = s ? below(t) : NULL;
  t->session = s;
  t->handshaken = 0;
  if (bio) {
    SSL_set_bio(s, bio, bio);
  }
  if (!bio || !expect(s, host)) {
    say(t, host, NULL);
    tls_close(t);
    return -1;
  }
  SSL_set_connect_state(s);
  return 0;
}

/* 0: not now; < 0: lost. */
static long ended(vagus_tls *t, int result) {
  int why = SSL_get_error(t->session, result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
    return 0;
  }
  long verdict = SSL_get_verify_result(t->session);
  if (verdict != X509_V_OK) {
    say(t, "server", X509_verify_cert_error_string(verdict));
  } else if (ERR_peek_last_error()) {
    say(t, "TLS", NULL);
  }
  return -1;
}

/* 1: done; 0: not now; < 0: lost. */
static long handshake(vagus_tls *t) {
  if (!t->handshaken) {
    int result = SSL_do_handshake(t->session);
    if (result != 1) {
      return ended(t, result);
    }
    t->handshaken = 1;
    t->error[0] = 0;
  }
  return 1;
}

static long tls_send(void *context, const void *bytes, size_t length) {
  vagus_tls *t = context;
  size_t sent = 0;
  long ready = handshake(t);
  if (ready > 0) {
    int result = SSL_write_ex(t->session, bytes, length, &sent);
    return result == 1 ? (long)sent : ended(t, result);
  }
  return ready;
}

static long tls_receive(void *context, void *bytes, size_t length) {
  vagus_tls *t = context;
  size_t came = 0;
  long ready = handshake(t);
  if (ready > 0) {
    int result = SSL_read_ex(t->session, bytes, length, &came);
    return result == 1 ? (long)came : ended(t, result);
  }
  return ready;
}

vagus_link vagus_tls_link(vagus_tls *t) {
  vagus_link link = {t, tls_open, tls_send, tls_receive, tls_close};
  return link;
}

void vagus_tls_free(vagus_tls *t) {
  SSL_CTX_free(t->settings);
  t->settings = NULL;
}
