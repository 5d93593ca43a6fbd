package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;

/**
 * One event loop's way into the journal: it collects the messages that one read brought and hands
 * them over together. Confined to its event loop; {@link Receipt}s come back on it.
 */
public interface Lane {

  /** Adds a message; it goes on its way with the next {@link #flush}. */
  void submit(Envelope envelope, Receipt receipt);

  /** Hands over what was added since the last time; call when a read is complete. */
  void flush();

  /**
   * Whether the journal keeps up. When not: stop reading from the socket (HTTP: 429), and go on
   * when {@code action} of {@link #whenWritable} runs.
   */
  boolean writable();

  /**
   * Whether the journal stands still, as on a full disk, though it may still take messages to make
   * durable later. Who can be told to come back (HTTP: 503) should be.
   */
  boolean isStalled();

  /** Runs once on the event loop when the lane is writable again. */
  void whenWritable(Runnable action);

  /**
   * Takes back what was given to {@link #whenWritable}, the same object: a connection that closes
   * while it waits must not be held, since a full disk may last for hours.
   */
  void forget(Runnable action);

  /** Counts a message that was refused before it reached the journal. */
  void refused(Transport transport, ErrorCode reason);
}
