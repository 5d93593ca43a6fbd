package io.vagus.watch;

import io.vagus.model.Transport;

/**
 * Refusals of one kind within a minute: a connection or a message that a listener did not let in.
 *
 * @param sequence rises with each refusal; a list's cursor
 * @param reason a word of the platform's or of the protocol's, such as {@code bad-credentials}
 * @param source address that it came from
 * @param name who it said to be; empty when it said nothing
 * @param detail of the last one
 */
public record Refusal(
    long sequence,
    long firstMicros,
    long lastMicros,
    long count,
    Transport listener,
    String reason,
    String source,
    String name,
    String detail) {

  /** Reason: a device that proved who it is reached for what is another's. */
  public static final String LATERAL = "lateral-movement";

  /** Reason of a signal, since nothing was refused: one identity was used at two places. */
  public static final String CLONED = "cloned-identity";
}
