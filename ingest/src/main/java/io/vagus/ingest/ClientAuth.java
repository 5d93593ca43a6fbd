package io.vagus.ingest;

/** Whether TLS listeners ask clients for a certificate. */
public enum ClientAuth {
  OFF,
  /** Who shows none proves itself by password. */
  OPTIONAL,
  /** Who shows none is not let in. */
  REQUIRED
}
