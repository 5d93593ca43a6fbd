package io.vagus.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * How events are chained. The hash of an event is SHA-256 over the bytes of {@code vagus-event-1},
 * the 32 bytes of the hash before, sequence and time (microseconds) as 8 bytes each, and actor,
 * subject, type and body as UTF-8, each behind its length of 4 bytes; numbers are big-endian. Every
 * field has its length, so that no two events have the same bytes. Confined to a thread.
 */
public final class EventChain {
  private static final byte[] FORMAT = "vagus-event-1".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest sha256;
  private EventHead head;

  /**
   * @param head the last event so far
   */
  public EventChain(EventHead head) {
    this.head = head;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public EventHead head() {
    return head;
  }

  /** The fact as the next event of the chain. */
  public Event link(Instant time, Actor actor, Fact fact) {
    long sequence = head.sequence() + 1;
    String hash =
        hash(
            head.hash(),
            sequence,
            micros(time),
            actor.text(),
            fact.subject().text(),
            fact.type(),
            fact.body());
    Event event =
        new Event(
            sequence, time, actor, fact.subject(), fact.type(), fact.body(), head.hash(), hash);
    head = event.head();
    return event;
  }

  /** Of an event's fields as they are stored. */
  public String hash(
      String previousHash,
      long sequence,
      long timeMicros,
      String actor,
      String subject,
      String type,
      String body) {
    sha256.reset();
    sha256.update(FORMAT);
    sha256.update(HexFormat.of().parseHex(previousHash));
    sha256.update(ByteBuffer.allocate(16).putLong(sequence).putLong(timeMicros).array());
    for (String field : new String[] {actor, subject, type, body}) {
      byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
      sha256.update(bytes);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
